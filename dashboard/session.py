"""One visit to the dashboard: language, person, running job. Nothing else holds page state."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from application.language import Language, Translator
from application.settings import Settings, load_settings
from application.use_cases.session import Session as GstSession
from dashboard.workroom import current_gst
from hospital.errors import GstError, say

SLOT = "tadbir"
LANGUAGE_IN_ADDRESS = "lang"


@dataclass
class Session:
    """What is remembered from one click to the next. A reload begins a new one.

    ``pages`` are the pages of the navigation by their name in the address, so that one page
    can lead to another. ``just_decided`` is the recommendation that was decided last.
    """

    settings: Settings
    language: Language
    job: str | None = None
    actor: str = ""
    just_decided: str = ""
    pages: dict[str, st.Page] = field(default_factory=dict)

    @property
    def t(self) -> Translator:
        """Speaks the language of this visit."""
        return Translator(self.language)

    @property
    def gst(self) -> GstSession | None:
        """The current GST with its database, or None while nothing was imported."""
        return current_gst(self.settings)

    @property
    def work(self) -> GstSession:
        """The current GST of a page that cannot be drawn without one."""
        if self.gst is None:
            raise GstError("no_gst", say("No GST has been imported yet."))
        return self.gst


def here() -> Session:
    """The visit of the person who clicked, begun with the language of the address."""
    if SLOT not in st.session_state:
        settings = load_settings()
        asked = st.query_params.get(LANGUAGE_IN_ADDRESS, "")
        language = Language(asked) if asked in set(Language) else settings.language
        st.session_state[SLOT] = Session(settings, language)
    session: Session = st.session_state[SLOT]
    return session


def write_address(session: Session) -> None:
    """Keeps the language in the address, so that a link opens in the same language."""
    if st.query_params.get(LANGUAGE_IN_ADDRESS) != session.language.value:
        st.query_params[LANGUAGE_IN_ADDRESS] = session.language.value
