"""One visit to the dashboard: language, person, running job. Nothing else holds page state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from application.language import Language, Translator
from application.settings import Settings, load_settings
from application.use_cases.session import Session as GstSession
from dashboard.workroom import current_gst
from hospital.errors import GstError, say

SLOT = "tadbir"
LANGUAGE_IN_ADDRESS = "lang"
JOB_IN_ADDRESS = "job"
CHOSEN_LANGUAGE = "language"


@dataclass
class Session:
    """What is remembered from one click to the next. A reload begins a new one.

    ``gst`` is the current GST with its database, as it was at this click, or None while nothing
    was imported. ``pages`` are the pages of the navigation by their name in the address, so that
    one page can lead to another. ``just_decided`` is the
    recommendation that was decided last. ``first_shown`` is when each recommendation was first on
    the page: acceptances that follow in a blink are counted. ``tour_closed`` says that the first
    steps were read. ``job`` is the work that this visit watches; its name is in the address too,
    so that a reload finds it again.
    """

    settings: Settings
    language: Language
    job: str | None = None
    actor: str = ""
    just_decided: str = ""
    tour_closed: bool = False
    gst: GstSession | None = None
    pages: dict[str, st.Page] = field(default_factory=dict)
    first_shown: dict[str, datetime] = field(default_factory=dict)

    @property
    def t(self) -> Translator:
        """Speaks the language of this visit."""
        return Translator(self.language)

    def speak_as_chosen(self) -> None:
        """Takes the language just chosen, before the page is drawn: it is drawn once.

        What was chosen in lists is chosen again: the browser knows it by its words, which change.
        """
        self.language = st.session_state[CHOSEN_LANGUAGE]
        for key, chosen in st.session_state.items():
            if key != SLOT and _has_words(chosen):
                st.session_state[key] = chosen

    def look(self) -> None:
        """Sees which GST is current: once a click, so that a page is about one GST only."""
        self.gst = current_gst(self.settings)

    @property
    def work(self) -> GstSession:
        """The current GST of a page that cannot be drawn without one."""
        if self.gst is None:
            raise GstError("no_gst", say("No GST has been imported yet."))
        return self.gst


def _has_words(chosen: object) -> bool:
    """Not what buttons, folded parts and sent files hold: those are not to be set."""
    if isinstance(chosen, list):
        return bool(chosen) and not isinstance(chosen[0], UploadedFile)
    return chosen is not None and not isinstance(chosen, bool)


def here() -> Session:
    """The visit of the person who clicked, begun with the language of the address."""
    if SLOT not in st.session_state:
        settings = load_settings()
        asked = st.query_params.get(LANGUAGE_IN_ADDRESS, "")
        language = Language(asked) if asked in set(Language) else settings.language
        job = st.query_params.get(JOB_IN_ADDRESS)
        st.session_state[SLOT] = Session(settings, language, job=job)
    session: Session = st.session_state[SLOT]
    return session


def write_address(session: Session) -> None:
    """Keeps language and job in the address: a link or a reload shows the same."""
    if st.query_params.get(LANGUAGE_IN_ADDRESS) != session.language.value:
        st.query_params[LANGUAGE_IN_ADDRESS] = session.language.value
    if session.job is not None:
        st.query_params[JOB_IN_ADDRESS] = session.job
    elif JOB_IN_ADDRESS in st.query_params:
        del st.query_params[JOB_IN_ADDRESS]
