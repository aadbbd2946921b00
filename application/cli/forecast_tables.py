"""Shows forecasts, their record and their reasons as tables and sentences, or as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from application.cli.screen import screen, show_json, show_table
from application.cli.tables import PERCENT, show_run, show_synthetic
from application.cli.voice import t
from application.forecast_words import (
    explanation_sentence,
    finding_sentence,
    finding_sentences,
    findings_by_kind,
    method_name,
    severity_name,
    verdict,
    warning_name,
)
from application.summaries import ForecastRow, forecast_row
from hospital.errors import Sentence, say
from hospital.forecast import Period

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from application.use_cases.backtest_forecast import SeriesRecord
    from application.use_cases.explain_forecast import ExplainedForecast
    from application.use_cases.forecast_demand import ForecastSet
    from application.use_cases.session import Session
    from forecasting.explanation import Explanation
    from hospital.forecast import DemandForecast
    from hospital.gst import Gst

NOTHING = "–"


def show_forecasts(
    gst: Gst, result: ForecastSet, left_out: Sequence[str] = (), *, as_json: bool
) -> None:
    """Every series in a line; a series that was asked for alone is shown period by period too.

    ``left_out`` says why something that was asked for is not there.
    """
    reasons = [t(reason) for reason in left_out]
    if as_json:
        series = [_series_json(one) for one in result.forecasts]
        show_json({"run": result.run, "series": series, "left_out": reasons})
        return
    show_synthetic(gst)
    _show_totals(result)
    for reason in reasons:
        screen.print(t("Left out: {reason}", reason=reason), markup=False)
    if len(result.forecasts) == 1:
        _show_periods(result.forecasts[0])
    show_run(result.run)


def _series_json(forecast: DemandForecast) -> dict[str, Any]:
    return {
        **asdict(forecast_row(forecast)),
        "first_day": forecast.first_day,
        "mean": forecast.mean.tolist(),
        "p10": forecast.quantile(0.1).tolist(),
        "p90": forecast.quantile(0.9).tolist(),
        "warnings": list(forecast.warnings),
    }


def _show_totals(result: ForecastSet) -> None:
    """Totals with their interval, the record beside the seasonal naive, notes below the table."""
    notes: dict[str, int] = {}
    for forecast in result.forecasts:
        for code in forecast.warnings:
            notes.setdefault(code, len(notes) + 1)
    show_table(
        t("Forecasts: totals with 80 % interval"),
        [
            t("series"),
            t("mean per period"),
            t("total"),
            t("80 % interval"),
            t("periods"),
            t("MASE (repeating)"),
            t("inside 80 %"),
            t("notes"),
        ],
        [_total_cells(one, notes) for one in result.forecasts],
    )
    for code, number in notes.items():
        screen.print(f"({number}) {warning_name(t, code)}", markup=False)


def _total_cells(forecast: DemandForecast, notes: dict[str, int]) -> list[str]:
    row = forecast_row(forecast)
    return [
        row.series,
        t.number(row.total / row.periods, 1),
        t.number(row.total),
        f"{t.number(row.low)} – {t.number(row.high)}",
        t(_length(row)),
        _error(row),
        NOTHING if row.coverage_80 is None else f"{t.number(PERCENT * row.coverage_80)} %",
        " ".join(f"({notes[code]})" for code in forecast.warnings),
    ]


def _length(row: ForecastRow) -> Sentence:
    return {
        Period.DAY: say("{days} days", days=row.periods),
        Period.WEEK: say("{weeks} weeks", weeks=row.periods),
        Period.MONTH: say("{months} months", months=row.periods),
    }[Period(row.period)]


def _error(row: ForecastRow) -> str:
    if row.mase is None or row.naive_mase is None:
        return NOTHING
    return f"{t.number(row.mase, 2)} ({t.number(row.naive_mase, 2)})"


def _show_periods(forecast: DemandForecast) -> None:
    show_table(
        f"{forecast.key} · {method_name(t, forecast.model)}",
        [t("first day"), t("mean"), t("8 cases in 10"), t("9 cases in 10")],
        [
            [
                t.dated(day),
                t.number(mean, 1),
                f"{t.number(p10)} – {t.number(p90)}",
                f"{t.number(p05)} – {t.number(p95)}",
            ]
            for day, mean, p05, p10, p90, p95 in zip(
                forecast.days(),
                forecast.mean,
                *(forecast.quantile(level) for level in (0.05, 0.1, 0.9, 0.95)),
                strict=True,
            )
        ],
    )


def show_records(gst: Gst, records: tuple[SeriesRecord, ...], *, as_json: bool) -> None:
    """The record of each series and what it means; each past day where one series is asked for."""
    if as_json:
        show_json({"series": [_record_json(record) for record in records]})
        return
    show_synthetic(gst)
    show_table(
        t("Forecasts from past days against what came"),
        [t("series"), t("past days"), *_score_titles()],
        [[str(one.key), str(one.card.origins), *_score_cells(one.card)] for one in records],
    )
    if len(records) == 1:
        _show_origins(records[0])
    for one in records:
        screen.print(f"{one.key}: {verdict(t, one.card, one.wins)}", markup=False)


def _score_titles() -> list[str]:
    return [
        "MASE",
        t("MASE of repeating"),
        "CRPS",
        t("CRPS of repeating"),
        t("mean error %"),
        t("inside 80 %"),
    ]


def _score_cells(score: Any) -> list[str]:
    """Cells of a card or of one origin: they carry the same measures."""
    return [
        t.number(score.mase, 2),
        t.number(score.naive_mase, 2),
        NOTHING if score.crps is None else t.number(score.crps, 2),
        NOTHING if score.naive_crps is None else t.number(score.naive_crps, 2),
        t.number(score.wape_percent, 1),
        f"{t.number(PERCENT * score.coverage_80)} %",
    ]


def _show_origins(record: SeriesRecord) -> None:
    show_table(
        t("{series}: each past day", series=str(record.key)),
        [t("first day"), *_score_titles()],
        [
            [
                t.dated(day),
                *([NOTHING] * len(_score_titles()) if score is None else _score_cells(score)),
            ]
            for day, score in record.scores
        ],
    )


def _record_json(record: SeriesRecord) -> dict[str, Any]:
    return {
        "series": str(record.key),
        "card": asdict(record.card),
        "wins": record.wins,
        "verdict": verdict(t, record.card, record.wins),
        "origins": [
            {"first_day": day, "score": None if score is None else score.measures()}
            for day, score in record.scores
        ],
    }


def show_explanations(
    session: Session, found: tuple[ExplainedForecast, ...], day: date | None, *, as_json: bool
) -> None:
    """Why each series says what it says, then what was odd in its history.

    One day where it is named; else every period of a series that was asked for alone, and the
    first period of several.
    """
    shown = [(one, _asked(one, day, is_alone=len(found) == 1)) for one in found]
    if as_json:
        show_json({"series": [_explanation_json(session, *pair) for pair in shown]})
        return
    show_synthetic(session.gst)
    for one, explained in shown:
        _show_explained(session, one, explained)


def _asked(one: ExplainedForecast, day: date | None, *, is_alone: bool) -> tuple[Explanation, ...]:
    if day is not None:
        return (one.of_day(day),)
    return one.explanations if is_alone else one.explanations[:1]


def _show_explained(
    session: Session, one: ExplainedForecast, explained: tuple[Explanation, ...]
) -> None:
    forecast = one.forecast
    screen.print(f"[bold]{forecast.key}[/] · {method_name(t, forecast.model)}")
    for each in explained:
        screen.print(f"  {_sentence(session, one, each)}", markup=False)
    if forecast.backtest is not None:
        screen.print(f"  {verdict(t, forecast.backtest)}", markup=False)
    for code in forecast.warnings:
        screen.print(f"  ! {warning_name(t, code)}", markup=False)
    for alike in findings_by_kind(forecast.findings):
        for said in finding_sentences(t, alike):
            name = severity_name(t, alike[0].severity)
            screen.print(f"  • {name} · {said}", markup=False)


def _sentence(session: Session, one: ExplainedForecast, explained: Explanation) -> str:
    return explanation_sentence(t, session.calendar, explained, one.forecast.period)


def _explanation_json(
    session: Session, one: ExplainedForecast, explained: tuple[Explanation, ...]
) -> dict[str, Any]:
    return {
        "series": str(one.forecast.key),
        "model": one.forecast.model,
        "days": [
            {
                "day": each.day,
                "mean": each.mean,
                "p10": each.low,
                "p90": each.high,
                "ordinary": each.ordinary,
                "percent": each.percent,
                "parts": each.percents,
                "sentence": _sentence(session, one, each),
            }
            for each in explained
        ],
        "record": None if one.forecast.backtest is None else asdict(one.forecast.backtest),
        "warnings": list(one.forecast.warnings),
        "findings": [
            asdict(finding) | {"sentence": finding_sentence(t, finding)}
            for finding in one.forecast.findings
        ],
    }
