"""Which series is shown: what is counted, where, and of what; the address names it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

from application.forecast_words import SERIES
from dashboard.parts.series_name import item_name
from dashboard.session import Session
from hospital.forecast import DemandForecast, SeriesKey, SeriesKind

SERIES_IN_ADDRESS = "series"
FEWEST_TO_CHOOSE = 2
Choice = TypeVar("Choice")


def choose_series(session: Session, forecasts: tuple[DemandForecast, ...]) -> DemandForecast | None:
    """One forecast of these; the first that is shown is that of the address, where it has one."""
    asked = st.query_params.get(SERIES_IN_ADDRESS, "")
    linked = next((row.key for row in forecasts if str(row.key) == asked), None)
    chosen = _chosen(session, forecasts, linked)
    if chosen is not None and (asked or chosen.key != forecasts[0].key):
        st.query_params[SERIES_IN_ADDRESS] = str(chosen.key)
    return chosen


def _chosen(
    session: Session, forecasts: tuple[DemandForecast, ...], linked: SeriesKey | None
) -> DemandForecast | None:
    t = session.t
    columns = st.columns([2, 2, 2])
    told = {row.key.kind for row in forecasts}
    kinds = [kind for kind in SERIES if kind in told]
    kind = columns[0].selectbox(
        t("What is counted"),
        kinds,
        index=_place(kinds, linked and linked.kind),
        format_func=lambda k: t(SERIES[k]),
        key="series-kind",
    )
    of_kind = [row for row in forecasts if row.key.kind is kind]
    hospitals = list(dict.fromkeys(row.key.hospital for row in of_kind))
    if not hospitals:
        return None
    names = {row.hospital: row.name for row in session.work.gst.hospitals}
    names[""] = t("All hospitals of the GST")
    hospital = columns[1].selectbox(
        t("Hospital"),
        hospitals,
        index=_place(hospitals, linked and linked.hospital),
        format_func=lambda h: names.get(h, h),
        key="series-hospital",
    )
    found = {row.key: row for row in of_kind if row.key.hospital == hospital}
    if kind is not SeriesKind.CONSUMPTION and len(found) < FEWEST_TO_CHOOSE:
        return next(iter(found.values()), None)
    chosen = columns[2].selectbox(
        t("Medicine") if kind is SeriesKind.CONSUMPTION else t("Service or origin"),
        list(found),
        index=_place(list(found), linked),
        format_func=lambda key: item_name(session, key),
        key=f"{kind.value}-item",
    )
    return None if chosen is None else found[chosen]


def _place(choices: Sequence[Choice], asked: Choice | None) -> int:
    """Where the choice of the address stands; the first where it asks for none of these."""
    return choices.index(asked) if asked is not None and asked in choices else 0
