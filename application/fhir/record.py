"""The record as FHIR R4: an AuditEvent for each entry, a Provenance for each decision.

No name leaves: persons are pseudonyms of this site. Reasons and other free text stay at home too,
for people write names into them; their codes leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from application.fhir.building import (
    coding,
    concept,
    instant,
    key_of,
    named,
    own_system,
    person,
    resource,
)
from application.fhir.shapes import Json
from governance.chain import ChainEntry
from governance.decision import Decision, Verdict
from governance.events import Event, EventKind

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
Pseudonyms = Callable[[str], str]

ACTIONS = {
    EventKind.DECISION: "E",
    EventKind.MODEL_REGISTERED: "C",
    EventKind.MODEL_EVALUATED: "U",
    EventKind.MODEL_PROMOTED: "U",
    EventKind.ACCOUNT_CHANGED: "U",
    EventKind.SIGNED_IN: "E",
    EventKind.SIGN_IN_REFUSED: "E",
    EventKind.ERASED: "D",
    EventKind.PARAMETERS_TOLD: "R",
    EventKind.PARAMETERS_TAKEN: "C",
}
"""AuditEvent.action (required binding): create, read, update, delete, execute."""

PERSONS = frozenset({EventKind.ACCOUNT_CHANGED, EventKind.SIGNED_IN, EventKind.SIGN_IN_REFUSED})
"""What such an entry is about is an account: a name."""

OVERSIGHT = {
    Verdict.ACCEPTED: "human-validation",
    Verdict.MODIFIED: "human-correction",
    Verdict.REJECTED: "human-override",
}
"""Words of HL7 Austria's guide AIST-TrustworthyAI-R5 (CI build 0.1.0), under a system of ours."""

SOFTWARE = "tadbir"


def audit_events(
    entries: Iterable[tuple[ChainEntry, Event | None]], of_person: Pseudonyms
) -> Iterator[Json]:
    """An AuditEvent for each entry; one whose text was erased says only where it stood."""
    for entry, event in entries:
        yield _erased(entry) if event is None else _audit_event(entry, event, of_person)


def _audit_event(entry: ChainEntry, event: Event, of_person: Pseudonyms) -> Json:
    is_refused = event.event is EventKind.SIGN_IN_REFUSED
    agent = {"who": person(of_person(event.actor)), "requestor": True}
    if role := event.body.get("role"):
        agent["role"] = [concept(coding(own_system("role"), str(role)))]
    return resource(
        "AuditEvent",
        key_of("audit", str(entry.sequence)),
        type=_type(),
        subtype=[coding(own_system("event"), event.event.value)],
        action=ACTIONS[event.event],
        recorded=instant(event.at),
        outcome="4" if is_refused else "0",
        agent=[agent],
        source=_source(),
        entity=[_about(entry, event, of_person)],
    )


def _erased(entry: ChainEntry) -> Json:
    """The time of an erased entry is gone with its text: it is said to be unknown."""
    unknown = {"extension": [{"url": _ABSENT, "valueCode": "masked"}]}
    return resource(
        "AuditEvent",
        key_of("audit", str(entry.sequence)),
        type=_type(),
        subtype=[coding(own_system("event"), "text_erased")],
        _recorded=unknown,
        agent=[{"who": {"display": "erased"}, "requestor": False}],
        source=_source(),
        entity=[{"detail": _place(entry)}],
    )


_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def _type() -> Json:
    return coding(f"{TERMINOLOGY}/audit-event-type", "rest", "RESTful Operation")


def _source() -> Json:
    return {"observer": named("Device", "software", SOFTWARE)}


def _about(entry: ChainEntry, event: Event, of_person: Pseudonyms) -> Json:
    """What the entry is about, and where it stands in the chain."""
    about = of_person(event.about) if event.event in PERSONS else event.about
    system = "person" if event.event in PERSONS else "subject"
    known = {"what": {"identifier": {"system": own_system(system), "value": about}}}
    return {**(known if about else {}), "detail": _place(entry)}


def _place(entry: ChainEntry) -> list[Json]:
    return [
        {"type": "sequence", "valueString": str(entry.sequence)},
        {"type": "hash", "valueString": entry.hash},
    ]


def provenances(
    decisions: Iterable[tuple[ChainEntry, Decision]], of_person: Pseudonyms
) -> Iterator[Json]:
    """A Provenance for each decision: who stands behind which recommendation, and as what."""
    for entry, decision in decisions:
        yield resource(
            "Provenance",
            key_of("decision", str(entry.sequence)),
            target=[_target(decision)],
            recorded=instant(decision.at),
            activity=concept(coding(own_system("oversight"), OVERSIGHT[decision.verdict])),
            reason=_reasons(decision),
            agent=[_decider(decision, of_person), _proposer()],
            entity=[
                {"role": "source", "what": {"identifier": _identifier("entry-hash", entry.hash)}}
            ],
        )


def _target(decision: Decision) -> Json:
    identifier = _identifier("run", decision.recommendation)
    return {"identifier": identifier, "display": decision.kind.value}


def _identifier(system: str, value: str) -> Json:
    return {"system": own_system(system), "value": value}


def _reasons(decision: Decision) -> list[Json]:
    code = decision.reason_code
    return [] if code is None else [concept(coding(own_system("reason"), code.value))]


def _decider(decision: Decision, of_person: Pseudonyms) -> Json:
    kind = coding(f"{TERMINOLOGY}/provenance-participant-type", "verifier", "Verifier")
    return {
        "type": concept(kind),
        "role": [concept(coding(own_system("role"), decision.role.value))],
        "who": person(of_person(decision.actor)),
    }


def _proposer() -> Json:
    kind = coding(f"{TERMINOLOGY}/provenance-participant-type", "assembler", "Assembler")
    return {"type": concept(kind), "who": named("Device", "software", SOFTWARE)}
