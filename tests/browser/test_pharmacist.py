"""A pharmacist: the risks, one quantity changed with a reason, a transfer, the order to take away.

In French at a desk, and in Arabic on a telephone 390 pixels wide.
"""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from application.language import Language, Translator
from application.settings import load_settings
from application.store.decisions import decisions
from application.terms import RecommendationKind, Role, State, Verdict
from application.use_cases.decide import find_recommendation
from application.use_cases.overview import medicine_name
from application.use_cases.publishing import order_in_force, transfers_in_force
from application.use_cases.read_results import read_order, runs_of
from application.use_cases.session import open_session
from hospital.stock_plan import OrderLine
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.driving import (
    choose,
    decide,
    decision_form,
    open_page,
    pick,
    send,
    settled,
    wait_for_the_job,
)

if TYPE_CHECKING:
    from playwright.sync_api import Download, Page, ViewportSize

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

MORE = 3
REASON = "Une campagne la semaine prochaine"


@pytest.mark.parametrize(
    ("language", "screen"), [(Language.FRENCH, DESKTOP), (Language.ARABIC, PHONE)]
)
def test_a_pharmacist_changes_a_line_accepts_transfers_and_takes_the_order_away(
    page: Page, address: str, language: Language, screen: ViewportSize
) -> None:
    t = Translator(language)
    page.set_viewport_size(screen)
    line, name = first_line()
    open_page(page, f"{address}/pharmacy?lang={language.value}", "Pharmacy", t)
    page.get_by_role("heading", name=t("What runs out")).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]

    change_boxes(page, t, name, line.packs + MORE)
    accept_transfers(page, t)
    rows = taken_away(page, t)

    with open_session(load_settings()) as session:
        said = {row.kind: row for row in decisions(session.database)}
        order, moves = (
            find_recommendation(session, said[kind].recommendation)
            for kind in (RecommendationKind.STOCK_ORDER, RecommendationKind.STOCK_TRANSFERS)
        )
        changed = order_in_force(session, order).lines[0]
        plan = transfers_in_force(session, moves)
    assert len(said) == 2
    assert {row.actor for row in said.values()} == {"Salma I"}
    assert {row.role for row in said.values()} == {Role.PHARMACIST}
    assert (order.state, order.decisions[-1].reason) == (State.MODIFIED, REASON)
    assert (moves.state, moves.decisions[-1].verdict) == (State.ACCEPTED, Verdict.ACCEPTED)
    assert plan.lines
    assert changed.packs == line.packs + MORE
    assert shipped(rows, line) == line.packs + MORE


def first_line() -> tuple[OrderLine, str]:
    """The first line of the order that waits, and what the page calls it."""
    with open_session(load_settings()) as session:
        line = read_order(session, runs_of(session, RecommendationKind.STOCK_ORDER)[0].run).lines[0]
        return line, f"{medicine_name(session, line.medicine)} · {line.hospital}"


def change_boxes(page: Page, t: Translator, name: str, packs: int) -> None:
    form = decision_form(page, t, RecommendationKind.STOCK_ORDER)
    pick(form, t("Modify"))
    choose(form, t("Lines that you change"), name)
    settled(page)
    page.keyboard.press("Escape")
    boxes = t("Boxes of {medicine}", medicine=name)
    form.get_by_role("spinbutton", name=boxes).fill(str(packs))
    form.get_by_label(t("Your name")).fill("Salma I")
    form.get_by_label(t("Reason (needed to modify or reject)")).fill(REASON)
    send(form, t, "Modified")


def accept_transfers(page: Page, t: Translator) -> None:
    page.get_by_role("button", name=t("Look for transfers")).click()
    wait_for_the_job(page, t, "Looking for transfers")
    page.get_by_role("table", name=t("Transfers that save more than they cost")).wait_for()
    form = decision_form(page, t, RecommendationKind.STOCK_TRANSFERS)
    decide(form, t, ("Accept", "Accepted"), ("Salma I", "Le camion part demain."))


def taken_away(page: Page, t: Translator) -> list[dict[str, str]]:
    """The lines of the file that the browser got."""
    with page.expect_download() as download:
        page.get_by_role("button", name=t("Every line (CSV)")).click()
    return lines_of(download.value)


def lines_of(download: Download) -> list[dict[str, str]]:
    """The rows of a downloaded CSV file."""
    content = Path(download.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(StringIO(content)))


def shipped(rows: list[dict[str, str]], line: OrderLine) -> int:
    """The boxes of this line in the file."""
    found = [
        int(row["packsToShip"])
        for row in rows
        if {line.hospital, line.medicine} <= set(row.values())
    ]
    (packs,) = found
    return packs
