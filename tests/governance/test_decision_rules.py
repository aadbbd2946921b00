"""How many persons it takes to publish is data of the site."""

from pathlib import Path

import pytest

from governance.decision import RecommendationKind
from governance.decision_rules import RULES_FILE, load_rules
from hospital.errors import GstError

pytestmark = pytest.mark.unit

TWO = "schema_version: 1\npersons:\n  roster: 2\n  stock_order: 2\n"


def test_one_person_decides_unless_the_site_says_two(tmp_path: Path) -> None:
    assert {load_rules(tmp_path).persons_for(kind) for kind in RecommendationKind} == {1}
    (tmp_path / RULES_FILE).write_text(TWO)
    rules = load_rules(tmp_path)
    asked = {kind for kind in RecommendationKind if rules.persons_for(kind) == 2}
    assert asked == {RecommendationKind.ROSTER, RecommendationKind.STOCK_ORDER}


@pytest.mark.parametrize(
    "text",
    [
        "persons: {roster: 2}",
        "schema_version: 1\npersons: {roster: 0}",
        "schema_version: 1\npersons: {roster: 3}",
        "schema_version: 1\npersons: {rooster: 2}",
        "schema_version: 1\npersons: {roster: 2}\nexcept: me",
        "- 1",
        "a: [",
        "",
        "!!python/object/apply:os.system [true]",
    ],
)
def test_rules_that_cannot_be_read_are_never_skipped(text: str, tmp_path: Path) -> None:
    (tmp_path / RULES_FILE).write_text(text)
    with pytest.raises(GstError, match="decision_rules_unreadable"):
        load_rules(tmp_path)


def test_a_folder_in_the_place_of_the_rules_is_no_rule(tmp_path: Path) -> None:
    (tmp_path / RULES_FILE).mkdir()
    with pytest.raises(GstError, match="decision_rules_unreadable"):
        load_rules(tmp_path)
