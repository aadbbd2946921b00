"""Shows the beds of the coming days, and how the forecasts of the last days did."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from application.bed_summaries import BedRow, ScoreRow, bed_rows, score_row, sparkline
from application.cli.screen import screen, show_json, show_table
from application.cli.tables import PERCENT, show_run, show_synthetic
from application.cli.voice import t
from hospital.bed_forecast import MIDNIGHT, BedForecast, BedForecastRecord

if TYPE_CHECKING:
    from application.use_cases.beds_now import BedsNow
    from hospital.gst import Gst

SHOWN_LEADS = (0, 1, 2, 6, 13)
"""Days of the table of all units: tonight, the next two, a week and two weeks from now."""


def show_beds(gst: Gst, found: BedsNow, unit: str | None, *, as_json: bool) -> None:
    """All units on a few days or one unit on every day, then the scores of the last days."""
    forecast = found.forecast if unit is None else found.forecast.of_units((unit,))
    if as_json:
        show_json(_as_json(found, forecast))
        return
    show_synthetic(gst)
    _show_census(forecast)
    if unit is None:
        _show_units(forecast)
    else:
        _show_days(unit, forecast)
    _show_scores(found)
    show_run(found.run)


def _show_census(forecast: BedForecast) -> None:
    screen.print(
        t(
            "{patients} inpatients in {beds} beds at midnight before {day}.",
            patients=int(forecast.today.sum()),
            beds=int(forecast.beds.sum()),
            day=t.day(forecast.first_day),
        )
    )


def _show_units(forecast: BedForecast) -> None:
    rows = bed_rows(forecast)
    leads = [at for at in SHOWN_LEADS if at < len(forecast.days)]
    show_table(
        _title(forecast),
        [t("unit"), t("beds"), t("today"), *(f"{forecast.days[at]:%d/%m}" for at in leads)],
        [
            [unit, str(own[0].beds), str(own[0].today), *(_cell(own[at]) for at in leads)]
            for unit, own in ((unit, list(of)) for unit, of in groupby(rows, lambda row: row.unit))
        ],
    )
    screen.print(t("In each cell: median, 8 cases in 10 between, probability that no bed is free."))
    screen.print(t("Every day of one unit: tadbir twin now --unit CODE"))


def _title(forecast: BedForecast) -> str:
    if forecast.hour == MIDNIGHT:
        return t("Occupied beds at the midnight that ends the day")
    return t("Occupied beds at {hour} h", hour=forecast.hour)


def _cell(row: BedRow) -> str:
    return f"{row.p50} ({row.p10}–{row.p90}) {_percent(row.full_probability)}"


def _percent(share: float) -> str:
    return f"{t.number(PERCENT * share)} %"


def _show_days(unit: str, forecast: BedForecast) -> None:
    show_table(
        f"{unit} · {_title(forecast)}",
        [t("day"), t("mean"), t("median"), t("8 cases in 10"), t("beds"), t("no bed free")],
        [
            [
                f"{row.day:%d/%m}",
                t.number(row.mean, 1),
                str(row.p50),
                f"{row.p10} – {row.p90}",
                str(row.beds),
                _percent(row.full_probability),
            ]
            for row in bed_rows(forecast)
        ],
    )


def _show_scores(found: BedsNow) -> None:
    record = found.record
    if record is None:
        screen.print(t("No past forecast can be scored: the stays are too few or too recent."))
        return
    show_table(
        t("Forecasts of the last days against what happened: mean CRPS [patients]"),
        [
            t("forecast of"),
            t("days"),
            t("forecast"),
            t("persistence"),
            t("persistence with spread"),
            t("inside 80 %"),
        ],
        [_score_cells(score_row(score)) for score in found.scores],
    )
    _show_record(record)


def _score_cells(row: ScoreRow) -> list[str]:
    return [
        f"{row.first_day:%d/%m}",
        str(row.days),
        t.number(row.crps, 2),
        t.number(row.persistence, 2),
        t.number(row.spread_persistence, 2),
        _percent(row.coverage_80),
    ]


def _show_record(record: BedForecastRecord) -> None:
    screen.print(
        t(
            "Better than persistence (today's census stays) on {wins} of {origins} days, than "
            "persistence with the spread of its past errors on {spread_wins}; {inside} inside the "
            "80 % interval.",
            wins=record.wins,
            origins=record.origins,
            spread_wins=record.spread_wins,
            inside=_percent(record.coverage_80),
        )
    )
    screen.print(
        t(
            "Ranks of what happened, low to high (flat when calibrated): {line}",
            line=sparkline(record.pit_deciles),
        )
    )


def _as_json(found: BedsNow, forecast: BedForecast) -> dict[str, Any]:
    record = found.record
    chances = forecast.probabilities()
    chances = chances.reshape(-1, chances.shape[2])
    return {
        "run": found.run,
        "forecast": found.forecast_run,
        "first_day": forecast.first_day,
        "hour": forecast.hour,
        "replications": len(forecast.members),
        "days": [
            asdict(row) | {"probabilities": of.tolist()}
            for row, of in zip(bed_rows(forecast), chances, strict=True)
        ],
        "record": None if record is None else asdict(record),
        "scores": [asdict(score_row(score)) for score in found.scores],
    }
