"""What the command line shows of visits by the hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from application.cli.screen import show_json, show_table
from application.cli.tables import show_synthetic
from application.cli.voice import t
from hospital.errors import GstError, say

if TYPE_CHECKING:
    from datetime import date

    from hospital.gst import Gst
    from hospital.hourly_forecast import HourlyForecast


def show_hours(
    gst: Gst, found: tuple[HourlyForecast, ...], day: date | None, *, as_json: bool
) -> None:
    """One day of each series, the first where none is named; JSON has every hour.

    Raises:
        GstError: ``day_not_forecast``.
    """
    if as_json:
        show_json({"series": [_json(one) for one in found]})
        return
    show_synthetic(gst)
    for one in found:
        _show_day(one, day)


def _show_day(forecast: HourlyForecast, day: date | None) -> None:
    days = forecast.hours_of_days()
    shown = day or next(iter(days))
    if shown not in days:
        raise GstError(
            "day_not_forecast",
            say(
                "{day} is not forecast; choose a day from {first} to {last}, or another horizon.",
                day=shown,
                first=min(days),
                last=max(days),
            ),
        )
    hours = days[shown]
    rows = zip(
        forecast.starts[hours],
        forecast.mean[hours],
        *(forecast.quantile(level)[hours] for level in (0.05, 0.1, 0.9, 0.95)),
        strict=True,
    )
    show_table(
        f"{forecast.key} · {t.dated(shown)}",
        [t("hour"), t("mean"), t("8 cases in 10"), t("9 cases in 10")],
        [
            [
                f"{start:%H:%M}",
                t.number(mean, 1),
                f"{t.number(p10)} – {t.number(p90)}",
                f"{t.number(p05)} – {t.number(p95)}",
            ]
            for start, mean, p05, p10, p90, p95 in rows
        ],
    )


def _json(forecast: HourlyForecast) -> dict[str, Any]:
    return {
        "series": str(forecast.key),
        "model": forecast.model,
        "warnings": list(forecast.warnings),
        "hours": [start.isoformat() for start in forecast.starts],
        "mean": forecast.mean.tolist(),
        "p10": forecast.quantile(0.1).tolist(),
        "p90": forecast.quantile(0.9).tolist(),
    }
