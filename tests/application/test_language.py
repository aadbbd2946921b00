import ast
from collections.abc import Iterator
from datetime import date
from gettext import translation
from pathlib import Path

import pytest

from application.language import (
    DOMAIN,
    END_ISOLATE,
    ISOLATE,
    LOCALE_FOLDER,
    Language,
    Translator,
)
from hospital.errors import say

pytestmark = pytest.mark.unit

FRENCH, ARABIC, ENGLISH = (Translator(language) for language in Language)
ROOT = Path(__file__).parents[2]
PACKAGES = (
    "application dashboard forecasting governance hospital inventory scenarios scheduling twin"
)


def sentences_in_the_code() -> Iterator[str]:
    """The first argument of every ``t`` and ``say``, also inside an f-string."""
    for file in (one for package in PACKAGES.split() for one in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                said = node.args[0] if node.args else None
                if name in {"t", "say"} and isinstance(said, ast.Constant):
                    yield str(said.value)


def test_a_sentence_brings_its_own_values() -> None:
    sentence = say("row {row}", row=7)
    assert sentence == "row 7"
    assert FRENCH(sentence) == "ligne 7"


def test_english_is_said_as_it_is_written() -> None:
    assert ENGLISH("column {column}", column="beds") == "column beds"


def test_codes_keep_their_order_inside_arabic() -> None:
    assert f"{ISOLATE}2026-11-23{END_ISOLATE}" in ARABIC("row {row}", row="2026-11-23")


@pytest.mark.parametrize(
    ("translator", "number"), [(FRENCH, "1\u202f234,50"), (ENGLISH, "1,234.50")]
)
def test_numbers_follow_the_language(translator: Translator, number: str) -> None:
    assert translator.number(1234.5, 2).replace("\xa0", "\u202f") in {
        number,
        number.replace("\u202f", "."),
    }


@pytest.mark.parametrize("value", [-0.0, -0.001, 0.001])
def test_nothing_has_no_sign(value: float) -> None:
    assert ENGLISH.number(value, 2) == "0.00"


def test_arabic_has_latin_digits_and_moroccan_months() -> None:
    said = ARABIC.day(date(2026, 11, 23))
    assert "23" in said
    assert "نونبر" in said


def test_the_month_is_french_by_default() -> None:
    assert FRENCH.day(date(2026, 11, 23)) == "23 novembre 2026"


def test_what_nobody_translated_is_said_in_english_rather_than_not_at_all() -> None:
    assert FRENCH("A sentence that no catalogue holds: {n}", n=1).endswith(": 1")


@pytest.mark.parametrize("translator", [FRENCH, ARABIC])
def test_every_sentence_of_the_code_is_in_the_catalogue(translator: Translator) -> None:
    """What the extraction does not see (a call inside an f-string) would be said in English."""
    catalogue = translation(DOMAIN, LOCALE_FOLDER, [translator.language.value])
    known = catalogue._catalog  # type: ignore[attr-defined]  # gettext has no public way to ask
    sentences = set(sentences_in_the_code())
    assert len(sentences) > 1000
    assert sorted(one for one in sentences if one not in known) == []
