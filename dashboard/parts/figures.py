"""A line of figures, each in a box with what it must be read against."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from application.language import Translator

Figure = tuple[str, str, str]
"""Label, value, note."""


def show_figures(t: Translator, figures: Sequence[Figure]) -> None:
    """The figures side by side, boxes of one height."""
    for column, (label, value, note) in zip(st.columns(len(figures)), figures, strict=True):
        column.metric(
            label,
            t.isolated(value),
            delta=note,
            delta_color="off",
            delta_arrow="off",
            border=True,
            height="stretch",
        )
