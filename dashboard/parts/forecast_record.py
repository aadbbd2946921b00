"""How a forecasting method did on its own past, beside repeating last week."""

from __future__ import annotations

import streamlit as st

from application.forecast_words import verdict
from application.language import Translator
from dashboard.session import Session
from hospital.forecast import BacktestCard


def show_record(session: Session, card: BacktestCard) -> None:
    """The error, the coverage of the interval, and on how many past days they rest."""
    t = session.t
    with st.container(border=True):
        st.markdown(t("**Tested on its own past**"))
        st.markdown(verdict(t, card))
        _show_error(
            t,
            t("Error (MASE)"),
            (card.mase, card.naive_mase),
            t(
                "Mean absolute error divided by that of repeating last week inside the "
                "history. Below the other figure, the forecast is better than repeating."
            ),
        )
        if card.crps is not None and card.naive_crps is not None:
            _show_error(
                t,
                t("Error of the whole distribution (CRPS)"),
                (card.crps, card.naive_crps),
                t(
                    "Judges the median and all intervals at once, in the unit of MASE: it punishes "
                    "intervals that miss, and intervals that are wider than they need to be."
                ),
            )
        st.metric(
            t("Days inside the 80 % interval"),
            t.isolated(f"{t.number(100 * card.coverage_80)} %"),
            help=t("About 80 % is right: far less is too sure, far more is too vague."),
        )
        st.caption(
            t(
                "{count} forecasts from past days that it had not seen; mean error {wape} % of "
                "the demand.",
                count=card.origins,
                wape=t.number(card.wape_percent, 1),
            )
        )


def _show_error(t: Translator, name: str, errors: tuple[float, float], meaning: str) -> None:
    """An error beside that of repeating last week."""
    own, repeating = errors
    st.metric(
        name,
        t.isolated(t.number(own, 2)),
        delta=t("Repeating last week: {mase}", mase=t.number(repeating, 2)),
        delta_color="off",
        delta_arrow="off",
        help=meaning,
    )
