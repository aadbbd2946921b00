"""What a scheduler reads when the staff tables cannot be right: everything, in three languages."""

from __future__ import annotations

from datetime import date

import pytest

from application.language import Language, Translator
from hospital.errors import InvalidInput
from hospital.roster import Assignment
from hospital.staff import ShiftRequest
from scenarios.demo import DemoSize, generate
from scheduling.rosters.problem import Known, roster_problem

pytestmark = pytest.mark.integration

UNIT, FIRST_DAY = "CHR-KEN-GYN", date(2026, 11, 23)
CODES = {"person_twice", "unknown_shift", "need_beyond_staff", "contradictory_locks"}


@pytest.fixture(scope="module")
def refusal() -> InvalidInput:
    """Two contracts, a wish for an unknown shift, a need of 150, two locks on one day."""
    gst, _ = generate(DemoSize.SMALL, 1)
    person = next(p for p in gst.staff if p.unit == UNIT)
    need = next(n for n in gst.coverage if n.unit == UNIT and n.skill == person.skill)
    wish = ShiftRequest(staff=person.staff, day=FIRST_DAY, shift="X9", wants_work=True, weight=1)
    locks = tuple(
        Assignment(staff=person.staff, day=FIRST_DAY, shift=shift.shift)
        for shift in gst.shifts
        if any(
            n.unit == UNIT and n.shift == shift.shift and n.skill == person.skill
            for n in gst.coverage
        )
    )
    wrong = gst.but(
        staff=(*gst.staff, person.but(contract_percent=50)),
        coverage=tuple(n.but(staff_needed=150) if n == need else n for n in gst.coverage),
        requests=(*gst.requests, wish),
    )
    with pytest.raises(InvalidInput) as refused:
        roster_problem(wrong, UNIT, FIRST_DAY, 14, Known(locked=locks))
    return refused.value


def test_all_four_faults_are_told_at_once(refusal: InvalidInput) -> None:
    assert {problem.code for problem in refusal.problems} >= CODES


@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
def test_each_is_a_sentence_of_the_language(refusal: InvalidInput, language: Language) -> None:
    """Found, expected and remedy are all said, none as in the code."""
    t, english = Translator(language), Translator(Language.ENGLISH)
    for problem in refusal.problems:
        if problem.code in CODES:
            for said in (problem.expected, problem.remedy):
                assert t(said) != english(said)
            assert english(problem.found)
            assert problem.found == "X9" or t(problem.found) != english(problem.found)
