"""Stays that cannot have happened: before their start, in two beds, two patients in one bed."""

import numpy as np
import pandas as pd

from application.folder.findings import Rows
from application.folder.read_tables import ReadTables
from hospital.errors import Sentence, say
from hospital.history import StayOutcome
from hospital.tables import Col

TABLE = "stays"


def check_ends_after_start(tables: ReadTables) -> None:
    """A patient leaves after arriving."""
    if not tables.has(TABLE):
        return
    fault = tables.fault(
        TABLE,
        "stay_ends_before_it_starts",
        (say("left_at at or after admitted_at"), say("Correct the two times of this stay.")),
        Col.LEFT_AT,
    )
    tables.reject(TABLE, fault, _backwards(tables.frame(TABLE)), _stay)


def check_outcomes(tables: ReadTables) -> None:
    """Whoever is still present has not left, and whoever left has an outcome."""
    if not tables.has(TABLE):
        return
    stays = tables.frame(TABLE)
    present = (stays[Col.OUTCOME] == StayOutcome.PRESENT.value).to_numpy(dtype=bool)
    here = stays[Col.LEFT_AT].isna().to_numpy(dtype=bool)
    fault = tables.fault(
        TABLE,
        "outcome_does_not_fit",
        (
            say("present while left_at is empty, and another outcome once it is not"),
            say("Correct the outcome, or left_at."),
        ),
        Col.OUTCOME,
    )
    tables.reject(
        TABLE,
        fault,
        present != here,
        lambda row: say(
            "{outcome}, left at {end}", outcome=row[Col.OUTCOME], end=_time(row[Col.LEFT_AT])
        ),
    )


def check_one_bed_for_a_patient(tables: ReadTables) -> None:
    """A patient lies in one bed at a time."""
    if not tables.has(TABLE):
        return
    fault = tables.fault(
        TABLE,
        "overlapping_stays",
        (
            say("stays of one patient that follow one another"),
            say("Correct left_at: the patient's next stay begins before it."),
        ),
        Col.LEFT_AT,
    )
    tables.reject(TABLE, fault, _overlapping(tables.frame(TABLE), Col.PATIENT), _stay)


def check_one_patient_in_a_bed(tables: ReadTables) -> None:
    """A bed holds one patient at a time."""
    if not tables.has(TABLE):
        return
    fault = tables.fault(
        TABLE,
        "bed_taken_twice",
        (
            say("one patient in a bed at a time"),
            say("Correct the bed or left_at: the bed's next stay begins before it."),
        ),
        Col.BED,
    )
    tables.reject(
        TABLE,
        fault,
        _overlapping(tables.frame(TABLE), Col.BED),
        lambda row: say("bed {bed}: {stay}", bed=row[Col.BED], stay=_stay(row)),
    )


def _backwards(stays: pd.DataFrame) -> Rows:
    return (stays[Col.LEFT_AT] < stays[Col.ADMITTED_AT]).to_numpy(dtype=bool)


def _overlapping(stays: pd.DataFrame, who: str) -> Rows:
    """The stays during which the next stay of the same patient (or bed) begins.

    Two stays of one sorted list overlap only if two neighbours do, so neighbours suffice.
    """
    usable = ~_backwards(stays) & stays[who].notna().to_numpy(dtype=bool)
    ordered = stays[usable].sort_values([who, Col.ADMITTED_AT, Col.LEFT_AT], kind="stable")
    same = ordered[who] == ordered[who].shift(-1)
    next_start = ordered[Col.ADMITTED_AT].shift(-1)
    overlaps = same & (ordered[Col.LEFT_AT].isna() | (ordered[Col.LEFT_AT] > next_start))
    return np.asarray(stays.index.isin(ordered.index[overlaps.to_numpy(dtype=bool)]), dtype=bool)


def _stay(row: pd.Series) -> Sentence:
    return say(
        "patient {patient}, from {start} to {end}",
        patient=row[Col.PATIENT],
        start=_time(row[Col.ADMITTED_AT]),
        end=_time(row[Col.LEFT_AT]),
    )


def _time(value: pd.Timestamp) -> str:
    return "…" if pd.isna(value) else value.strftime("%Y-%m-%dT%H:%M")
