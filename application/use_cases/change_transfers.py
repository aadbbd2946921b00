"""A pharmacist's own quantities in transfers: units in, everything that follows from them out."""

from __future__ import annotations

import json
from collections.abc import Mapping

from application.use_cases.access import needs
from application.use_cases.decide import find_recommendation
from application.use_cases.publishing import document_of
from application.use_cases.session import Session
from governance.access import Action
from governance.difference import Edit, differences
from hospital.errors import GstError, say
from hospital.stock_plan import TransferLine, TransferPlan

MoveKey = tuple[str, str, str, str]
"""Hospital that gives, hospital that takes, medicine and lot of a transfer."""


@needs(Action.READ)
def edits_of_units(session: Session, run: str, units: Mapping[MoveKey, int]) -> tuple[Edit, ...]:
    """The difference that these units make to the transfers of a run; 0 units leave the lot.

    What a smaller transfer saves falls in proportion; a greater one is not credited with more. A
    journey that carries nothing any more is not driven.

    Raises:
        GstError: ``unknown_transfer``.
    """
    document = document_of(session, find_recommendation(session, run))
    plan = TransferPlan.model_validate_json(json.dumps(document))
    known = {key_of(line) for line in plan.lines}
    for key in units:
        _require(key, known)
    lines = tuple(
        _changed(line, units.get(key_of(line), line.units))
        for line in plan.lines
        if units.get(key_of(line), line.units)
    )
    driven = {(line.origin, line.destination) for line in lines}
    trips = tuple(trip for trip in plan.trips if (trip.origin, trip.destination) in driven)
    return differences(document, json.loads(plan.but(lines=lines, trips=trips).model_dump_json()))


def key_of(line: TransferLine) -> MoveKey:
    """What a transfer is known by."""
    return line.origin, line.destination, line.medicine, line.lot


def _require(key: MoveKey, known: set[MoveKey]) -> None:
    if key in known:
        return
    origin, destination, medicine, lot = key
    raise GstError(
        "unknown_transfer",
        say(
            "No transfer of {medicine}, lot {lot}, goes from {origin} to {destination}.",
            medicine=medicine,
            lot=lot,
            origin=origin,
            destination=destination,
        ),
    )


def _changed(line: TransferLine, units: int) -> TransferLine:
    if units == line.units:
        return line
    share = min(1.0, units / line.units)
    return line.but(
        units=units,
        expiry_saved_mad=share * line.expiry_saved_mad,
        shortage_avoided_mad=share * line.shortage_avoided_mad,
    )
