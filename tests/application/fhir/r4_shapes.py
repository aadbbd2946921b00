"""What FHIR R4 (4.0.1) publishes of the resources that Tadbir writes, as data, and its check.

Element: (least, most, type), from the resource pages of http://hl7.org/fhir/R4/ (auditevent,
provenance, supplyrequest, schedule, slot, appointment, measurereport, bundle, datatypes). ``most``
is None for ``*``. Only elements that Tadbir writes stand here: any other is refused, so that a
misspelt one is found. Required bindings are the sets of codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

MANY = None
CODE, TEXT, URI = r"[^\s]+(\s[^\s]+)*", r"[\s\S]*\S[\s\S]*", r"\S+"
INSTANT = (
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
    r"(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)"
)
DATE_TIME = rf"(\d{{4}}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?|{INSTANT})"
ID = r"[A-Za-z0-9\-.]{1,64}"
PRIMITIVES: dict[str, str] = {
    "code": CODE,
    "string": TEXT,
    "uri": URI,
    "canonical": URI,
    "instant": INSTANT,
    "dateTime": DATE_TIME,
    "id": ID,
}
Shape = dict[str, tuple[int, int | None, Any]]

CODING: Shape = {
    "system": (0, 1, "uri"),
    "code": (0, 1, "code"),
    "display": (0, 1, "string"),
}
CONCEPT: Shape = {"coding": (0, MANY, CODING), "text": (0, 1, "string")}
IDENTIFIER: Shape = {"system": (0, 1, "uri"), "value": (0, 1, "string")}
REFERENCE: Shape = {
    "reference": (0, 1, "string"),
    "type": (0, 1, "uri"),
    "identifier": (0, 1, IDENTIFIER),
    "display": (0, 1, "string"),
}
PERIOD: Shape = {"start": (0, 1, "dateTime"), "end": (0, 1, "dateTime")}
QUANTITY: Shape = {
    "value": (0, 1, float),
    "unit": (0, 1, "string"),
    "system": (0, 1, "uri"),
    "code": (0, 1, "code"),
}
RESOURCE: Shape = {
    "resourceType": (1, 1, "code"),
    "id": (0, 1, "id"),
    "meta": (0, 1, {"tag": (0, MANY, CODING)}),
}
DETAIL: Shape = {"type": (1, 1, "string"), "valueString": (1, 1, "string")}
SHAPES: dict[str, Shape] = {
    "AuditEvent": {
        "type": (1, 1, CODING),
        "subtype": (0, MANY, CODING),
        "action": (0, 1, frozenset("CRUDE")),
        "recorded": (1, 1, "instant"),
        "outcome": (0, 1, frozenset({"0", "4", "8", "12"})),
        "agent": (
            1,
            MANY,
            {
                "role": (0, MANY, CONCEPT),
                "who": (0, 1, REFERENCE),
                "requestor": (1, 1, bool),
            },
        ),
        "source": (1, 1, {"observer": (1, 1, REFERENCE)}),
        "entity": (0, MANY, {"what": (0, 1, REFERENCE), "detail": (0, MANY, DETAIL)}),
    },
    "Provenance": {
        "target": (1, MANY, REFERENCE),
        "recorded": (1, 1, "instant"),
        "reason": (0, MANY, CONCEPT),
        "activity": (0, 1, CONCEPT),
        "agent": (
            1,
            MANY,
            {"type": (0, 1, CONCEPT), "role": (0, MANY, CONCEPT), "who": (1, 1, REFERENCE)},
        ),
        "entity": (
            0,
            MANY,
            {
                "role": (
                    1,
                    1,
                    frozenset({"derivation", "revision", "quotation", "source", "removal"}),
                ),
                "what": (1, 1, REFERENCE),
            },
        ),
    },
    "SupplyRequest": {
        "identifier": (0, MANY, IDENTIFIER),
        "status": (0, 1, frozenset({"draft", "active", "suspended", "cancelled", "completed"})),
        "category": (0, 1, CONCEPT),
        "priority": (0, 1, frozenset({"routine", "urgent", "asap", "stat"})),
        "itemCodeableConcept": (1, 1, CONCEPT),
        "quantity": (1, 1, QUANTITY),
        "occurrencePeriod": (0, 1, PERIOD),
        "authoredOn": (0, 1, "dateTime"),
        "supplier": (0, MANY, REFERENCE),
        "deliverTo": (0, 1, REFERENCE),
    },
    "Schedule": {
        "identifier": (0, MANY, IDENTIFIER),
        "active": (0, 1, bool),
        "specialty": (0, MANY, CONCEPT),
        "actor": (1, MANY, REFERENCE),
        "planningHorizon": (0, 1, PERIOD),
    },
    "Slot": {
        "schedule": (1, 1, REFERENCE),
        "status": (
            1,
            1,
            frozenset({"busy", "free", "busy-unavailable", "busy-tentative", "entered-in-error"}),
        ),
        "start": (1, 1, "instant"),
        "end": (1, 1, "instant"),
    },
    "Appointment": {
        "status": (1, 1, frozenset({"proposed", "pending", "booked", "cancelled", "waitlist"})),
        "serviceType": (0, MANY, CONCEPT),
        "priority": (0, 1, int),
        "start": (0, 1, "instant"),
        "end": (0, 1, "instant"),
        "minutesDuration": (0, 1, int),
        "slot": (0, MANY, REFERENCE),
        "participant": (
            1,
            MANY,
            {
                "actor": (0, 1, REFERENCE),
                "status": (
                    1,
                    1,
                    frozenset({"accepted", "declined", "tentative", "needs-action"}),
                ),
            },
        ),
    },
    "MeasureReport": {
        "status": (1, 1, frozenset({"complete", "pending", "error"})),
        "type": (
            1,
            1,
            frozenset({"individual", "subject-list", "summary", "data-collection"}),
        ),
        "measure": (1, 1, "canonical"),
        "date": (0, 1, "dateTime"),
        "period": (1, 1, PERIOD),
        "group": (0, MANY, {"code": (0, 1, CONCEPT), "measureScore": (0, 1, QUANTITY)}),
    },
}


def faults(resource: dict[str, Any]) -> list[str]:
    """Everything in which a resource is not as R4 publishes it."""
    kind = str(resource.get("resourceType"))
    if kind == "Bundle":
        found = [f"Bundle.type {resource['type']}"] if resource["type"] != "collection" else []
        addresses = [entry["fullUrl"] for entry in resource.get("entry", [])]
        if len(set(addresses)) < len(addresses):  # bdl-7: fullUrl is unique
            found.append("Bundle: a fullUrl stands twice")
        for entry in resource.get("entry", []):
            found += faults(entry["resource"])
        return found
    if kind not in SHAPES:
        return [f"{kind}: not a resource that is written"]
    return list(_faults(resource, {**RESOURCE, **SHAPES[kind]}, kind))


def _faults(element: Any, shape: Shape, place: str) -> Iterator[str]:
    if not isinstance(element, dict) or not element:
        yield f"{place}: not an element with content"
        return
    absent = {name.removeprefix("_") for name in element if name.startswith("_")}
    for name in element.keys() - shape.keys() - {f"_{one}" for one in absent}:
        yield f"{place}.{name}: no such element"
    for name, (least, most, kind) in shape.items():
        value = element.get(name)
        if value is None:
            if least and name not in absent:
                yield f"{place}.{name}: missing"
            continue
        if (most is MANY) != isinstance(value, list):
            yield f"{place}.{name}: {'a list' if most is MANY else 'one value'} expected"
            continue
        values = value if isinstance(value, list) else [value]
        if len(values) < max(1, least):
            yield f"{place}.{name}: an empty list"
        for one in values:
            yield from _fault_of(one, kind, f"{place}.{name}")


def _fault_of(value: Any, kind: Any, place: str) -> Iterator[str]:
    if isinstance(kind, dict):
        yield from _faults(value, kind, place)
    elif isinstance(kind, frozenset):
        if value not in kind:
            yield f"{place}: {value!r} is not in the required value set"
    elif isinstance(kind, str):
        if not isinstance(value, str) or not re.fullmatch(PRIMITIVES[kind], value):
            yield f"{place}: {value!r} is not a {kind}"
    elif kind is float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield f"{place}: {value!r} is not a decimal"
    elif type(value) is not kind:
        yield f"{place}: {value!r} is not a {kind.__name__}"
