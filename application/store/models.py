"""Registered versions of models: written once, each with its artefact and its entry on record."""

from __future__ import annotations

import json
from hashlib import sha256

from sqlalchemy import insert, select

from application.store.audit import append_in
from application.store.database import Database
from application.store.schema import model_versions as table
from governance.canonical import canonical_text
from governance.events import Event
from governance.model_version import ModelVersion
from hospital.errors import GstError, say


def register(database: Database, model: ModelVersion, artefact: bytes, event: Event) -> None:
    """Stores a version, its artefact and the entry on record in one transaction.

    Raises:
        GstError: the artefact is not the one that the document names, or the version is there.
    """
    _require_same(model, artefact)
    own = (table.c.name == model.name) & (table.c.version == model.version)
    with database.writing() as connection:
        if connection.execute(select(table.c.name).where(own)).first() is not None:
            raise GstError(
                "model_exists",
                say("{key} is registered already: a change is a new version.", key=model.key),
            )
        row = {
            "name": model.name,
            "version": model.version,
            "document_json": document_text(model),
            "artefact": artefact,
            "registered_at": event.at,
        }
        connection.execute(insert(table), [row])
        append_in(connection, (event,))


def document_text(model: ModelVersion) -> str:
    """The canonical text of a version."""
    return canonical_text(model.model_dump(mode="json"))


def models(database: Database) -> tuple[ModelVersion, ...]:
    """Every registered version, in the order in which they came."""
    query = select(table.c.document_json).order_by(table.c.registered_at, table.c.name)
    with database.reading() as connection:
        found = [row.document_json for row in connection.execute(query)]
    return tuple(ModelVersion.model_validate(json.loads(text)) for text in found)


def load_artefact(database: Database, model: ModelVersion) -> bytes:
    """The bytes that were registered.

    Raises:
        GstError: ``artefact_changed``: their SHA-256 is not the registered one; nothing is loaded.
    """
    own = (table.c.name == model.name) & (table.c.version == model.version)
    with database.reading() as connection:
        content = connection.execute(select(table.c.artefact).where(own)).scalar()
    if content is None:
        raise GstError("no_model", say("There is no model {key}.", key=model.key))
    _require_same(model, bytes(content))
    return bytes(content)


def _require_same(model: ModelVersion, artefact: bytes) -> None:
    found = sha256(artefact).hexdigest()
    if found != model.artefact_sha256:
        raise GstError(
            "artefact_changed",
            say(
                "The artefact of {key} has SHA-256 {found}, and {expected} is registered: it is "
                "not loaded. Take the file that was registered, or register a new version.",
                key=model.key,
                found=found[:12],
                expected=model.artefact_sha256[:12],
            ),
        )
