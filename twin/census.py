"""Today's inpatients: who lies where and since when, checked before anybody starts from them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from hospital.errors import InvalidInput, Problem, say
from hospital.gst import Gst
from hospital.places import UnitKind
from hospital.tables import Col
from twin.network import INPATIENT
from twin.parameters import Census, Inpatient

FILE = "stays.csv"
HEADER_ROWS = 2
"""From a position in the frame to the line that a spreadsheet shows."""


def read_census(gst: Gst, stays: pd.DataFrame, day: date) -> Census:
    """The inpatients whose stay had begun and not ended at midnight before ``day``.

    Stays in emergency departments are left out: those fill again within hours.

    Raises:
        InvalidInput: codes ``stay_ends_before_it_starts``, ``patient_in_two_beds``,
            ``patient_in_unit_without_beds``, each with the lines concerned.
    """
    table = stays.reset_index(drop=True)
    for name in (Col.UNIT, Col.PATIENT):
        table[name] = table[name].astype(str)
    for name in (Col.ADMITTED_AT, Col.LEFT_AT):
        table[name] = pd.to_datetime(table[name])
    midnight = pd.Timestamp(day)
    gone = table[Col.LEFT_AT].notna() & (table[Col.LEFT_AT] <= midnight)
    lying = table[(table[Col.ADMITTED_AT] <= midnight) & ~gone]
    present = lying[~lying[Col.UNIT].isin(_units(gst, UnitKind.EMERGENCY))]
    problems = [*_backward(table), *_doubled(present), *_bedless(gst, present)]
    if problems:
        raise InvalidInput(problems)
    return Census(day=day, inpatients=_inpatients(present))


def _inpatients(present: pd.DataFrame) -> tuple[Inpatient, ...]:
    ordered = present.sort_values(Col.PATIENT, kind="stable")
    fields = [name for name in Inpatient.model_fields if name != Col.ADMITTED_AT]
    columns = [ordered[name].astype(str).tolist() for name in fields]
    since = ordered[Col.ADMITTED_AT].dt.to_pydatetime().tolist()
    return tuple(
        Inpatient(**dict(zip(fields, values, strict=True)), admitted_at=at)
        for *values, at in zip(*columns, since, strict=True)
    )


def _units(gst: Gst, *kinds: UnitKind) -> set[str]:
    return {unit.unit for unit in gst.units if unit.kind in kinds}


def _backward(table: pd.DataFrame) -> Iterator[Problem]:
    wrong = table[table[Col.LEFT_AT] < table[Col.ADMITTED_AT]]
    for position, row in zip(wrong.index.tolist(), wrong.to_dict("records"), strict=True):
        yield Problem(
            "stay_ends_before_it_starts",
            FILE,
            say(
                "{patient} left at {left} and was admitted at {admitted}",
                patient=row[Col.PATIENT],
                left=row[Col.LEFT_AT],
                admitted=row[Col.ADMITTED_AT],
            ),
            say("a stay that ends after it starts"),
            say("Correct one of the two times."),
            row=position + HEADER_ROWS,
            column=Col.LEFT_AT,
        )


def _doubled(present: pd.DataFrame) -> Iterator[Problem]:
    doubled = present[present[Col.PATIENT].duplicated(keep=False)]
    for patient, rows in doubled.groupby(Col.PATIENT, sort=True):
        yield Problem(
            "patient_in_two_beds",
            FILE,
            say(
                "{patient} is present in {units}",
                patient=patient,
                units=", ".join(rows[Col.UNIT].tolist()),
            ),
            say("one place for each patient"),
            say("Enter when {patient} left the earlier unit.", patient=patient),
            column=Col.LEFT_AT,
        )


def _bedless(gst: Gst, present: pd.DataFrame) -> Iterator[Problem]:
    beds = gst.beds_by_unit()
    known = {unit for unit in _units(gst, *INPATIENT) if beds[unit]}
    for unit, rows in present[~present[Col.UNIT].isin(known)].groupby(Col.UNIT, sort=True):
        yield Problem(
            "patient_in_unit_without_beds",
            FILE,
            say("{count} present in {unit}", count=len(rows), unit=unit),
            say("a ward, step-down or intensive-care unit that has beds"),
            say("Correct the unit, or add the beds of {unit}.", unit=unit),
            column=Col.UNIT,
        )
