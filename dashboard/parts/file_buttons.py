"""Files to take away: one button for each kind, made only when somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

SHORT_RUN = 8
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".zip": "application/zip",
}


def show_file_buttons(
    name: str,
    labels: Mapping[str, str],
    make: Callable[[str], Callable[[], bytes]],
    kept_back: Mapping[str, str],
) -> None:
    """A button for each kind of ``labels``; the file is called ``name`` and ends so.

    ``make`` gives, for an ending, what makes the file. Kinds of ``kept_back`` cannot be taken
    yet, and say why.
    """
    with st.container(horizontal=True):
        for suffix, label in labels.items():
            st.download_button(
                label,
                make(suffix),
                file_name=f"{name}{suffix}",
                mime=MEDIA_TYPES[suffix],
                on_click="ignore",
                disabled=suffix in kept_back,
                help=kept_back.get(suffix),
                key=f"file-{name}{suffix}",
            )
