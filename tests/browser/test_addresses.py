"""An address opens the same page in the same language; Arabic runs from the right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from application.language import Language, Translator
from tests.browser.conftest import PHONE
from tests.browser.driving import open_page

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

ARABIC = Translator(Language.ARABIC)
RIGHT_HALF = 680


def test_arabic_runs_from_the_right_also_on_a_phone(page: Page, served: str) -> None:
    open_page(page, f"{served}/?lang=ar", "Overview", ARABIC)
    page.wait_for_function("document.documentElement.dir === 'rtl'")
    assert page.evaluate("document.documentElement.lang") == "ar"
    sidebar = page.get_by_test_id("stSidebar").bounding_box()
    assert sidebar is not None
    assert sidebar["x"] > RIGHT_HALF
    page.set_viewport_size(PHONE)
    page.reload()
    page.get_by_role("heading", name=ARABIC("Overview"), level=1).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_link_opens_the_same_page_in_the_same_language(page: Page, served: str) -> None:
    open_page(page, f"{served}/pharmacy?lang=ar", "Pharmacy", ARABIC)
    page.get_by_role("link", name=ARABIC("Staff roster")).click()
    page.get_by_role("heading", name=ARABIC("Staff roster"), level=1).wait_for()
    page.wait_for_url(re.compile(r"/roster\?.*lang=ar"))
