"""The browser that page tests stand on: it starts, and it lays Arabic out from the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

PAGE = '<html dir="rtl" lang="ar"><body><h1>تدبير</h1><span id="last">نهاية</span></body></html>'


def test_chromium_lays_arabic_out_from_the_right(chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 800, "height": 600})
    page.set_content(PAGE)
    box = page.locator("#last").bounding_box()
    page.close()
    assert box is not None
    assert box["x"] + box["width"] > 700
