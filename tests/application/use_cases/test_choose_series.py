"""Keys as a person types them."""

import pytest

from application.use_cases.choose_series import choose, near_matches
from hospital.errors import UnknownPlace
from hospital.forecast import SeriesKey, SeriesKind

pytestmark = pytest.mark.unit

KEYS = (
    SeriesKey(SeriesKind.VISITS, "CHR-KEN"),
    SeriesKey(SeriesKind.VISITS, "HP-SEA"),
    SeriesKey(SeriesKind.ADMISSIONS, "CHR-KEN"),
    SeriesKey(SeriesKind.CONSUMPTION, "CHR-KEN", "PARA500"),
    SeriesKey(SeriesKind.CONSUMPTION, "HP-SEA", "PARA500"),
)


def chosen(*asked: str) -> list[str]:
    return choose([(key, str(key)) for key in KEYS], asked)


def test_nothing_asked_is_everything() -> None:
    assert chosen() == [str(key) for key in KEYS]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("visits:CHR-KEN", ["visits:CHR-KEN"]),
        (" Visits:chr-ken ", ["visits:CHR-KEN"]),
        ("visits:*", ["visits:CHR-KEN", "visits:HP-SEA"]),
        ("*:CHR-KEN", ["visits:CHR-KEN", "admissions:CHR-KEN"]),
        ("consumption:*:PARA500", ["consumption:CHR-KEN:PARA500", "consumption:HP-SEA:PARA500"]),
    ],
)
def test_a_key_in_any_case_or_a_pattern(asked: str, found: list[str]) -> None:
    assert chosen(asked) == found


def test_a_series_asked_twice_comes_once_and_in_the_order_of_the_gst() -> None:
    assert chosen("visits:HP-SEA", "visits:*") == ["visits:CHR-KEN", "visits:HP-SEA"]


@pytest.mark.parametrize("asked", ["visits:CHR-KEM", "visit:CHR-KEN", "visits"])
def test_an_unknown_series_is_told_with_its_neighbours(asked: str) -> None:
    with pytest.raises(UnknownPlace) as refusal:
        chosen("visits:HP-SEA", asked)
    assert refusal.value.code == "unknown_series"
    assert asked in refusal.value.hint
    assert "visits:CHR-KEN" in refusal.value.hint


def test_the_nearest_key_comes_first() -> None:
    names = [str(key) for key in KEYS]
    assert near_matches("consumption:CHR-KEN:PARA50", names)[0] == "consumption:CHR-KEN:PARA500"
    assert near_matches("xyz", names) == names  # like none: what there is


def test_a_gst_without_history_says_so() -> None:
    with pytest.raises(UnknownPlace, match="no history"):
        choose([], ["visits:CHR-KEN"])
