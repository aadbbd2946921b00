"""A pharmacist's own boxes: what follows from them, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.settings import load_settings
from application.use_cases.change_order import edits_of_packs, key_of
from application.use_cases.decide import find_recommendation
from application.use_cases.folders import import_data
from application.use_cases.propose_order import OrderDraft, propose_order
from application.use_cases.publishing import document_of
from application.use_cases.session import Session, open_session
from governance.difference import applied
from hospital.errors import GstError
from hospital.stock_plan import StockPlan, Term
from tests.homes import cut_demo

pytestmark = pytest.mark.integration

FEW = 6
"""Lines that a case may change."""


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    home = tmp_path_factory.mktemp("changes")
    known = load_settings({"TADBIR_HOME": str(home), "TADBIR_PROCESSES": "1"})
    with open_session(known) as session:
        import_data(session, cut_demo())
        yield session


@pytest.fixture(scope="module")
def draft(work: Session) -> OrderDraft:
    return propose_order(work)


def after(work: Session, draft: OrderDraft, packs: dict[int, int]) -> StockPlan:
    """The order with these boxes for lines by their number."""
    document = document_of(work, find_recommendation(work, draft.run))
    asked = {key_of(draft.plan.lines[at]): count for at, count in packs.items()}
    return StockPlan.model_validate(applied(document, edits_of_packs(work, draft.run, asked)))


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(packs=st.dictionaries(st.integers(0, FEW - 1), st.integers(0, 5000), max_size=FEW))
def test_units_cost_and_explanation_follow_from_the_boxes(
    work: Session, draft: OrderDraft, packs: dict[int, int]
) -> None:
    """Whatever is asked: whole packs, the price of the offer, terms that add up, others as were."""
    changed = {key_of(line): line for line in after(work, draft, packs).lines}
    offers = {(row.supplier, row.medicine): row for row in draft.plan.offers}
    for at, line in enumerate(draft.plan.lines):
        wanted = packs.get(at, line.packs)
        if not wanted:
            assert key_of(line) not in changed
            continue
        now = changed[key_of(line)]
        offer = offers[line.supplier, line.medicine]
        assert (now.packs, now.units) == (wanted, wanted * offer.pack_units)
        if wanted == line.packs:
            assert now == line
            continue
        assert now.cost_mad == pytest.approx(now.units * offer.unit_price_mad)
        assert now.terms[:-1] == line.terms
        moved = sum(t.units for t in now.terms) - sum(t.units for t in line.terms)
        assert now.terms[-1].term == Term.BY_HAND
        assert moved == now.units - line.units


def test_the_boxes_that_were_proposed_are_no_change(work: Session, draft: OrderDraft) -> None:
    same = {key_of(line): line.packs for line in draft.plan.lines}
    assert edits_of_packs(work, draft.run, same) == ()


def test_a_line_that_is_not_there_and_boxes_below_nothing_are_named(
    work: Session, draft: OrderDraft
) -> None:
    with pytest.raises(GstError) as unknown:
        edits_of_packs(work, draft.run, {("H?", "M?", "S?"): 1})
    assert unknown.value.code == "unknown_line"
    assert "M?" in str(unknown.value)
    with pytest.raises(GstError) as negative:
        edits_of_packs(work, draft.run, {key_of(draft.plan.lines[0]): -1})
    assert negative.value.code == "negative_packs"
    assert draft.plan.lines[0].medicine in str(negative.value)
