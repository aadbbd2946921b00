"""An error as a person reads it: what is wrong, what to do, and a code for the help desk."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from application.language import Translator
from hospital.errors import GstError, InvalidInput

MOST_SHOWN = 20


def show_error(t: Translator, error: GstError) -> None:
    """The error in the language of the visit."""
    if isinstance(error, InvalidInput):
        lines = [f"- {problem}" for problem in error.problems[:MOST_SHOWN]]
        st.error("\n".join([t("{count} problems found.", count=error.total), *lines]))
        return
    st.error(f"{t(error.hint)}  \n`{error.code}`")


def show_or_explain(t: Translator, draw: Callable[[], None]) -> None:
    """Draws a part of a page, or says in its place why it cannot be shown."""
    try:
        draw()
    except GstError as error:
        show_error(t, error)
