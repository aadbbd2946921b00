"""The head of the record as a small file: kept elsewhere, it shows a tail that was cut."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from application.store.audit import Verified, verified
from application.store.audit import head as current_head
from application.use_cases.access import needs
from application.use_cases.session import Session
from application.whole_file import whole
from governance.access import Action
from governance.chain import Head
from hospital.errors import GstError, say

HASH = re.compile(r"[0-9a-f]{64}")


@needs(Action.READ_AUDIT)
def exported_head(session: Session) -> dict[str, Any]:
    """Place and hash of the newest entry, and when it was exported.

    Raises:
        GstError: ``empty_record``: there is no entry yet.
    """
    found = current_head(session.database)
    if found is None:
        raise GstError("empty_record", say("The record has no entry yet: nothing to export."))
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return {"sequence": found.sequence, "hash": found.hash, "exported_at": at}


@needs(Action.READ_AUDIT)
def write_head(session: Session, file: Path) -> None:
    """Writes the head, whole or not at all."""
    text = json.dumps(exported_head(session)) + "\n"
    with whole(file) as draft:
        draft.write_text(text, encoding="ascii")


@needs(Action.READ_AUDIT)
def verify_record(session: Session, exported: Head | None = None) -> Verified:
    """The whole record, from its first entry to its head."""
    return verified(session.database, exported)


def read_head(file: Path) -> Head:
    """A head that was exported earlier.

    Raises:
        GstError: ``not_a_head`` where the file is not one.
    """
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        sequence, found = told["sequence"], told["hash"]
        if type(sequence) is int and sequence > 0 and HASH.fullmatch(found):
            return Head(sequence, found)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    raise GstError(
        "not_a_head",
        say(
            "{file} is not an exported head: it holds sequence and hash. Export one with "
            "tadbir audit head --out.",
            file=str(file),
        ),
    )
