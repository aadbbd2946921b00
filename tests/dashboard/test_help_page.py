"""The help is always there, leads to the pages, and speaks as ``docs/glossary.md`` does."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from application.glossary import GLOSSARY, Word
from application.help_words import FIRST_STEPS, LIMITS, MEANINGS, METHODS
from application.language import Language, Translator
from dashboard.shell import VIEWS

pytestmark = pytest.mark.integration

DOCUMENT = Path(__file__).parents[2] / "docs" / "glossary.md"
SECONDS = 60


def words_of_document() -> dict[str, list[Word]]:
    """The tables of the document, by their heading."""
    found: dict[str, list[Word]] = {}
    section = ""
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        if line.startswith("| ") and "| English |" not in line:
            french, english, arabic = (cell.strip() for cell in line.strip("|").split("|"))
            bare = arabic.removesuffix("(?)").strip()
            word = Word(french, english, bare, is_doubtful=bare != arabic)
            found.setdefault(section, []).append(word)
    return found


def test_the_glossary_of_the_page_is_that_of_the_document() -> None:
    assert {str(name): list(words) for name, words in GLOSSARY.items()} == words_of_document()


def test_each_word_has_a_name_in_every_language() -> None:
    nameless = [
        word
        for words in GLOSSARY.values()
        for word in words
        if not all(word.in_language(language) for language in Language)
    ]
    assert nameless == []


def test_first_steps_begin_on_pages_that_are_there() -> None:
    assert {person.page for person in FIRST_STEPS} <= {view.name for view in VIEWS}


@pytest.mark.parametrize("language", Language)
@pytest.mark.usefixtures("empty_home")
def test_everything_is_said_in_the_language_of_the_visit(language: Language) -> None:
    app = AppTest.from_string(
        "from dashboard.shell import draw\ndraw('help')", default_timeout=SECONDS
    )
    app.query_params["lang"] = language.value
    app.run()
    assert not app.exception
    t = Translator(language)
    html = unescape("".join(str(element.proto.body) for element in app.get("html")))
    said = html + "\n".join(str(element.value) for element in app.markdown)
    steps = [step for person in FIRST_STEPS for step in person.steps]
    for sentence in [*steps, *LIMITS, *MEANINGS, *MEANINGS.values(), *METHODS.values()]:
        assert t(sentence) in said
    for words in GLOSSARY.values():
        assert all(word.in_language(language) in said for word in words)
