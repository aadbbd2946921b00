"""Files that leave Tadbir: whole or not at all, of a known kind, and with whose word they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from application.use_cases.decide import find_recommendation
from application.use_cases.publishing import is_published, published
from application.use_cases.session import Session
from application.whole_file import whole
from application.words import ROLES, STATES
from hospital.errors import GstError, Sentence, say

SHORT_RUN = 8
CALENDARS = (".ics", ".zip")
"""A telephone shows no warning that something is a draft: these leave once it is published."""

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip entry can carry


def write_whole(file: Path, content: bytes) -> None:
    """Writes a file, or leaves what was there."""
    with whole(file) as draft:
        draft.write_bytes(content)


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


def may_leave(session: Session, run: str, suffix: str) -> bool:
    """Whether this kind of file may be taken away: calendars of a draft may not."""
    return suffix not in CALENDARS or is_published(find_recommendation(session, run))


def require_leaving(session: Session, run: str, suffix: str) -> None:
    """Raises ``GstError`` (``not_published``) for the calendars of a draft."""
    if suffix in CALENDARS:
        published(session, run)


def calendars_of(names: Iterable[str], calendar: Callable[[str], bytes]) -> bytes:
    """One calendar for each of these, in a ZIP of stable bytes."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name in names:
            entry = ZipInfo(f"{name}.ics", EPOCH)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, calendar(name))
    return buffer.getvalue()


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
