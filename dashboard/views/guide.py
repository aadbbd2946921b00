"""Help: first steps of each person, the words, the methods and their limits."""

from __future__ import annotations

import streamlit as st

from application.glossary import GLOSSARY, Word
from application.help_words import FIRST_STEPS, LIMITS, MEANINGS, METHODS, FirstSteps
from application.language import Language
from dashboard.parts.head import show_head
from dashboard.parts.html_table import Column, show_table
from dashboard.session import Session
from dashboard.wording import LANGUAGE_NAMES
from hospital.errors import Sentence

DOUBTFUL = " (?)"


def draw(session: Session) -> None:
    """All of it, also before anything was imported."""
    t = session.t
    show_head(session, t("Help"), t("Where do I begin, what do the words mean, what may I trust?"))
    _first_steps(session)
    _told(session, t("What the figures mean"), MEANINGS)
    _told(session, t("Methods"), METHODS)
    with st.container(border=True):
        st.subheader(t("Limits"), anchor=False)
        st.markdown("\n".join(f"- {t(limit)}" for limit in LIMITS))
    _glossary(session)


def _first_steps(session: Session) -> None:
    t = session.t
    st.subheader(t("First steps"), anchor=False)
    for column, person in zip(st.columns(len(FIRST_STEPS)), FIRST_STEPS, strict=True):
        with column.container(border=True, height="stretch"):
            _steps_of(session, person)


def _steps_of(session: Session, person: FirstSteps) -> None:
    t = session.t
    st.markdown(f"**{t(person.who)}**")
    st.markdown("\n".join(f"{at}. {t(step)}" for at, step in enumerate(person.steps, start=1)))
    st.page_link(
        session.pages[person.page],
        label=t("Open"),
        query_params={"lang": session.language.value},
    )


def _told(session: Session, title: str, told: dict[Sentence, Sentence]) -> None:
    t = session.t
    with st.container(border=True):
        st.subheader(title, anchor=False)
        columns = [Column(t("Word")), Column(t("What it is"))]
        show_table(title, columns, [[t(word), t(meaning)] for word, meaning in told.items()])


def _glossary(session: Session) -> None:
    t = session.t
    languages = sorted(Language, key=lambda language: language is not session.language)
    st.subheader(t("Glossary"), anchor=False)
    for section, words in GLOSSARY.items():
        with st.expander(t(section)):
            show_table(
                t(section),
                [Column(LANGUAGE_NAMES[language]) for language in languages],
                [[_named(word, language) for language in languages] for word in words],
            )


def _named(word: Word, language: Language) -> str:
    is_doubtful = word.is_doubtful and language is Language.ARABIC
    return word.in_language(language) + (DOUBTFUL if is_doubtful else "")
