"""A table as HTML: read by screen readers, laid out from the right in Arabic, themed by CSS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

import streamlit as st

Tone = Literal["", "good", "bad", "quiet"]


@dataclass(frozen=True)
class Cell:
    """The text of a cell, how it is coloured, and what is said when one points at it."""

    text: str
    tone: Tone = ""
    title: str = ""


@dataclass(frozen=True)
class Column:
    """The head of a column; figures are aligned to the end of their column."""

    title: str
    is_figure: bool = False


Row = Sequence[str | Cell]


def show_table(caption: str, columns: Sequence[Column], rows: Sequence[Row]) -> None:
    """Draws the table; the caption is what a screen reader says first."""
    st.html(table_html(caption, columns, rows))


def table_html(caption: str, columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """The table as HTML, every text escaped; the first column names its row."""
    head = "".join(_head(column) for column in columns)
    body = "".join(
        "<tr>"
        + "".join(
            _cell(cell, column, place)
            for place, (cell, column) in enumerate(zip(row, columns, strict=True))
        )
        + "</tr>"
        for row in rows
    )
    return (
        '<div class="tadbir-scroll" tabindex="0"><table class="tadbir-table">'
        f"<caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _head(column: Column) -> str:
    classes = _classes("figure" if column.is_figure else "")
    return f'<th scope="col"{classes}>{escape(column.title)}</th>'


def _cell(cell: str | Cell, column: Column, place: int) -> str:
    cell = cell if isinstance(cell, Cell) else Cell(cell)
    tag, scope = ("th", ' scope="row"') if place == 0 else ("td", "")
    classes = _classes("figure" if column.is_figure else "", cell.tone)
    title = f' title="{escape(cell.title)}"' if cell.title else ""
    return f"<{tag}{scope}{classes}{title}>{escape(cell.text)}</{tag}>"


def _classes(*names: str) -> str:
    used = " ".join(name for name in names if name)
    return f' class="{used}"' if used else ""
