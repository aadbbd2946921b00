"""Calendars as iCalendar (RFC 5545): the same events give the same bytes, no clock is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

LINE_BYTES = 75  # RFC 5545, section 3.1


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a calendar; times are aware. A later one with this ``uid`` replaces it."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str


def icalendar(what: str, events: Iterable[Event], stamped_at: datetime) -> bytes:
    """A calendar of these events; ``what`` names the product, ``stamped_at`` is an aware time."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Tadbir//{what}//EN"]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.uid}",
            f"DTSTAMP:{_utc(stamped_at)}",
            f"DTSTART:{_utc(event.starts_at)}",
            f"DTEND:{_utc(event.ends_at)}",
            f"SUMMARY:{_text(event.summary)}",
            f"LOCATION:{_text(event.location)}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) for line in lines).encode()


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text.replace("\r", "")


def _folded(line: str) -> str:
    """One content line, folded after 75 bytes without cutting a letter in two."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > LINE_BYTES:
            pieces.append(piece)
            piece = " "
        piece += letter
    return "\r\n".join([*pieces, piece]) + "\r\n"
