"""Files that leave Tadbir: whole or not at all, of a known kind, and with whose word they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from application.use_cases.decide import find_recommendation
from application.use_cases.publishing import is_published
from application.use_cases.session import Session
from application.words import ROLES, STATES
from hospital.errors import GstError, Sentence, say

SHORT_RUN = 8


def write_whole(file: Path, content: bytes) -> None:
    """Writes a file, or leaves what was there: nobody finds half of one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.part")
    try:
        draft.write_bytes(content)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def require_format(suffix: str, formats: Sequence[str]) -> None:
    """Raises ``GstError`` (``unknown_format``) for a kind of file that is none of these."""
    if suffix not in formats:
        raise GstError(
            "unknown_format",
            say(
                "{file} cannot be written; end its name in {formats}.",
                file=suffix or "?",
                formats=", ".join(formats),
            ),
        )


def whose_word(session: Session, run: str) -> Sentence:
    """Whether a recommendation is published, by whom and when."""
    found = find_recommendation(session, run)
    if not is_published(found):
        return say(
            "Draft: nobody has published it ({state}). Run {run}.",
            state=STATES[found.state],
            run=run[:SHORT_RUN],
        )
    last = found.decisions[-1]
    return say(
        "Published by {actor} ({role}) on {day}. Run {run}.",
        actor=last.actor,
        role=ROLES[last.role],
        day=f"{last.at:%d/%m/%Y}",
        run=run[:SHORT_RUN],
    )
