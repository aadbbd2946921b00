"""What the command line shows of a what-if: always beside the forecast, never as one."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from application.cli.screen import screen, show_json, show_table
from application.cli.tables import PERCENT, show_synthetic
from application.cli.voice import t
from application.forecast_words import gain_sentence, signed, warning_name, what_if_parts
from application.summaries import forecast_row

if TYPE_CHECKING:
    from application.use_cases.forecast_what_if import WhatIfForecasts
    from hospital.forecast import DemandForecast
    from hospital.gst import Gst


def show_what_if(gst: Gst, found: WhatIfForecasts, *, as_json: bool) -> None:
    """Each series that it changes beside the forecast, what each effect adds, and the label."""
    if as_json:
        show_json(_json(found))
        return
    show_synthetic(gst)
    label = t("WHAT IF, NOT A FORECAST")
    screen.print(f"[black on cyan] {label} [/]", end=" ")
    screen.print(found.what_if.name, markup=False)
    pairs = list(zip(found.ordinary.forecasts, found.forecasts, strict=True))
    _show_totals(pairs)
    if len(pairs) == 1:
        _show_periods(*pairs[0])
    for gain in found.gains:
        screen.print(f"{gain.key}: {gain_sentence(t, gain)}", markup=False)
    for code in dict.fromkeys(code for one in found.forecasts for code in one.warnings):
        screen.print(f"! {warning_name(t, code)}", markup=False)


def _show_totals(pairs: list[tuple[DemandForecast, DemandForecast]]) -> None:
    show_table(
        t("Totals of the forecast and of the what-if"),
        [
            t("series"),
            t("forecast"),
            t("what-if"),
            t("80 % interval"),
            t("difference %"),
            t("of which"),
        ],
        [_total_cells(*pair) for pair in pairs],
    )


def _total_cells(ordinary: DemandForecast, changed: DemandForecast) -> list[str]:
    before, after = forecast_row(ordinary), forecast_row(changed)
    return [
        after.series,
        t.number(before.total),
        t.number(after.total),
        f"{t.number(after.low)} – {t.number(after.high)}",
        signed(t, round(PERCENT * (after.total / before.total - 1))) if before.total else "",
        _effects(what_if_parts(changed)),
    ]


def _show_periods(ordinary: DemandForecast, changed: DemandForecast) -> None:
    show_table(
        str(changed.key),
        [t("first day"), t("forecast"), t("what-if"), t("8 cases in 10"), t("of which")],
        [
            [
                t.dated(day),
                t.number(before, 1),
                t.number(after, 1),
                f"{t.number(low)} – {t.number(high)}",
                _effects(what_if_parts(changed, at)),
            ]
            for at, (day, before, after, low, high) in enumerate(
                zip(
                    changed.days(),
                    ordinary.mean,
                    changed.mean,
                    changed.quantile(0.1),
                    changed.quantile(0.9),
                    strict=True,
                )
            )
        ],
    )


def _effects(parts: dict[str, float]) -> str:
    """Such as: +12: Grippe."""
    return ", ".join(f"{signed(t, round(value))}: {name}" for name, value in parts.items())


def _json(found: WhatIfForecasts) -> dict[str, Any]:
    return {
        "what_if": found.what_if.model_dump(mode="json"),
        "is_forecast": False,
        "run": found.run,
        "forecast_run": found.ordinary.run,
        "series": [
            {
                **asdict(forecast_row(after)),
                "what_if": list(after.what_if),
                "forecast_total": forecast_row(before).total,
                "effects": what_if_parts(after),
                "first_day": after.first_day,
                "mean": after.mean.tolist(),
                "p10": after.quantile(0.1).tolist(),
                "p90": after.quantile(0.9).tolist(),
                "warnings": list(after.warnings),
            }
            for before, after in zip(found.ordinary.forecasts, found.forecasts, strict=True)
        ],
        "gains": [
            {
                "series": str(gain.key),
                "effects": list(gain.names),
                "lead_days": gain.lead_days,
                "past_days": gain.origins,
                "mase_without": gain.mase_without,
                "mase_with": gain.mase_with,
                "sentence": gain_sentence(t, gain),
            }
            for gain in found.gains
        ],
    }
