"""An order in force as FHIR R4: one SupplyRequest for each line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from application.fhir.building import (
    coding,
    concept,
    instant,
    key_of,
    named,
    own_system,
    quantity,
    resource,
)
from application.fhir.code_maps import CodeMaps
from application.fhir.shapes import Json
from hospital.pharmacy import Medicine
from hospital.stock_plan import OrderLine, StockPlan, Urgency

GTIN_SYSTEM = "https://www.gs1.org/gtin"
CATEGORY = "http://terminology.hl7.org/CodeSystem/supply-kind"
PRIORITIES = {Urgency.URGENT: "urgent", Urgency.NORMAL: "routine"}


def supply_requests(
    run: str, plan: StockPlan, decided_at: datetime, maps: CodeMaps
) -> Iterator[Json]:
    """The lines in their order; quantities in the units in which the medicine is counted."""
    medicines = {row.medicine: row for row in plan.medicines}
    for line in plan.lines:
        item = _item(line, medicines.get(line.medicine), maps)
        yield _request(run, line, item, (plan.as_of, decided_at))


def _request(run: str, line: OrderLine, item: Json, moments: tuple[date, datetime]) -> Json:
    key = key_of("order", run[:12], line.hospital, line.medicine, line.supplier)
    return resource(
        "SupplyRequest",
        key,
        identifier=[{"system": own_system("run"), "value": run}],
        status="active",
        category=concept(coding(CATEGORY, "central", "Central Supply")),
        priority=PRIORITIES[line.urgency],
        itemCodeableConcept=item,
        quantity=quantity(line.units, "unit", "1"),
        authoredOn=instant(moments[1]),
        occurrencePeriod={"start": moments[0].isoformat()},
        supplier=[named("Organization", "supplier", line.supplier)],
        deliverTo=named("Location", "place", line.hospital),
    )


def _item(line: OrderLine, medicine: Medicine | None, maps: CodeMaps) -> Json:
    known = [
        coding(own_system("medicine"), line.medicine),
        *maps.codings("medicine", line.medicine),
    ]
    if medicine is None:
        return concept(*known)
    if medicine.gtin is not None:
        known.append(coding(GTIN_SYSTEM, medicine.gtin))
    return concept(*known, text=f"{medicine.inn} {medicine.strength}, {medicine.form}")
