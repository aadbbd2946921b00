"""Emergency visits by the hour over the next seven days: a chart, its sentence, its numbers."""

from __future__ import annotations

import streamlit as st

from dashboard.charts.hours import HIGH, HOUR, LOW, MEAN, hours, hours_frame
from dashboard.parts.chart import show_chart
from dashboard.parts.html_table import Column, show_table
from dashboard.session import Session
from hospital.base import DAYS_PER_WEEK, HOURS_PER_DAY
from hospital.hourly_forecast import HourlyForecast

NOTHING = "–"


def show_hours(session: Session, forecast: HourlyForecast) -> None:
    """When in the week people come, with the interval that holds eight hours in ten."""
    t = session.t
    st.subheader(t("Hour by hour, the next seven days"), anchor=False)
    said = _sentence(session, forecast)
    st.caption(said)
    frame = hours_frame(forecast, DAYS_PER_WEEK)
    show_chart(session, hours, frame, t("Visits per hour"), alt=said)
    with st.expander(t("Every hour")):
        _show_all(session, forecast)


def _sentence(session: Session, forecast: HourlyForecast) -> str:
    """The busiest hour and the quietest."""
    t, frame = session.t, hours_frame(forecast, DAYS_PER_WEEK)
    most, least = (frame.iloc[int(at)] for at in (frame[MEAN].argmax(), frame[MEAN].argmin()))
    return t(
        "Most visits on {day} from {hour}: {mean} expected, 8 times in 10 between {low} and "
        "{high}. Fewest on {quiet_day} from {quiet_hour}: {fewest}.",
        day=t.dated(most[HOUR].date()),
        hour=f"{most[HOUR]:%H:%M}",
        mean=t.number(most[MEAN], 1),
        low=t.number(most[LOW]),
        high=t.number(most[HIGH]),
        quiet_day=t.dated(least[HOUR].date()),
        quiet_hour=f"{least[HOUR]:%H:%M}",
        fewest=t.number(least[MEAN], 1),
    )


def _show_all(session: Session, forecast: HourlyForecast) -> None:
    """A row for each hour of the clock, a column for each day; an hour may come twice, or never."""
    t, frame = session.t, hours_frame(forecast, DAYS_PER_WEEK)
    days = list(dict.fromkeys(moment.date() for moment in frame[HOUR]))
    cells: dict[tuple[int, int], list[str]] = {}
    for moment, low, mean, high in frame.itertuples(index=False):
        said = t.isolated(f"{t.number(mean, 1)} ({t.number(low)}–{t.number(high)})")
        cells.setdefault((moment.hour, days.index(moment.date())), []).append(said)
    rows = [
        [
            f"{hour:02d}:00",
            *(", ".join(cells.get((hour, at), [NOTHING])) for at in range(len(days))),
        ]
        for hour in range(HOURS_PER_DAY)
    ]
    columns = [Column(t("Hour")), *(Column(t.dated(day), is_figure=True) for day in days)]
    show_table(t("Every hour: expected, and 8 cases in 10"), columns, rows)
