"""Shows whether demand is still the one that was learnt, as a table and sentences, or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from application.cli.screen import screen, show_json, show_table
from application.cli.tables import PERCENT, show_synthetic
from application.cli.voice import t
from application.forecast_words import DRIFT_STATES, drift_sentence
from hospital.drift import DriftState

if TYPE_CHECKING:
    from datetime import date

    from forecasting.shift_watch import ShiftReport
    from hospital.drift import DriftReport
    from hospital.gst import Gst

NOTHING = "–"
SHOWN_CHANGES = 12


def show_drift(gst: Gst, reports: tuple[DriftReport, ...], *, as_json: bool) -> None:
    """Every series in a line; what a state means for those that are not normal."""
    if as_json:
        show_json({"series": [_json(report) for report in reports]})
        return
    show_synthetic(gst)
    show_table(
        t("Is demand still the one that was learnt?"),
        [
            t("series"),
            t("state"),
            t("since"),
            t("alarms"),
            t("last alarm"),
            t("of the alarm limit"),
            t("inside 80 % lately"),
        ],
        [_cells(report) for report in reports],
    )
    for report in reports:
        if len(reports) == 1 or report.state is not DriftState.NORMAL:
            screen.print(f"{report.key}: {drift_sentence(t, report)}", markup=False)
    if len(reports) == 1:
        _show_changes(reports[0])


def show_shifts(reports: tuple[ShiftReport, ...], *, as_json: bool) -> None:
    """Every series in a line: whether it has left what it was before a day."""
    if as_json:
        told = [
            {
                "series": str(one.key),
                "since": one.since.isoformat(),
                "shift_percent": round(100 * one.shift, 2),
                "alarm": None if one.alarm is None else one.alarm.isoformat(),
            }
            for one in reports
        ]
        show_json({"series": told})
        return
    show_table(
        t("Has demand left what it was?"),
        [t("series"), t("since"), t("mean change [%]"), t("first alarm")],
        [
            [str(one.key), _day(one.since), f"{100 * one.shift:+.1f}", _day(one.alarm)]
            for one in reports
        ],
    )


def _cells(report: DriftReport) -> list[str]:
    alarms = report.alarms
    return [
        str(report.key),
        t(DRIFT_STATES[report.state]),
        _day(report.since),
        str(len(alarms)),
        _day(alarms[-1] if alarms else None),
        _percent(report.limit_share),
        _percent(_lately(report)),
    ]


def _show_changes(report: DriftReport) -> None:
    if not report.changes:
        return
    show_table(
        t("{series}: changes of state", series=str(report.key)),
        [t("first day"), t("state")],
        [
            [t.dated(change.day), t(DRIFT_STATES[change.state])]
            for change in report.changes[-SHOWN_CHANGES:]
        ],
    )


def _day(day: date | None) -> str:
    return NOTHING if day is None else t.day(day)


def _percent(share: float | None) -> str:
    return NOTHING if share is None else f"{t.number(PERCENT * share)} %"


def _lately(report: DriftReport) -> float | None:
    """Share of the recent errors inside the 80 % interval, None while there are too few."""
    last = float(report.coverage[-1]) if len(report.coverage) else np.nan
    return last if np.isfinite(last) else None


def _json(report: DriftReport) -> dict[str, Any]:
    return {
        "series": str(report.key),
        "state": report.state.value,
        "since": report.since,
        "alarms": list(report.alarms),
        "limit_share": report.limit_share,
        "coverage_80": _lately(report),
        "changes": [{"day": change.day, "state": change.state.value} for change in report.changes],
        "sentence": drift_sentence(t, report),
    }
