"""What is shown of a run of the twin: few rows, each the mean of its replications."""

from __future__ import annotations

import pytest

from application.language import Language, Translator
from application.twin_summaries import COMPARED, result_rows, shown_rows
from application.use_cases.loop import FinishedLoop
from hospital.tables import Col
from hospital.twin_result import Indicator

pytestmark = pytest.mark.integration

MOST_ROWS = 28


def test_shown_rows_are_means_of_the_run_with_triage_and_gaps(demo: FinishedLoop) -> None:
    result = demo.loop.scenario.baseline.result
    rows = {(row.indicator, row.group): row for row in shown_rows(result)}
    frame = result.indicators
    for (indicator, group), row in rows.items():
        own = frame[
            (frame[Col.INDICATOR] == indicator)
            & (frame[Col.PLACE] == "")
            & (frame[Col.GROUP] == group)
        ]
        assert row.mean == pytest.approx(own[Col.VALUE].mean())
        assert row.half_width >= 0
    assert {(Indicator.CUBICLE_WAIT_P90, f"triage:{level}") for level in (3, 4, 5)} <= set(rows)
    gaps = {name for name, group in rows if group == "gap:sex"}
    assert Indicator.CUBICLE_WAIT in gaps
    assert gaps <= set(COMPARED)
    assert len(rows) <= MOST_ROWS < len(result_rows(result))


def test_every_shown_row_is_said_in_french_and_arabic(demo: FinishedLoop) -> None:
    for row in shown_rows(demo.loop.scenario.baseline.result):
        for language in (Language.FRENCH, Language.ARABIC):
            said = Translator(language)(row.name)
            assert said
            assert said != Translator(Language.ENGLISH)(row.name)
