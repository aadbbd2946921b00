"""One hospital in motion: a page that opens in any browser, without a network.

``vidigi`` draws it (the ``animate`` extra, docs/decisions/0008): each square is a bed or a cubicle,
each dot a patient in the place that he holds; who waits without any place queues beside the unit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from importlib import import_module
from typing import Any

import pandas as pd

from application.language import Translator
from hospital.base import HOURS_PER_DAY, MINUTES_PER_HOUR
from hospital.errors import GstError, say
from hospital.gst import Gst
from hospital.places import Unit, UnitKind

KINDS = (UnitKind.EMERGENCY, UnitKind.INTENSIVE_CARE, UnitKind.STEP_DOWN, UnitKind.WARD)
"""Units from the top of the page down."""

MINUTES_PER_DAY = HOURS_PER_DAY * MINUTES_PER_HOUR
PATIENT, PLACE = "●", "□"
PLACES_IN_A_ROW, WAITING_IN_A_ROW, ROWS_WAITING = 25, 10, 4
MOST_WAITING = ROWS_WAITING * WAITING_IN_A_ROW
WAITING_X, PLACES_X, PAGE_X = 220, 780, 800
STEP, ROW, BETWEEN_UNITS, BOTTOM = 20, 24, 34, 40
PIXELS_AROUND = 200


@dataclass(frozen=True)
class Shown:
    """What the page shows: a hospital, from which day on, for how many days.

    ``skipped_days`` are the simulated days before the first one shown.
    """

    hospital: str
    first_day: date
    days: int
    skipped_days: int

    @property
    def minutes(self) -> tuple[int, int]:
        """Start and end on the clock of the run."""
        return (
            self.skipped_days * MINUTES_PER_DAY,
            (self.skipped_days + self.days) * MINUTES_PER_DAY,
        )


def animated_page(gst: Gst, log: pd.DataFrame, shown: Shown, t: Translator) -> str:
    """The page as HTML, drawing library and all.

    Args:
        gst: the places.
        log: events of ``twin.trace.event_log``.
        shown: hospital and days.
        t: the language of the page.

    Raises:
        GstError: ``extra_missing``, the animate extra is not installed.
    """
    draw = drawing()
    units = sorted(gst.units_of(shown.hospital, *KINDS), key=lambda unit: KINDS.index(unit.kind))
    beds = gst.beds_by_unit()
    positions, height = _positions(units, beds, t)
    start, end = shown.minutes
    figure = draw(
        event_log=events_of_hospital(log, shown.hospital),
        event_position_df=positions,
        scenario={unit.unit: beds[unit.unit] for unit in units},
        every_x_time_units=MINUTES_PER_HOUR,
        warm_up=start,
        limit_duration=end,
        start_date=(shown.first_day - timedelta(days=shown.skipped_days)).isoformat(),
        time_display_units="%Y-%m-%d %H:%M",
        custom_entity_icon_list=[PATIENT],
        custom_resource_icon=PLACE,
        wrap_resources_at=PLACES_IN_A_ROW,
        wrap_queues_at=WAITING_IN_A_ROW,
        step_snapshot_max=MOST_WAITING,
        gap_between_entities=STEP,
        gap_between_resources=STEP,
        gap_between_queue_rows=ROW,
        gap_between_resource_rows=ROW,
        hover_text_entity=None,
        entity_icon_size=14,
        resource_icon_size=22,
        entity_resource_offset_y=0,
        text_size=13,
        overflow_text_color="#1f5c99",
        override_x_max=PAGE_X,
        override_y_max=height,
        plotly_height=height + PIXELS_AROUND,
    )
    moving = figure.to_html(
        full_html=False, include_plotlyjs=True, config={"displayModeBar": False}
    )
    return _page(moving, gst, shown, t)


def drawing() -> Callable[..., Any]:
    """What draws; raises ``GstError`` where the animate extra is not installed."""
    try:
        animation = import_module("vidigi.animation")
    except ImportError:
        raise GstError(
            "extra_missing",
            say(
                "The animation needs the animate extra. With a network, once: make animate, "
                'or pip install "tadbir[animate]".'
            ),
        ) from None
    draw: Callable[..., Any] = animation.animate_activity_log
    return draw


def events_of_hospital(log: pd.DataFrame, hospital: str) -> pd.DataFrame:
    """The events that the page draws, as if there were no other hospital.

    A patient arrives with the first event here and departs with the first place elsewhere after
    it. Only places held and waits without a place are drawn: who boards is still in his place.
    """
    own = log[log["hospital"] == hospital]
    here = log[log["entity_id"].isin(own["entity_id"])]
    first = own.groupby("entity_id")["time"].min()
    elsewhere = here[(here["hospital"] != hospital) & here["event"].str.startswith("place:")]
    away = elsewhere[elsewhere["time"] >= elsewhere["entity_id"].map(first)]
    gone = away.groupby("entity_id")["time"].min()
    departed = here[here["event"] == "depart"].set_index("entity_id")["time"]
    left = gone.reindex(first.index).fillna(departed.reindex(first.index))
    drawn = own[own["event"].str.startswith(("place:", "wait_for_place:"))]
    drawn = drawn[~(drawn["time"] >= drawn["entity_id"].map(gone))]
    gates = [_gate("arrival", first), _gate("depart", left.dropna())]
    columns = ["entity_id", "event_type", "event", "resource_id", "time"]
    rows = pd.concat([gates[0], drawn[columns], gates[1]], ignore_index=True)
    return rows.sort_values("time", kind="stable", ignore_index=True)


def _gate(event: str, times: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "entity_id": times.index,
            "event_type": "arrival_departure",
            "event": event,
            "resource_id": pd.array([None] * len(times), dtype="Int64"),
            "time": times.to_numpy(),
        }
    )


def _positions(
    units: Sequence[Unit], beds: dict[str, int], t: Translator
) -> tuple[pd.DataFrame, int]:
    """Where each event is drawn, units from the bottom up, and the height of all."""
    rows: list[tuple[str, int, int, str, str | None]] = []
    height = BOTTOM
    for unit in reversed(units):
        name = t.isolated(unit.name)
        rows.append((f"wait_for_place:{unit.unit}", WAITING_X, height, " ", None))
        rows.append((f"place:{unit.unit}", PLACES_X, height, name, unit.unit))
        least = ROWS_WAITING if unit.kind is UnitKind.EMERGENCY else 1
        height += max(-(-beds[unit.unit] // PLACES_IN_A_ROW), least) * ROW + BETWEEN_UNITS
    rows.append(("arrival", 0, height, " ", None))
    rows.append(("depart", PAGE_X, 0, " ", None))
    names = ["event", "x", "y", "label", "resource"]
    return pd.DataFrame(rows, columns=names), height


def _page(moving: str, gst: Gst, shown: Shown, t: Translator) -> str:
    title = t(
        "{hospital}: one possible future, simulated", hospital=gst.hospital(shown.hospital).name
    )
    how = t(
        "Each square is a bed or a cubicle, each dot a patient; who waits without a place stands "
        "on the left. One replication of the twin from {day}, a picture every hour.",
        day=t.day(shown.first_day),
    )
    direction = "rtl" if t.language.is_right_to_left else "ltr"
    return (
        f'<!doctype html><html lang="{t.language.value}" dir="{direction}"><head>'
        f'<meta charset="utf-8"><title>{escape(title)}</title>'
        "<style>body{font-family:sans-serif;margin:1.5rem;max-width:1100px}</style></head>"
        f"<body><h1>{escape(title)}</h1><p>{escape(how)}</p>"
        f'<div dir="ltr">{moving}</div></body></html>\n'
    )
