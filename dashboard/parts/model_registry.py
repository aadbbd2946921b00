"""The registered models: how far each is trusted, and the card of one of them."""

from __future__ import annotations

import re

import streamlit as st

from application.report.model_card import card_markdown
from application.use_cases.models import Registered, list_models
from application.words import STAGES
from dashboard.parts.html_table import Column, show_table
from dashboard.session import Session

CARD_MEDIA = "text/markdown"


def show_registry(session: Session) -> None:
    """The table of versions, and the card of the chosen one; nothing yet says how to begin."""
    t = session.t
    st.subheader(t("Registered models"), anchor=False)
    models = list_models(session.work)
    if not models:
        st.info(t("No model is registered yet: tadbir model register DOCUMENT ARTEFACT."))
        return
    heads = (t("Model"), t("Type"), t("Stage"), t("Owner"), t("Reports"))
    show_table(
        t("Registered models"),
        [Column(head) for head in heads],
        [_row(session, found) for found in models],
    )
    by_key = {found.model.key: found for found in models}
    key = st.selectbox(t("Card of a model"), list(reversed(by_key)), key="model-card")
    _card(session, by_key[key])


def _row(session: Session, found: Registered) -> list[str]:
    reports = (f"{report.value}: {word}" for report, word in found.evidence.reports.items())
    return [
        found.model.key,
        found.model.model_type.value,
        session.t(STAGES[found.stage]),
        found.model.owner,
        session.t.listed(reports) or "–",
    ]


def _card(session: Session, found: Registered) -> None:
    t = session.t
    card = card_markdown(found, t)
    with st.container(border=True):
        st.markdown(card_on_page(card))
        st.download_button(
            t("The card (Markdown)"),
            card,
            file_name=f"{found.model.key}.md",
            mime=CARD_MEDIA,
            on_click="ignore",
            key="model-card-file",
        )


def card_on_page(card: str) -> str:
    """The card below the headings of a page, no sum of money taken for a formula."""
    return re.sub(r"(?m)^(?=#)", "##", card).replace("$", r"\$")
