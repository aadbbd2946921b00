"""Drawings of the report as inline SVG: figures only, so that every language can caption them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from application.summaries import DifferenceRow, Effect
from hospital.base import HOURS_PER_DAY
from hospital.forecast import DemandForecast
from hospital.tables import Col

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

INK, BAND, LINE, PAST = "#22313f", "#bcd7ea", "#1f6fa8", "#8a97a3"
COLOURS = {
    Effect.LOWER: "#1f6fa8",
    Effect.HIGHER: "#c4622d",
    Effect.NONE: PAST,
    Effect.UNCLEAR: PAST,
}
WIDTH_INCHES, HEIGHT_INCHES = 7.2, 2.4
TICKS = 8
STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "tadbir",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": PAST,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}
"""Text stays text, and the same figures always give the same bytes."""


@contextmanager
def _axes(height_inches: float = HEIGHT_INCHES) -> Iterator[tuple[Axes, list[str]]]:
    """Axes to draw on; the SVG is in the list when the block ends."""
    svg: list[str] = []
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH_INCHES, height_inches), layout="constrained")
        yield figure.subplots(), svg
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    svg.append(text[text.index("<svg") :])


def fan(past: tuple[Sequence[date], Sequence[float]], forecast: DemandForecast) -> str:
    """The last weeks and the forecast with its 50 % and 90 % intervals."""
    days = _dates(forecast.days())
    with _axes() as (axes, svg):
        axes.plot(_dates(past[0]), past[1], color=PAST, linewidth=1)
        for low, high, alpha in ((0.05, 0.95, 0.5), (0.25, 0.75, 1.0)):
            axes.fill_between(
                days, forecast.quantile(low), forecast.quantile(high), color=BAND, alpha=alpha, lw=0
            )
        axes.plot(days, forecast.mean, color=LINE, linewidth=1.6)
        axes.set_ylim(bottom=0)
        _short_dates(axes)
    return svg[0]


def occupancy(frame: pd.DataFrame, first_day: date, beds: tuple[int, int]) -> str:
    """Occupied beds by hour of a unit, mean and 80 % band, under its beds before and after."""
    days = frame[Col.HOUR] / HOURS_PER_DAY
    with _axes() as (axes, svg):
        axes.fill_between(days, frame[Col.P10], frame[Col.P90], color=BAND, lw=0)
        axes.plot(days, frame[Col.MEAN], color=LINE, linewidth=1.4)
        for count, style in zip(dict.fromkeys(beds), ("-", "--"), strict=False):
            axes.axhline(count, color=INK, linewidth=1, linestyle=style)
        axes.set_ylim(bottom=0)
        axes.set_xlabel(f"{first_day.isoformat()} +")
    return svg[0]


def differences(rows: Sequence[DifferenceRow]) -> str:
    """Each paired difference with its interval, scaled by its own half-width to share an axis."""
    with _axes(0.3 * len(rows) + 0.5) as (axes, svg):
        for place, row in enumerate(reversed(rows)):
            scale = max(abs(row.low), abs(row.high)) or 1.0
            colour = COLOURS[row.effect]
            axes.plot([row.low / scale, row.high / scale], [place, place], color=colour, lw=3)
            axes.plot(row.difference / scale, place, "o", color=colour, markersize=5)
        axes.axvline(0, color=INK, linewidth=1)
        axes.set_yticks(range(len(rows)), [str(len(rows) - place) for place in range(len(rows))])
        axes.set_xlim(-1.15, 1.15)
        axes.set_xticks([-1, 0, 1], ["−", "0", "+"])
    return svg[0]


def fairness(nights: Sequence[float], entitled: Sequence[float]) -> str:
    """Nights worked by each person beside the nights they were due."""
    with _axes() as (axes, svg):
        places = range(len(nights))
        axes.bar(places, nights, color=LINE, width=0.6)
        axes.scatter(places, entitled, color=INK, marker="_", s=120, zorder=3)
        axes.set_xticks(list(places), [str(place + 1) for place in places])
    return svg[0]


def _dates(days: Sequence[date]) -> npt.NDArray[np.datetime64]:
    return np.array(days, dtype="datetime64[D]")


def _short_dates(axes: Axes) -> None:
    first, last = (int(limit) for limit in axes.get_xlim())
    shown = range(first, last + 1, max(1, (last - first) // TICKS))
    epoch = date(1970, 1, 1)
    axes.set_xticks(list(shown), [f"{epoch + timedelta(days=day):%d/%m}" for day in shown])
