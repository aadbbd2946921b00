"""From when to when each history of the current GST reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from application.folder.writing import frame_of
from application.use_cases.access import needs
from application.use_cases.session import Session
from governance.access import Action
from hospital.tables import TABLES, Col

MOMENTS = (Col.HOUR, Col.ADMITTED_AT, Col.WEEK)


@dataclass(frozen=True)
class HistoryEnd:
    """One history table: its rows, and the first and last day of them; None where it is empty."""

    table: str
    rows: int
    first: date | None
    last: date | None


@needs(Action.READ)
def history_ends(session: Session) -> tuple[HistoryEnd, ...]:
    """Each history table of the current GST."""
    found = []
    for table in TABLES:
        if not table.is_history:
            continue
        frame = frame_of(session.data, table)
        days = frame[next(name for name in MOMENTS if name in frame.columns)]
        span = (None, None) if frame.empty else (days.min().date(), days.max().date())
        found.append(HistoryEnd(table.name, len(frame), *span))
    return tuple(found)
