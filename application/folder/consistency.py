"""What no single cell can tell: links, shares, days that fit together, sessions that collide."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from application.folder.findings import Rows
from application.folder.read_tables import ReadTables
from application.folder.references import (
    check_bed_of_stay,
    check_beds_in_care,
    check_beds_of_units,
    check_references,
    check_sessions_in_theatre,
    check_stays_in_care,
)
from application.folder.stays import (
    check_ends_after_start,
    check_one_bed_for_a_patient,
    check_one_patient_in_a_bed,
    check_outcomes,
)
from hospital.errors import Problem, Sentence, say
from hospital.gst import GstIdentity
from hospital.pharmacy import is_valid_gtin
from hospital.tables import IDENTITY_FILE, Col

SHARE_TOLERANCE = 0.001
MONDAY = 0


def check_any_hospital(tables: ReadTables) -> None:
    """A GST has at least one hospital."""
    if "hospitals" in tables.files or "hospitals" not in tables.codes:
        return
    tables.findings.add(
        Problem(
            "missing_file",
            "hospitals.csv",
            found=say("no such file"),
            expected=say("the table of the hospitals of this GST"),
            remedy=say(
                "Copy it from the templates of tadbir init, and add one row for each hospital."
            ),
        )
    )


def check_links(tables: ReadTables) -> None:
    """A road joins two different hospitals, and stands in the table once."""
    if not tables.has("links"):
        return
    links = tables.frame("links")
    origin, destination = links["origin"], links["destination"]
    loop = (origin == destination).to_numpy(dtype=bool)
    expected = say("two different hospitals")
    fault = tables.fault(
        "links",
        "link_to_itself",
        (expected, say("Correct one of the two hospitals.")),
        "destination",
    )
    tables.reject("links", fault, loop, _road)
    pair = pd.DataFrame(
        {
            "a": origin.where(origin < destination, destination),
            "b": destination.where(origin < destination, origin),
        }
    )
    fault = tables.fault(
        "links",
        "repeated_link",
        (
            say("each road once: it is usable in both directions"),
            say("Remove one of the two rows."),
        ),
        "destination",
    )
    tables.reject("links", fault, pair.duplicated().to_numpy() & ~loop, _road)


def _road(row: pd.Series) -> Sentence:
    return say(
        "from {origin} to {destination}", origin=row["origin"], destination=row["destination"]
    )


def check_triage_shares(tables: ReadTables) -> None:
    """The triage levels of a hospital share out all its visits."""
    if not tables.has("triage"):
        return
    if tables.files["triage"] in tables.findings.rejections:
        return  # a sum without the rejected rows would only repeat their fault
    totals = tables.frame("triage").groupby(Col.HOSPITAL)["share"].sum()
    tables.findings.add_some(
        Problem(
            "shares_do_not_sum",
            tables.files["triage"],
            found=say("{hospital}: {total}", hospital=hospital, total=f"{total:.3f}"),
            expected=say("shares that sum to 1 over the levels of a hospital"),
            remedy=say("Adjust the shares of this hospital."),
            column="share",
        )
        for hospital, total in totals[np.abs(totals - 1) > SHARE_TOLERANCE].items()
    )


def check_days_in_order(tables: ReadTables) -> None:
    """Leave ends after it begins, and an operation is due after its referral."""
    for name, first, last in (
        ("leave", "first_day", "last_day"),
        ("waiting_list", "referral_date", "due_date"),
    ):
        if not tables.has(name):
            continue
        frame = tables.frame(name)
        fault = tables.fault(
            name,
            "ends_before_it_starts",
            (
                say("{last} at or after {first}", last=last, first=first),
                say("Correct the two days."),
            ),
            last,
        )
        wrong = (frame[last] < frame[first]).to_numpy(dtype=bool)
        tables.reject(name, fault, wrong, _days(first, last))


def check_reasons_given(tables: ReadTables) -> None:
    """Whoever defers an operation, or knows its minutes better, says why."""
    if not tables.has("waiting_list"):
        return
    frame = tables.frame("waiting_list")
    for column, reason in (("deferred_until", "deferral_reason"), ("minutes", "minutes_reason")):
        fault = tables.fault(
            "waiting_list",
            "reason_missing",
            (
                say("a {reason} wherever {column} is filled in", reason=reason, column=column),
                say("Write the reason, or leave both empty."),
            ),
            reason,
        )
        told = frame[reason].fillna("").astype(str).str.strip() != ""
        wrong = (frame[column].notna() & ~told).to_numpy(dtype=bool)
        tables.reject("waiting_list", fault, wrong, lambda row: str(row["patient"]))


def _days(first: str, last: str) -> Callable[[pd.Series], Sentence]:
    return lambda row: say(
        "from {start} to {end}", start=f"{row[first]:%Y-%m-%d}", end=f"{row[last]:%Y-%m-%d}"
    )


def check_gtins(tables: ReadTables) -> None:
    """A GTIN has a legal length and the right check digit."""
    if not tables.has("medicines"):
        return
    gtins = tables.frame("medicines")["gtin"]
    fault = tables.fault(
        "medicines",
        "wrong_gtin",
        (
            say("a GTIN of 8, 12, 13 or 14 digits with the right check digit"),
            say("Copy it again from the box, or leave it empty."),
        ),
        "gtin",
    )
    wrong = np.array([not pd.isna(gtin) and not is_valid_gtin(gtin) for gtin in gtins], dtype=bool)
    tables.reject("medicines", fault, wrong, lambda row: str(row["gtin"]))


def check_whole_hours(tables: ReadTables) -> None:
    """Visits are counted by clock hour, which begins at minute 0."""
    if not tables.has("visits"):
        return
    hours = tables.frame("visits")[Col.HOUR]
    fault = tables.fault(
        "visits",
        "not_a_whole_hour",
        (say("the hour in which the visits arrived, at minute 00"), say("Sum the visits by hour.")),
        Col.HOUR,
    )
    tables.reject("visits", fault, (hours != hours.dt.floor("h")).to_numpy(), _moment(Col.HOUR))


def check_weeks_start_on_monday(tables: ReadTables) -> None:
    """Consumption and requests for planned care are counted by week, named by its Monday."""
    for name in filter(tables.has, ("consumption", "referrals")):
        weekday = tables.frame(name)[Col.WEEK].dt.day_of_week
        fault = tables.fault(
            name,
            "not_a_monday",
            (say("the Monday on which the week begins"), say("Write the Monday of that week.")),
            Col.WEEK,
        )
        tables.reject(name, fault, (weekday != MONDAY).to_numpy(), _moment(Col.WEEK))


def _moment(column: str) -> Callable[[pd.Series], str]:
    return lambda row: row[column].isoformat().removesuffix("T00:00:00")


def check_sessions_collide(tables: ReadTables) -> None:
    """A room holds one session at a time."""
    if not tables.has("sessions"):
        return
    sessions = tables.frame("sessions")
    fault = tables.fault(
        "sessions",
        "room_taken_twice",
        (
            say("one session in a room at a time"),
            say("Correct the start or the length: the room's next session begins before it ends."),
        ),
        "room",
    )
    tables.reject(
        "sessions",
        fault,
        _colliding(sessions),
        lambda row: say("room {room}, weekday {weekday}", room=row["room"], weekday=row["weekday"]),
    )


def _colliding(sessions: pd.DataFrame) -> Rows:
    room = [Col.UNIT, "room", "weekday"]
    ordered = sessions.sort_values([*room, "start_minute"], kind="stable")
    same = (ordered[room] == ordered[room].shift(-1)).all(axis=1)
    ends = ordered["start_minute"] + ordered["length_minutes"]
    wrong = (same & (ends > ordered["start_minute"].shift(-1))).to_numpy(dtype=bool)
    return np.asarray(sessions.index.isin(ordered.index[wrong]), dtype=bool)


def check_not_after_today(tables: ReadTables, identity: GstIdentity) -> None:
    """History ends before ``as_of``: what is later is not known yet."""
    limit = pd.Timestamp(identity.as_of)
    for name, column in (
        ("visits", Col.HOUR),
        ("stays", Col.ADMITTED_AT),
        ("stays", Col.LEFT_AT),
        ("consumption", Col.WEEK),
    ):
        if not tables.has(name):
            continue
        times = tables.frame(name)[column]
        late = int((times > limit).sum() if column == Col.LEFT_AT else (times >= limit).sum())
        if late:
            tables.findings.add(_late(name, column, late, identity))


def _late(table: str, column: str, count: int, identity: GstIdentity) -> Problem:
    return Problem(
        "history_after_as_of",
        IDENTITY_FILE,
        found=say(
            "as_of {day}, with {count} rows of {table} whose {column} is on it or later",
            day=identity.as_of.isoformat(),
            count=count,
            table=table,
            column=column,
        ),
        expected=say("as_of after the last day of history"),
        remedy=say("Set as_of to the day after the last complete day."),
        column="as_of",
    )


CHECKS: tuple[Callable[[ReadTables], None], ...] = (
    check_any_hospital,
    check_references,
    check_beds_of_units,
    check_beds_in_care,
    check_stays_in_care,
    check_sessions_in_theatre,
    check_bed_of_stay,
    check_ends_after_start,
    check_outcomes,
    check_one_bed_for_a_patient,
    check_one_patient_in_a_bed,
    check_links,
    check_triage_shares,
    check_days_in_order,
    check_reasons_given,
    check_gtins,
    check_whole_hours,
    check_weeks_start_on_monday,
    check_sessions_collide,
)
