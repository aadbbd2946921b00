"""The territory as a schematic map: roads, transfers, and how full each hospital is."""

from __future__ import annotations

from math import cos, pi, sin
from typing import Any

import altair as alt
import pandas as pd

from application.language import Translator
from application.use_cases.territory import Territory
from dashboard.charts.style import GREY, TEAL, VERMILLION, finished

CODE, NAME, X, Y, X2, Y2 = "code", "name", "x", "y", "x2", "y2"
BEDS, PERCENT, LABEL, KM, MINUTES, PATIENTS, ORDER = (
    "beds",
    "percent",
    "label",
    "km",
    "minutes",
    "patients",
    "order",
)
HEIGHT_PIXELS = 460
WIDER_THAN_HIGH = 1.7
MARGIN_SHARE = 0.22
CORNERS = 16
FULLEST_PERCENT = 110


def hospital_frame(found: Territory, t: Translator) -> pd.DataFrame:
    """One row for each hospital: where it stands, its beds and how many of them are taken [%]."""
    rows = [
        {
            CODE: one.hospital.hospital,
            NAME: one.hospital.name,
            X: found.drawn.places[one.hospital.hospital][0],
            Y: found.drawn.places[one.hospital.hospital][1],
            BEDS: one.beds,
            PERCENT: one.occupancy_percent,
            LABEL: f"{one.hospital.hospital} · {t.number(one.occupancy_percent)} %",
        }
        for one in found.hospitals
    ]
    return pd.DataFrame(rows, columns=[CODE, NAME, X, Y, BEDS, PERCENT, LABEL])


def road_frame(found: Territory) -> pd.DataFrame:
    """One row for each road: its ends, length and duration, and who was sent along it."""
    places = found.drawn.places
    sent: dict[frozenset[str], int] = {}
    for flow in found.flows:
        ends = frozenset((flow.origin, flow.destination))
        sent[ends] = sent.get(ends, 0) + flow.patients
    rows = [
        {
            LABEL: f"{road.origin} – {road.destination}",
            X: places[road.origin][0],
            Y: places[road.origin][1],
            X2: places[road.destination][0],
            Y2: places[road.destination][1],
            KM: road.distance_km,
            MINUTES: road.travel_minutes,
            PATIENTS: sent.get(frozenset((road.origin, road.destination)), 0),
        }
        for road in found.roads
    ]
    return pd.DataFrame(rows, columns=[LABEL, X, Y, X2, Y2, KM, MINUTES, PATIENTS])


def outline_frame(found: Territory) -> pd.DataFrame:
    """The hull of the hospitals with room around each: an outline of nothing but our own drawing.

    Andrew's monotone chain (1979, Information Processing Letters 9:216-219).
    """
    spots = list(found.drawn.places.values())
    reach = MARGIN_SHARE * _span(spots)
    ring = [2 * pi * corner / CORNERS for corner in range(CORNERS)]
    around = sorted({(x + reach * cos(a), y + reach * sin(a)) for x, y in spots for a in ring})
    hull = [*_half(around), *_half(around[::-1])]
    return pd.DataFrame({ORDER: range(len(hull)), X: [x for x, _ in hull], Y: [y for _, y in hull]})


def _span(spots: list[tuple[float, float]]) -> float:
    """The larger side of the drawing [km]; one kilometre where all stand on one spot."""
    sides = [max(values) - min(values) for values in zip(*spots, strict=True)]
    return float(max([*sides, 1.0]))


def _half(spots: list[tuple[float, float]]) -> list[tuple[float, float]]:
    chain: list[tuple[float, float]] = []
    for spot in spots:
        while len(chain) > 1 and _turns_right(chain[-2], chain[-1], spot):
            chain.pop()
        chain.append(spot)
    return chain[:-1]


def _turns_right(
    one: tuple[float, float], two: tuple[float, float], three: tuple[float, float]
) -> bool:
    across = (two[0] - one[0]) * (three[1] - one[1]) - (two[1] - one[1]) * (three[0] - one[0])
    return across <= 0


def territory(
    hospitals: pd.DataFrame, roads: pd.DataFrame, outline: pd.DataFrame, t: Translator
) -> Any:
    """Outline, roads as wide as what was sent along them, hospitals as large as their beds."""
    scales = _scales(outline)
    x = alt.X(X, type="quantitative", scale=scales[0], axis=None)
    y = alt.Y(Y, type="quantitative", scale=scales[1], axis=None)
    ground = (
        alt.Chart(outline)
        .mark_line(
            interpolate="linear-closed", fill=GREY, fillOpacity=0.1, color=GREY, strokeWidth=1
        )
        .encode(x=x, y=y, order=alt.Order(ORDER, type="quantitative"))
    )
    lines = _lines(roads, x, y, t)
    layers = alt.layer(ground, lines, *_hospitals(hospitals, x, y, t))
    return finished(layers.properties(height=HEIGHT_PIXELS), t)


def _scales(outline: pd.DataFrame) -> tuple[alt.Scale, alt.Scale]:
    """One kilometre is about as long across as it is high on a wide page."""
    centres = [(outline[axis].min() + outline[axis].max()) / 2 for axis in (X, Y)]
    halves = [(outline[axis].max() - outline[axis].min()) / 2 for axis in (X, Y)]
    half = max(halves[1], halves[0] / WIDER_THAN_HIGH)
    reach = (WIDER_THAN_HIGH * half, half)
    across, up = (
        alt.Scale(domain=[centre - side, centre + side], nice=False, zero=False)
        for centre, side in zip(centres, reach, strict=True)
    )
    return across, up


def _lines(roads: pd.DataFrame, x: alt.X, y: alt.Y, t: Translator) -> Any:
    return (
        alt.Chart(roads)
        .mark_rule(color=GREY, opacity=0.45, strokeCap="round")
        .encode(
            x=x,
            y=y,
            x2=X2,
            y2=Y2,
            strokeWidth=alt.StrokeWidth(
                PATIENTS, type="quantitative", scale=alt.Scale(range=[1, 9]), legend=None
            ),
            tooltip=[
                alt.Tooltip(LABEL, type="nominal", title=t("Road")),
                alt.Tooltip(KM, type="quantitative", title=t("Distance [km]"), format=",.0f"),
                alt.Tooltip(MINUTES, type="quantitative", title=t("Travel [min]"), format=",.0f"),
                alt.Tooltip(PATIENTS, type="quantitative", title=t("Patients sent"), format=",.0f"),
            ],
        )
    )


def _hospitals(frame: pd.DataFrame, x: alt.X, y: alt.Y, t: Translator) -> tuple[Any, Any]:
    base = alt.Chart(frame).encode(x=x, y=y)
    colour = alt.Color(
        PERCENT,
        type="quantitative",
        title=t("Beds taken [%]"),
        scale=alt.Scale(domain=[50, FULLEST_PERCENT], range=[TEAL, VERMILLION], clamp=True),
        legend=alt.Legend(orient="top", gradientLength=180, format=",.0f"),
    )
    dots = base.mark_circle(opacity=1, stroke="white", strokeWidth=1.5).encode(
        size=alt.Size(BEDS, type="quantitative", scale=alt.Scale(range=[150, 1400]), legend=None),
        color=colour,
        tooltip=[
            alt.Tooltip(NAME, type="nominal", title=t("Hospital")),
            alt.Tooltip(BEDS, type="quantitative", title=t("Beds"), format=",.0f"),
            alt.Tooltip(PERCENT, type="quantitative", title=t("Beds taken [%]"), format=",.0f"),
        ],
    )
    names = base.mark_text(dy=-26, fontWeight="bold", fontSize=12, color=GREY).encode(text=LABEL)
    return dots, names
