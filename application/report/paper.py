"""What sheets for the wall share: paper, ink, and text from where reading begins."""

from __future__ import annotations

from typing import Any

from application.language import END_ISOLATE, ISOLATE, Translator

RIGHT_TO_LEFT = "\u200f"
A4_ACROSS_INCHES = (11.69, 8.27)
INK, FAINT = "#22313f", "#b9c2ca"
STYLE: Any = {
    "pdf.fonttype": 42,
    "font.family": "sans-serif",
    "font.size": 7,
    "text.color": INK,
}
"""Settings of Matplotlib for a sheet; it shapes Arabic itself."""


def bare(text: str) -> str:
    """Without isolates, which neither a font nor a cell of a spreadsheet has a use for."""
    return text.replace(ISOLATE, "").replace(END_ISOLATE, "")


def plain(text: str, t: Translator) -> str:
    """The bare text; Arabic begins from the right."""
    return RIGHT_TO_LEFT + bare(text) if t.language.is_right_to_left else bare(text)
