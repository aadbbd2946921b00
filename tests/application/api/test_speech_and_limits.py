"""Languages by weight, requests by the minute, one status for each code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.api.guards import Bucket, Limits, load_limits
from application.api.problems import CODES, STATUSES, TITLES, document_of, status_of
from application.api.speech import speaker
from application.language import Language, Translator
from hospital.errors import GstError, InvalidInput, Problem, say

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("fr", Language.FRENCH),
        ("ar", Language.ARABIC),
        ("en-GB,fr;q=0.9", Language.ENGLISH),
        ("fr;q=0.2, ar;q=0.8", Language.ARABIC),
        ("en;q=0", Language.FRENCH),
        ("en;q=nonsense,ar;q=0.1", Language.ARABIC),
        ("*", Language.FRENCH),
    ],
)
def test_the_heaviest_language_that_we_have_is_spoken(asked: str, language: Language) -> None:
    assert speaker(asked).language is language


@given(st.text(max_size=300))
def test_no_header_stops_an_answer(asked: str) -> None:
    assert speaker(asked).language in set(Language)


def test_a_bucket_lets_a_minutes_worth_through_and_then_one_at_a_time() -> None:
    now = [0.0]
    bucket = Bucket(60, lambda: now[0])
    assert [bucket.lets("a") for _ in range(61)] == [True] * 60 + [False]
    assert bucket.lets("b")
    now[0] = 1.0
    assert bucket.lets("a")
    assert not bucket.lets("a")


def test_a_bucket_forgets_who_asks_no_more() -> None:
    now = [0.0]
    bucket = Bucket(1, lambda: now[0])
    for number in range(10_001):
        bucket.lets(str(number))
    now[0] = 61.0
    bucket.lets("late")
    assert len(bucket._left) == 1


@pytest.mark.parametrize("asked", ["0", "-1", "many", "²", "1.5"])
def test_a_limit_that_is_no_number_is_refused(asked: str) -> None:
    with pytest.raises(GstError, match="wrong_limit"):
        load_limits({"TADBIR_API_REQUESTS_PER_MINUTE": asked})


def test_limits_have_defaults() -> None:
    assert load_limits({}) == Limits()
    assert load_limits({"TADBIR_API_REQUESTS_PER_MINUTE": "9"}).requests_per_minute == 9


def test_a_code_has_one_status_and_each_status_a_title() -> None:
    assert sum(len(codes) for codes in CODES.values()) == len(STATUSES)
    assert set(CODES) <= set(TITLES)
    assert status_of("unknown_unit") == 404
    assert status_of("reason_missing") == 422


def test_every_problem_of_a_file_is_named_in_the_language() -> None:
    problem = Problem("metadata_missing", "m.json", say("nothing"), "a value", "Add it.", 3, "seed")
    told = document_of(InvalidInput([problem]), Translator(Language.FRENCH))
    assert (told.status, told.code) == (422, "invalid_input")
    assert told.problems[0].place == "m.json, row 3, column seed"
    assert told.problems[0].found != "nothing"
