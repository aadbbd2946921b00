"""axe-core finds nothing against WCAG 2.2 A and AA on any page, light in French, dark in Arabic."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from application.language import Language, Translator
from dashboard.shell import VIEWS, View
from tests.browser.conftest import watched
from tests.browser.driving import open_page
from tests.browser.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.slow]

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    }
}
WIDTH, HEIGHT, TALLEST = 1360, 900, 8000
DRAWN = (
    "[...document.querySelectorAll('[data-testid=stVegaLiteChart]')]"
    ".every(chart => chart.querySelector('svg, canvas'))"
)
Scheme = Literal["light", "dark"]
LOOKS: dict[Scheme, Language] = {"light": Language.FRENCH, "dark": Language.ARABIC}


@pytest.fixture(params=LOOKS)
def looked_at(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[tuple[Page, Language]]:
    """A page of this colour scheme, and the language that is tried with it."""
    scheme: Scheme = request.param
    opened = chromium.new_page(
        viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=scheme, locale="fr-FR"
    )
    with watched(opened):
        yield opened, LOOKS[scheme]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_page_breaks_no_rule(view: View, looked_at: tuple[Page, Language], served: str) -> None:
    page, language = looked_at
    path = "" if view is VIEWS[0] else view.name
    open_page(page, f"{served}/{path}?lang={language.value}", view.title, Translator(language))
    assert not violations(page)


def test_a_page_without_a_group_breaks_no_rule(
    looked_at: tuple[Page, Language], tmp_path: Path
) -> None:
    page, language = looked_at
    with serving(tmp_path) as address:
        open_page(page, f"{address}/?lang={language.value}", "Overview", Translator(language))
        assert not violations(page)


def violations(page: Page) -> list[str]:
    """Each broken rule with its first place, on the whole page, charts drawn."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="`make browser` installs it"
    )
    page.wait_for_function(DRAWN)
    tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": WIDTH, "height": min(tall, TALLEST)})
    page.wait_for_function(DRAWN)
    found: list[dict[str, Any]] = axe.Axe().run(page, options=RULES).response["violations"]
    return [
        f"{rule['id']} ({len(rule['nodes'])}): {rule['nodes'][0]['html']} "
        f"{rule['nodes'][0]['failureSummary']}"
        for rule in found
    ]
