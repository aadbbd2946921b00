"""Tables are HTML that a screen reader can read and that no text can break out of."""

from __future__ import annotations

import pytest

from dashboard.parts.html_table import Cell, Column, table_html

pytestmark = pytest.mark.unit


def test_texts_are_escaped_wherever_they_stand() -> None:
    evil = "<script>alert(1)</script>"
    html = table_html(evil, [Column(evil)], [[evil], [Cell(evil, "good", title=f'"{evil}')]])
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 5


def test_the_first_column_names_its_row() -> None:
    html = table_html("Beds", [Column("Unit"), Column("Beds", is_figure=True)], [["ICU", "6"]])
    assert '<th scope="row">ICU</th>' in html
    assert '<td class="figure">6</td>' in html
    assert "<caption>Beds</caption>" in html


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        table_html("Beds", [Column("Unit")], [["ICU", "6"]])
