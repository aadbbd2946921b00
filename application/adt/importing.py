"""``adt.csv`` as the stays and emergency visits of the GST folder in which it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import cast

import pandas as pd

from application.adt.hl7 import FILE as HL7_FILE
from application.adt.hl7 import Hl7Reader, UnitPlaces
from application.adt.messages import ADT, AdtMessage
from application.adt.replay import Replay, Sent, WrongMessage
from application.exchange.hourly_visits import hourly_visits
from application.exchange.visits import Wards, stays_of
from application.fhir.people import SiteKey
from application.folder.contract import TableCheck
from application.folder.domain import rows_of
from application.folder.findings import Fault, shown
from application.folder.read_tables import Found, ReadTables
from application.folder.sources import find_file, read_as_text, refusal
from application.folder.writing import conformed, frame_of_rows
from hospital.errors import Problem, say
from hospital.history import Stay
from hospital.places import UnitKind
from hospital.tables import BY_NAME, Col

STAYS, VISITS = BY_NAME["stays"], BY_NAME["visits"]


def read_adt(folder: Path, tables: ReadTables) -> None:
    """Puts the stays and visits that the messages tell among the tables read so far.

    A fault of a stay names the row of the message that began it. Without any A04 the folder may
    have its own ``visits``.
    """
    findings = tables.findings
    file = find_file(folder, ADT, findings)
    if file is None:
        findings.add(_no_messages())
        return
    text = read_as_text(file, ADT, findings)
    frame = None if text is None else TableCheck(ADT, file.name, findings).typed(text)
    if frame is not None:
        _play_frame(tables, frame, file.name)


def _play_frame(tables: ReadTables, frame: pd.DataFrame, file_name: str) -> None:
    """Messages in the types of the contract, whatever file they come from."""
    tables.frames[ADT.name], tables.files[ADT.name] = frame, file_name
    if _has_unknown_units(tables, frame):
        return
    messages = rows_of(ADT, frame, file_name, tables.findings)
    _play_back(tables, frame.index.tolist(), cast("tuple[AdtMessage, ...]", messages))
    del tables.frames[ADT.name]


@dataclass
class Hl7Feed:
    """Reads ``adt.hl7`` of a folder; ``left_out`` counts, by reason, what was not used of it."""

    key: SiteKey
    left_out: Counter[str] = field(default_factory=Counter)

    def __call__(self, folder: Path, tables: ReadTables) -> None:
        """Puts the stays and visits that the messages tell among the tables read so far."""
        file = folder / HL7_FILE
        try:
            problem = refusal(file)
            if problem is None:
                self._read(file, tables)
        except (OSError, UnicodeDecodeError) as error:
            problem = _unreadable(str(error) if file.exists() else "")
        if problem is not None:
            tables.findings.add(problem)

    def _read(self, file: Path, tables: ReadTables) -> None:
        wards, beds = _wards(tables), tables.codes.get("beds", frozenset())
        reading = Hl7Reader(self.key, UnitPlaces(wards.hospital_of, beds)).read(file)
        self.left_out += reading.left_out
        if not reading.messages:
            tables.findings.add(_unreadable(say("no message that can be used")))
            return
        frame = conformed(ADT, frame_of_rows(ADT, [message for _, message in reading.messages]))
        frame.index = pd.Index(reading.positions())
        _play_frame(tables, frame, file.name)


def _unreadable(found: str) -> Problem:
    return Problem(
        "not_hl7",
        HL7_FILE,
        found=shown(found) if found else say("no such file"),
        expected=say("ADT messages of HL7 version 2, each beginning with MSH"),
        remedy=say("Export it again from the hospital's system."),
    )


def _has_unknown_units(tables: ReadTables, frame: pd.DataFrame) -> bool:
    """Codes that no table defines: a visit cannot be placed without them."""
    before = tables.findings.total
    for column, target in ADT.references.items():
        known = tables.codes.get(target, frozenset())
        wrong = frame[column].notna() & ~frame[column].isin(known)
        sentences = (
            say("a code that {file} lists", file=tables.files.get(target, f"{target}.csv")),
            say("Correct the code, or add it to that file."),
        )
        fault = tables.fault(ADT.name, "unknown_code", sentences, column)
        tables.reject(ADT.name, fault, wrong.to_numpy(dtype=bool), _code_in(column))
    return tables.findings.total > before


def _code_in(column: str) -> Found:
    return lambda row: str(row[column])


def _play_back(tables: ReadTables, positions: list[int], messages: tuple[AdtMessage, ...]) -> None:
    if len(positions) != len(messages):
        return  # the rows that are none were told already
    wards = _wards(tables)
    arrivals: list[tuple[str, datetime]] = []
    stays: list[tuple[int, Stay]] = []
    wrong: list[WrongMessage] = []
    for sent in _by_visit(positions, messages):
        replay = Replay(sent)
        visit = replay.visit()
        wrong += replay.wrong
        if visit is None:
            continue
        if visit.registered_at is not None:
            arrivals.append((visit.hospital, visit.registered_at))
        stays += zip(replay.rows, stays_of(visit, wards), strict=True)
    _report(tables, wrong)
    _put_stays(tables, stays)
    _put_visits(tables, arrivals)


def _by_visit(positions: list[int], messages: tuple[AdtMessage, ...]) -> Iterable[list[Sent]]:
    """Messages of each visit in the order of events; at one second as they were sent."""
    sent = [Sent(at, message) for at, message in zip(positions, messages, strict=True)]
    sent.sort(key=lambda one: (one.message.visit, one.message.event_at, one.message.message))
    for _, group in groupby(sent, key=attrgetter("message.visit")):
        yield list(group)


def _wards(tables: ReadTables) -> Wards:
    units = tables.frame("units")
    emergency = units.loc[units[Col.KIND] == UnitKind.EMERGENCY.value, Col.UNIT]
    places = dict(zip(units[Col.UNIT], units[Col.HOSPITAL], strict=True))
    return Wards(places, frozenset(emergency))


def _report(tables: ReadTables, wrong: list[WrongMessage]) -> None:
    found = {one.position: one.found for one in wrong}
    fault = Fault(
        "message_out_of_order",
        tables.files[ADT.name],
        say("A04 or A01, then A02 for each move, then A03; a cancel after what it cancels"),
        say("Correct this message, or send those that are missing."),
        "type",
    )
    tables.findings.reject(fault, list(found), lambda at: found[at])


def _put_stays(tables: ReadTables, stays: list[tuple[int, Stay]]) -> None:
    """The stays in the types of the contract, each at the row of its message."""
    if not stays or _is_taken(tables, STAYS.name):
        return
    stays.sort(key=lambda one: (one[1].patient, one[1].admitted_at))
    frame = conformed(STAYS, frame_of_rows(STAYS, [stay for _, stay in stays]))
    frame.index = pd.Index([position for position, _ in stays])
    tables.frames[STAYS.name], tables.files[STAYS.name] = frame, tables.files[ADT.name]


def _put_visits(tables: ReadTables, arrivals: list[tuple[str, datetime]]) -> None:
    if arrivals and not _is_taken(tables, VISITS.name):
        tables.frames[VISITS.name] = hourly_visits(arrivals)
        tables.files[VISITS.name] = tables.files[ADT.name]


def _is_taken(tables: ReadTables, name: str) -> bool:
    """Whether the folder also has a file of this table: two sources of one truth."""
    if name not in tables.files:
        return False
    tables.findings.add(
        Problem(
            "two_files",
            name,
            found=f"{tables.files[name]}, {tables.files[ADT.name]}",
            expected=say("one file for each table"),
            remedy=say("Keep the newest file and move the others out of the folder."),
        )
    )
    return True


def _no_messages() -> Problem:
    return Problem(
        "missing_file",
        "adt.csv",
        found=say("no such file"),
        expected=say("the messages, one a row (docs/exchange.md)"),
        remedy=say("Put adt.csv beside gst.yaml, or import without --adt."),
    )
