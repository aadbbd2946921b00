"""The registry of models: register a version, show its card, load it, promote it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from application.folder.safe_yaml import YamlFile, read_yaml
from application.store import audit
from application.store import models as registry
from application.use_cases.access import needs
from application.use_cases.session import Session
from governance.access import Action
from governance.decision import same_person
from governance.equity import EquityReport
from governance.events import Event, EventKind
from governance.model_version import ModelVersion, key_of, model_from
from governance.promotion import Evidence, Report, Stage, require_promotion, shipped_gates
from hospital.errors import GstError, InvalidInput, say

MOST_ARTEFACT_BYTES = 200_000_000


@dataclass(frozen=True)
class Registered:
    """A version with its stage, what was found out since, and its history, oldest first."""

    model: ModelVersion
    stage: Stage
    evidence: Evidence
    history: tuple[Event, ...]


@needs(Action.REGISTER_MODEL)
def register_model(session: Session, document: Path, artefact: Path, actor: str) -> Registered:
    """Registers the version that a YAML or JSON file describes, with its artefact.

    Raises:
        InvalidInput: with every field that is missing or wrong; nothing is stored.
        GstError: the artefact is another one, or the version is registered already.
    """
    source = read_yaml(document)
    if not isinstance(source, YamlFile):
        raise InvalidInput([source])
    model = model_from(json.loads(json.dumps(source.values, default=str)), document.name)
    event = _event(
        session,
        EventKind.MODEL_REGISTERED,
        model.key,
        actor,
        {"document_sha256": _digest(model), "artefact_sha256": model.artefact_sha256},
    )
    registry.register(session.database, model, _bytes_of(artefact), event)
    return _registered(session, model)


@needs(Action.READ)
def list_models(session: Session) -> tuple[Registered, ...]:
    """Every version, in the order in which they were registered."""
    said: dict[str, list[Event]] = defaultdict(list)
    for event in audit.events(session.database):
        said[event.about].append(event)
    return tuple(
        _with_history(model, tuple(said[model.key])) for model in registry.models(session.database)
    )


@needs(Action.READ)
def show_model(session: Session, key: str) -> Registered:
    """One version: ``name@1.2.0``, or the newest of a name.

    Raises:
        GstError: there is no such version, or its document is not the one on record.
    """
    name, version = key_of(key)
    own = [
        model
        for model in registry.models(session.database)
        if model.name == name and version in (None, model.version)
    ]
    if not own:
        raise GstError("no_model", say("There is no model {key}.", key=key))
    return _registered(session, own[-1])


@needs(Action.READ)
def load_model(session: Session, key: str) -> bytes:
    """The artefact of a version. Raises ``GstError`` where its SHA-256 is another."""
    return registry.load_artefact(session.database, show_model(session, key).model)


@needs(Action.PROMOTE_MODEL)
def promote_model(
    session: Session, key: str, stage: Stage, actor: str, reason: str = ""
) -> Registered:
    """Moves a version to a stage, through every gate before it; down needs a reason only.

    Raises:
        GstError: a gate is not passed, a stage is skipped, the artefact is not the registered one,
            or a name or a reason is missing.
    """
    found = show_model(session, key)
    registry.load_artefact(session.database, found.model)
    gates = shipped_gates().before(found.model.model_type, stage)
    require_promotion(found.stage, stage, gates, found.evidence)
    if not reason.strip():
        raise GstError("reason_missing", say("Say why the model changes its stage."))
    body = {"from": found.stage.value, "to": stage.value, "reason": reason}
    event = _event(session, EventKind.MODEL_PROMOTED, found.model.key, actor, body)
    audit.append(session.database, event)
    return _registered(session, found.model)


@needs(Action.REGISTER_MODEL)
def attach_equity(session: Session, key: str, report: EquityReport, actor: str) -> Registered:
    """Puts a report on equity on record; the newest counts at the gates."""
    body = {
        "report": Report.EQUITY.value,
        "verdict": report.verdict.value,
        "content": report.model_dump(mode="json"),
    }
    return _attach(session, key, body, actor)


@needs(Action.REGISTER_MODEL)
def attach_drift(session: Session, key: str, states: Sequence[str], actor: str) -> Registered:
    """Puts the state of the watch over a model's series on record: the gravest counts."""
    gravest = max(states, key=("normal", "watch", "break").index)
    body = {"report": Report.DRIFT.value, "verdict": gravest, "content": {"series": len(states)}}
    return _attach(session, key, body, actor)


def _attach(session: Session, key: str, body: dict[str, Any], actor: str) -> Registered:
    model = show_model(session, key).model
    audit.append(
        session.database, _event(session, EventKind.MODEL_EVALUATED, model.key, actor, body)
    )
    return _registered(session, model)


def _registered(session: Session, model: ModelVersion) -> Registered:
    return _with_history(model, audit.events(session.database, model.key))


def _with_history(model: ModelVersion, history: tuple[Event, ...]) -> Registered:
    """The stage and the evidence follow from the record alone.

    Raises:
        GstError: ``model_changed``: the document is not the one whose hash is on record.
    """
    first = next((e for e in history if e.event is EventKind.MODEL_REGISTERED), None)
    if first is None or first.body.get("document_sha256") != _digest(model):
        raise GstError(
            "model_changed",
            say(
                "The document of {key} is not the one on record: somebody changed the database. "
                "Restore it from a copy.",
                key=model.key,
            ),
        )
    stage, reports = Stage.CANDIDATE, {}
    for event in history:
        if event.event is EventKind.MODEL_PROMOTED:
            stage = Stage(event.body["to"])
        if event.event is EventKind.MODEL_EVALUATED:
            reports[Report(event.body["report"])] = str(event.body["verdict"])
    metrics = {m.name: m.value for m in model.metrics if not m.subgroup}
    return Registered(model, stage, Evidence(metrics=metrics, reports=reports), history)


def _digest(model: ModelVersion) -> str:
    return sha256(registry.document_text(model).encode()).hexdigest()


def _event(session: Session, kind: EventKind, key: str, actor: str, body: dict[str, Any]) -> Event:
    return Event(
        event=kind, at=datetime.now(UTC), actor=signed(session, actor), about=key, body=body
    )


def signed(session: Session, actor: str) -> str:
    """The name under which something is recorded: who has signed in, else who was named.

    Raises:
        GstError: nobody is named, or somebody else than who has signed in.
    """
    person = session.whoever()
    if person is None:
        if not actor.strip():
            raise GstError("actor_missing", say("Say who does this: give your name."))
        return actor.strip()
    if actor.strip() and not same_person(actor, person.name):
        raise GstError(
            "another_name",
            say(
                "{person} has signed in, and cannot decide in the name of {actor}.",
                person=person.name,
                actor=actor,
            ),
        )
    return person.name


def _bytes_of(file: Path) -> bytes:
    try:
        if file.stat().st_size > MOST_ARTEFACT_BYTES:
            raise GstError(
                "artefact_too_large",
                say("{file} is larger than 200 MB: no model of Tadbir is.", file=str(file)),
            )
        return file.read_bytes()
    except OSError as error:
        raise GstError("unreadable_file", say("{file} cannot be read.", file=str(file))) from error
