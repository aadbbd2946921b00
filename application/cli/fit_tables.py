"""Shows how the twin reproduces the last weeks, and the laws of length of stay."""

from __future__ import annotations

from dataclasses import asdict
from math import isnan
from typing import TYPE_CHECKING, Any

from application.cli.screen import screen, show_json, show_table
from application.cli.tables import PERCENT, show_run, show_synthetic
from application.cli.voice import t
from application.fit_summaries import (
    OBSERVED,
    SIMULATED,
    FitRow,
    StayRow,
    fit_rows,
    shape_of_the_gst,
    stay_rows,
)
from application.words import KINDS_OF_ADMISSION, LAWS, indicator_name
from hospital.tables import Col

if TYPE_CHECKING:
    from application.use_cases.fit_twin import TwinFit
    from hospital.gst import Gst

SHOWN_HOURS = range(0, 24, 3)


def show_fit(gst: Gst, found: TwinFit, unit: str | None, *, as_json: bool) -> None:
    """All units, or with a unit every law of its stays by kind of admission."""
    if as_json:
        show_json(_as_json(found))
        return
    show_synthetic(gst)
    if unit is None:
        _show_units(found)
        _show_shapes(found)
        _show_unrecorded(found)
        _show_chosen_laws(found)
    else:
        _show_laws(unit, found)
    _show_rule()
    show_run(found.run)


def _show_units(found: TwinFit) -> None:
    show_table(
        t("Held back from {day}: what happened and what the twin says", day=t.day(found.first_day)),
        [
            t("unit"),
            t("occupied beds"),
            t("twin"),
            t("9 cases in 10"),
            t("admissions/day"),
            t("twin"),
            t("stay [days]"),
            t("twin"),
        ],
        [_unit_cells(row) for row in fit_rows(found.fit)],
    )


def _unit_cells(row: FitRow) -> list[str]:
    return [
        row.unit,
        _number(row.beds_observed, 1),
        _number(row.beds_simulated, 1),
        f"{_number(row.beds_low, 1)} – {_number(row.beds_high, 1)}",
        _number(row.admissions_observed, 2),
        _number(row.admissions_simulated, 2),
        _number(row.stay_days_observed, 1),
        _number(row.stay_days_simulated, 1),
    ]


def _number(value: float, decimals: int) -> str:
    return "–" if isnan(value) else t.number(value, decimals)


def _show_shapes(found: TwinFit) -> None:
    hours = [row for row in shape_of_the_gst(found.fit, "hour") if row[0] in SHOWN_HOURS]
    days = shape_of_the_gst(found.fit, "weekday")
    rows = [(t.weekday(at), one, two) for at, one, two in days]
    rows += [(t("{hour} h", hour=at), one, two) for at, one, two in hours]
    show_table(
        t("Occupied beds of all units by weekday and hour"),
        [t("when"), t("observed"), t("twin"), t("difference")],
        [
            [when, t.number(one), t.number(two), f"{t.number(PERCENT * (two / one - 1), 1)} %"]
            for when, one, two in rows
            if one
        ],
    )


def _show_unrecorded(found: TwinFit) -> None:
    """Waits of the twin beside which a history has nothing to put."""
    waits = found.fit[found.fit[OBSERVED].isna() & ~found.fit[Col.PLACE].isin(_units(found))]
    if waits.empty:
        return
    show_table(
        t("Waits: the history of a GST records none, compare with your own registers"),
        [t("hospital"), t("indicator"), t("twin")],
        [
            [row[Col.PLACE], t(indicator_name(row["measure"])), t.number(row[SIMULATED], 1)]
            for row in waits.to_dict("records")
        ],
    )


def _units(found: TwinFit) -> list[str]:
    return [row.unit for row in fit_rows(found.fit)]


def _show_chosen_laws(found: TwinFit) -> None:
    chosen = [row for row in stay_rows(found.stay_laws) if row.chosen and not row.kind]
    if not chosen:
        screen.print(t("No unit has 30 ended stays: all lengths of stay are those of its row."))
        return
    show_table(
        t("Lengths of stay of the last year: the law of each unit"),
        [t("unit"), *_law_columns()],
        [[row.unit, *_law_cells(row)] for row in chosen],
    )
    screen.print(t("Every law of one unit: tadbir twin fit --unit CODE"))


def _show_laws(unit: str, found: TwinFit) -> None:
    show_table(
        t("Lengths of stay in {unit}: every law", unit=unit),
        [t("admission"), t("used"), *_law_columns()],
        [
            [
                t(KINDS_OF_ADMISSION[row.kind]),
                "✓" if row.chosen and not row.kind else "",
                *_law_cells(row),
            ]
            for row in stay_rows(found.stay_laws)
            if row.unit == unit
        ],
    )


def _law_columns() -> list[str]:
    return [
        t("law"),
        t("stays"),
        t("still present"),
        t("mean [days]"),
        t("variation"),
        "AIC",
        t("distance"),
        t("rejected at 1 %"),
    ]


def _law_cells(row: StayRow) -> list[str]:
    return [
        t(LAWS[row.law]),
        str(row.stays),
        f"{t.number(PERCENT * row.running_share, 1)} %",
        t.number(row.mean_days, 1),
        t.number(row.cv, 2),
        "–" if row.aic is None else t.number(row.aic),
        "–" if row.distance is None else t.number(row.distance, 3),
        t("yes") if row.rejected else t("no"),
    ]


def _show_rule() -> None:
    screen.print(
        t(
            "Rule: log-normal, unless gamma or Weibull has an AIC lower by 10 and lies closer; the "
            "observed lengths where every law misplaces more than a tenth of 200 patients or more."
        )
    )


def _as_json(found: TwinFit) -> dict[str, Any]:
    return {
        "run": found.run,
        "first_day": found.first_day,
        "units": _plain([asdict(row) for row in fit_rows(found.fit)]),
        "fit": _plain(found.fit.to_dict("records")),
        "stay_laws": [asdict(row) for row in stay_rows(found.stay_laws)],
        "notes": found.notes.to_dict("records"),
    }


def _plain(rows: list[dict[Any, Any]]) -> list[dict[str, Any]]:
    """JSON has no nan: what is not recorded is null."""

    def said(value: Any) -> Any:
        return None if isinstance(value, float) and isnan(value) else value

    return [{str(name): said(value) for name, value in row.items()} for row in rows]
