"""What the form says is what the scenario language says."""

from __future__ import annotations

from pathlib import Path

import pytest

from application.change_words import describe_change
from application.language import Language, Translator
from application.terms import AddPhysicians, CloseBeds, DemandGrowth, OpenBeds, Scenario
from application.use_cases.read_scenario import CHANGES, read_scenario
from dashboard.parts.scenario_form import Wish
from hospital.gst import Gst

pytestmark = pytest.mark.unit

LIBRARY = sorted((Path(__file__).parents[2] / "scenarios" / "library").glob("*.yaml"))


@pytest.mark.parametrize(
    ("wish", "changes"),
    [
        (Wish("ICU", 4, "ED", 0, 0), (OpenBeds(unit="ICU", beds=4),)),
        (Wish("ICU", -4, "ED", 0, 0), (CloseBeds(unit="ICU", beds=4),)),
        (Wish("ICU", 0, "ED", -1, 0), (AddPhysicians(unit="ED", physicians=-1),)),
        (Wish("ICU", 0, "ED", 0, 10), (DemandGrowth(factor=1.1),)),
        (
            Wish("ICU", 1, "ED", 2, -50),
            (
                OpenBeds(unit="ICU", beds=1),
                AddPhysicians(unit="ED", physicians=2),
                DemandGrowth(factor=0.5),
            ),
        ),
        (Wish("ICU", 0, "ED", 0, 0), ()),
    ],
)
def test_a_wish_becomes_changes_and_zero_is_no_change(
    wish: Wish, changes: tuple[object, ...]
) -> None:
    assert wish.changes() == changes


def test_the_name_of_a_wish_is_a_code_of_the_scenario_language() -> None:
    wish = Wish("ICU", -4, "ED", 2, 10)
    scenario = Scenario(name=wish.name(), changes=wish.changes())
    assert scenario.name == "beds.less-4_physicians.plus-2_visits-percent.plus-10"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (OpenBeds(unit="ICU", beds=4), "4 beds more in ICU"),
        (CloseBeds(unit="ICU", beds=2), "2 beds fewer in ICU"),
        (AddPhysicians(unit="ED", physicians=-1), "-1 physicians in ED"),
        (DemandGrowth(factor=1.15), "+15 % emergency visits"),
    ],
)
def test_a_change_is_said_in_words(change: OpenBeds, words: str) -> None:
    gst = Gst.model_construct()
    assert describe_change(Translator(Language.ENGLISH), gst, change) == words


def test_every_kind_of_change_of_the_library_is_said_in_words() -> None:
    gst = Gst.model_construct(units=())
    changes = [change for file in LIBRARY for change in read_scenario(file).changes]
    t = Translator(Language.ENGLISH)
    for change in changes:
        words = describe_change(t, gst, change)
        assert words
        assert "{" not in words
    assert {change.kind for change in changes} == set(CHANGES)


def test_a_change_without_words_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="object has no words"):
        describe_change(Translator(Language.ENGLISH), Gst.model_construct(), object())  # type: ignore[arg-type]
