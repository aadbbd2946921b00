"""What a paired difference means: clear only where its interval excludes zero."""

from __future__ import annotations

import pytest

from application.language import Language, Translator
from application.summaries import DifferenceRow
from application.terms import NURSE_HOURS, TOTAL_COST
from dashboard.findings import Judgement, findings_of, judgement_of, verdict
from hospital.errors import say
from hospital.twin_result import Indicator

pytestmark = pytest.mark.unit


def row(indicator: str, difference: float, half_width: float) -> DifferenceRow:
    low, high = difference - half_width, difference + half_width
    name = say("Boarding: admitted, waiting for a bed [h]")
    return DifferenceRow(indicator, "", name, 10.0, 10.0 + difference, difference, low, high)


@pytest.mark.parametrize(
    ("indicator", "difference", "half_width", "judged"),
    [
        (Indicator.BOARDING, -2.0, 1.0, Judgement.BETTER),
        (Indicator.BOARDING, 2.0, 1.0, Judgement.WORSE),
        (Indicator.BOARDING, -2.0, 3.0, Judgement.UNCLEAR),
        (Indicator.BOARDING, -2.0, 2.0, Judgement.UNCLEAR),
        (Indicator.BOARDING, 0.0, 0.0, Judgement.UNCHANGED),
        (Indicator.BED_DAYS, 2.0, 1.0, Judgement.CHANGED),
        (NURSE_HOURS, -2.0, 1.0, Judgement.CHANGED),
        (TOTAL_COST, 2.0, 1.0, Judgement.WORSE),
        (Indicator.BOARDING, -2.0, float("nan"), Judgement.UNCLEAR),
    ],
)
def test_a_difference_is_judged_by_its_interval(
    indicator: str, difference: float, half_width: float, judged: Judgement
) -> None:
    assert judgement_of(row(indicator, difference, half_width)) is judged


def test_the_verdict_names_what_is_clear_and_counts_what_is_not() -> None:
    rows = [
        row(Indicator.BOARDING, -2.0, 1.0),
        row(TOTAL_COST, 2.0, 1.0),
        row(Indicator.DEATHS, 1.0, 2.0),
        row(Indicator.TRANSFERS, 1.0, 2.0),
    ]
    sentences = verdict(Translator(Language.ENGLISH), findings_of(rows), 12)
    assert sentences == [
        "It improves: Boarding: admitted, waiting for a bed [h].",
        "It worsens: Boarding: admitted, waiting for a bed [h].",
        "For 2 indicators the difference cannot be told from chance.",
        "12 paired replications of the same days.",
    ]
