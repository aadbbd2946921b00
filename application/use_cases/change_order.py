"""A pharmacist's own quantities in an order: boxes in, everything that follows from them out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from application.use_cases.access import needs
from application.use_cases.decide import find_recommendation
from application.use_cases.publishing import document_of
from application.use_cases.session import Session
from governance.access import Action
from governance.difference import Edit, differences
from hospital.errors import GstError, say
from hospital.stock_plan import OrderLine, OrderTerm, StockPlan, Term

LineKey = tuple[str, str, str]
"""Hospital, medicine and supplier of a line."""


@needs(Action.READ)
def edits_of_packs(session: Session, run: str, packs: Mapping[LineKey, int]) -> tuple[Edit, ...]:
    """The difference that these numbers of boxes make to the order of a run.

    Units and cost follow from the boxes, and the explanation gets one term more, so that it still
    adds up; 0 boxes take the line out. The risks of running out stay those of the proposal.

    Raises:
        GstError: ``unknown_line``, or ``negative_packs``.
    """
    document = document_of(session, find_recommendation(session, run))
    plan = StockPlan.model_validate_json(json.dumps(document))
    known = {key_of(line) for line in plan.lines}
    for key, count in packs.items():
        _require(key, count, known)
    lines = tuple(
        _changed(plan, line, packs.get(key_of(line), line.packs))
        for line in plan.lines
        if packs.get(key_of(line), line.packs)
    )
    return differences(document, _as_stored(plan.but(lines=lines)))


def key_of(line: OrderLine) -> LineKey:
    """What a line is known by."""
    return line.hospital, line.medicine, line.supplier


def _require(key: LineKey, packs: int, known: set[LineKey]) -> None:
    hospital, medicine, supplier = key
    if key not in known:
        raise GstError(
            "unknown_line",
            say(
                "The order has no line of {medicine} for {hospital} from {supplier}.",
                medicine=medicine,
                hospital=hospital,
                supplier=supplier,
            ),
        )
    if packs < 0:
        raise GstError(
            "negative_packs",
            say(
                "{medicine} for {hospital}: {packs} boxes cannot be ordered; write 0 or more.",
                medicine=medicine,
                hospital=hospital,
                packs=packs,
            ),
        )


def _changed(plan: StockPlan, line: OrderLine, packs: int) -> OrderLine:
    if packs == line.packs:
        return line
    key = line.supplier, line.medicine
    offer = next(row for row in plan.offers if (row.supplier, row.medicine) == key)
    units = packs * offer.pack_units
    by_hand = OrderTerm(term=Term.BY_HAND, units=units - line.units)
    return line.but(
        packs=packs,
        units=units,
        cost_mad=units * offer.unit_price_mad,
        terms=(*line.terms, by_hand),
    )


def _as_stored(plan: StockPlan) -> Any:
    return json.loads(plan.model_dump_json())
