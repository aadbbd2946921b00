"""Why the forecast says what it says: one day in words, every day in a table."""

from __future__ import annotations

import streamlit as st

from application.forecast_words import explanation_sentence, reasons
from application.use_cases.explain_forecast import ExplainedForecast
from dashboard.parts.html_table import Column, show_table
from dashboard.session import Session
from hospital.errors import say
from hospital.forecast import DemandForecast, Period

FIRST_DAYS = {
    Period.DAY: say("Day"),
    Period.WEEK: say("Week of"),
    Period.MONTH: say("Month of"),
}


def show_reasons(session: Session, found: ExplainedForecast) -> None:
    """The day that the reader chooses, against an ordinary one of its weekday."""
    t, period = session.t, found.forecast.period
    st.subheader(t("Why this figure?"), anchor=False)
    by_day = {explained.day: explained for explained in found.explanations}
    day = st.selectbox(
        t(FIRST_DAYS[period]),
        list(by_day),
        format_func=t.dated if period is Period.DAY else t.day,
        key="explained-day",
    )
    st.markdown(explanation_sentence(t, session.work.calendar, by_day[day], period))
    st.caption(
        t(
            "In percent of an ordinary day: same weekday, last twelve months, neither holiday nor "
            "Ramadan. What was learnt from the past is no proof of a cause."
        )
    )
    with st.expander(t("Every day")):
        _show_all(session, found)


def _show_all(session: Session, found: ExplainedForecast) -> None:
    """Expected value, interval and reasons of each period."""
    t, period = session.t, found.forecast.period
    columns = [
        Column(t(FIRST_DAYS[period])),
        Column(t("Expected"), is_figure=True),
        Column(t("8 cases in 10"), is_figure=True),
        Column(t("Why")),
    ]
    rows = [
        [
            t.dated(each.day) if period is Period.DAY else t.day(each.day),
            t.number(each.mean, 1),
            t.isolated(f"{t.number(each.low)} – {t.number(each.high)}"),
            reasons(t, session.work.calendar, each, period),
        ]
        for each in found.explanations
    ]
    show_table(t("Every day"), columns, rows)


def show_numbers(session: Session, forecast: DemandForecast) -> None:
    """Median and interval of each period, where no reason can be given."""
    t = session.t
    rows = [
        [t.day(day), *(t.number(value, 1) for value in values)]
        for day, *values in zip(
            forecast.days(),
            forecast.quantile(0.5),
            forecast.quantile(0.1),
            forecast.quantile(0.9),
            strict=True,
        )
    ]
    columns = [
        Column(t(FIRST_DAYS[forecast.period])),
        *(Column(x, True) for x in (t("Median"), t("10 %"), t("90 %"))),
    ]
    with st.expander(t("The numbers")):
        show_table(t("The numbers"), columns, rows)
