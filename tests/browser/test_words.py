"""What Streamlit says on its own is said in the language of the page, also after a change of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from application.language import Language, Translator
from dashboard.parts.mends import HELP_FOR, WORDS
from tests.browser.driving import choose, open_page, settled

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

FRENCH, ARABIC = Translator(Language.FRENCH), Translator(Language.ARABIC)
SAID = """() => [
  ...[...document.querySelectorAll('[aria-label]')].map(one => one.getAttribute('aria-label')),
  ...[...document.querySelectorAll('[placeholder]')].map(one => one.placeholder),
  ...[...document.querySelectorAll('a, button')].map(one => one.innerText.trim()),
]"""
PATIENCE_MILLISECONDS = 5_000
STEP_MILLISECONDS = 250


def english_in(page: Page, t: Translator) -> set[str]:
    """What Streamlit still says in English once it had time, though it has words for it."""
    settled(page)
    for _ in range(PATIENCE_MILLISECONDS // STEP_MILLISECONDS):
        page.wait_for_timeout(STEP_MILLISECONDS)
        if not (english := _english_now(page, t)):
            return set()
    return english


def _english_now(page: Page, t: Translator) -> set[str]:
    said = set(page.evaluate(SAID))
    known = {english for english, word in WORDS.items() if t(word) != english}
    return (said & known) | {text for text in said if text.startswith(HELP_FOR)}


@pytest.mark.parametrize(("name", "title"), [("data", "Data"), ("overview", "Overview")])
def test_no_english_of_streamlit_in_french_and_then_in_arabic(
    page: Page, address: str, name: str, title: str
) -> None:
    path = "" if name == "overview" else name
    open_page(page, f"{address}/{path}?lang=fr", title, FRENCH)
    assert not english_in(page, FRENCH)
    page.get_by_role("link", name=FRENCH("Skip to main content")).wait_for(state="attached")
    page.get_by_role("radio", name="العربية").click()
    page.get_by_role("heading", name=ARABIC(title), level=1).wait_for()
    assert not english_in(page, ARABIC)
    page.get_by_role("link", name=ARABIC("Skip to main content")).wait_for(state="attached")


def test_what_was_chosen_stays_chosen_and_is_said_in_the_new_language(
    page: Page, address: str
) -> None:
    """The browser knows a choice by its words: they change, the choice does not."""
    open_page(page, f"{address}/data?lang=fr", "Data", FRENCH)
    choose(page.locator("body"), FRENCH("Table"), "medicines")
    settled(page)
    chosen = page.get_by_role("combobox", name=FRENCH("Table")).input_value()
    page.get_by_role("radio", name="العربية").click()
    page.get_by_role("heading", name=ARABIC("Data"), level=1).wait_for()
    settled(page)
    shown = page.get_by_role("combobox", name=ARABIC("Table")).input_value()
    assert shown.split(" · ")[0] == chosen.split(" · ")[0]
    assert shown != chosen
