"""Back within thirty days: who goes home and comes again as an emergency that must be admitted.

Whether a patient comes back is decided when he goes home, from a number of his own and the share
of the unit that he leaves; the row of the next admission is drawn before the run and enters when
it is due. The history says how often: its readmissions are part of the arrivals that were counted,
so that calibrated readmissions take their number off the others (``returning_share``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from simpy.events import NORMAL

from hospital.base import HOURS_PER_DAY, HOURS_PER_WEEK
from hospital.gst import Gst
from hospital.history import AdmissionKind, History, StayOutcome
from hospital.tables import Col
from twin.actors import Callbacks, Patient
from twin.admissions import Admitted, expected, follow_stays
from twin.laws import Empirical
from twin.parameters import (
    READMISSION_DAYS,
    ExtraVisits,
    HospitalParameters,
    Readmissions,
    TwinParameters,
    UnitShare,
)
from twin.run_plan import RunPlan
from twin.stay_fit import MINIMUM_STAYS
from twin.stay_history import HAS_ENDED, IS_FIRST, SECONDS_PER_HOUR, read_stays

if TYPE_CHECKING:
    from twin.flow import Flow

EARLIER = "earlier-discharges"


@dataclass(frozen=True, slots=True)
class Returns:
    """The next admission by row of the patient table.

    ``rows`` are where it stands, ``numbers`` decide whether it comes, ``hours`` how long after
    going home.
    """

    rows: Mapping[int, int]
    numbers: Mapping[int, float]
    hours: Mapping[int, float]


class ReturnDesk:
    """Sends patients home, and some of them back."""

    def __init__(self, flow: Flow, returns: Returns, readmissions: Readmissions) -> None:
        self.flow = flow
        self.returns = returns
        flow.table = replace(flow.table, arrive=flow.table.arrive.copy())
        shares = {one.unit: one.weight for one in readmissions.shares}
        self._share = [shares.get(unit.unit, 0.0) for unit in flow.network.units]
        self._on_return: Callbacks = [self._returned]

    def go_home(self, patient: Patient, now: float) -> None:
        """Leave, and come back when it is due."""
        flow, index = self.flow, patient.index
        unit = flow.units[patient.wants][index]
        flow._leave(patient, now)
        if self.returns.numbers.get(index, 1.0) >= self._share[unit]:
            return
        row, hours, table = self.returns.rows[index], self.returns.hours[index], flow.table
        table.arrive[row] = now + hours
        again = Patient(
            row,
            int(table.site[row]),
            now + hours,
            float(table.consult[row]),
            float(table.tests[row]),
        )
        again.callbacks = self._on_return
        flow._schedule(again, NORMAL, hours)

    def _returned(self, patient: Patient) -> None:
        self.flow._walk_in(patient, patient.arrive_hours)


def admitted_for_sure(hospital: HospitalParameters) -> HospitalParameters:
    """The hospital for visits of which all are admitted: levels weigh as their admissions do."""
    weights = [row.share * row.admission_probability for row in hospital.triage]
    total = sum(weights)
    rows = zip(hospital.triage, weights, strict=True)
    return hospital.but(
        triage=tuple(
            row.but(share=weight / total, admission_probability=1.0, clock_hours=())
            for row, weight in rows
            if total
        )
    )


def of_earlier_discharges(
    hospital: HospitalParameters, readmissions: Readmissions, run: RunPlan
) -> ExtraVisits:
    """Readmissions of those who went home before the run opens: fewer every day, none after 30."""
    per_hour = hospital.returning_share * sum(hospital.hourly_visits) / HOURS_PER_WEEK
    hours = np.arange(min(run.days, READMISSION_DAYS) * HOURS_PER_DAY, dtype=np.float64) + 0.5
    still_to_come = 1 - readmissions.share_back_within(hours)
    return ExtraVisits(
        name=EARLIER,
        first_day=run.opening_day,
        hourly=tuple((per_hour * still_to_come).tolist()),
        triage=admitted_for_sure(hospital).triage,
    )


def with_readmissions(parameters: TwinParameters, gst: Gst, history: History) -> TwinParameters:
    """The parameters with the readmissions of the history, which are taken off other arrivals.

    The share of a unit is that of its discharges home, at least thirty days before the history
    ends, that were followed by an emergency admission within thirty days. The same parameters
    where the history has fewer than ``MINIMUM_STAYS`` readmissions.
    """
    stays = read_stays(gst, history.stays)
    back = _followed(stays.stays)
    if back[_BACK].sum() < MINIMUM_STAYS:
        return parameters
    known = back[back[_IS_KNOWN]]
    shares = known.groupby(Col.UNIT, sort=True)[_BACK].mean()
    returned = back[back[_BACK]]
    readmissions = Readmissions(
        shares=tuple(UnitShare(unit=str(unit), weight=float(p)) for unit, p in shares.items()),
        delay=Empirical(observed_hours=tuple(sorted(returned[_HOURS].tolist()))),
        at_most=MOST_RETURNS,
    )
    per_week = (returned.groupby(Col.HOSPITAL).size() / stays.weeks).to_dict()
    hospitals = tuple(
        _without_returns(one, float(per_week.get(one.hospital, 0.0)))
        for one in parameters.hospitals
    )
    return parameters.but(hospitals=hospitals, readmissions=readmissions)


MOST_RETURNS = 3
"""A patient comes back so often at most: beyond it the chain adds less than one in a thousand."""

_BACK, _HOURS, _IS_KNOWN = "is_back", "hours_until_back", "is_known"


def _followed(stays: pd.DataFrame) -> pd.DataFrame:
    """Discharges home with whether, and when, the same patient was admitted as an emergency."""
    table = stays.sort_values([Col.PATIENT, Col.ADMITTED_AT], kind="stable")
    following = table.groupby(Col.PATIENT, sort=False, observed=True).shift(-1)
    hours = (following[Col.ADMITTED_AT] - table[Col.LEFT_AT]).dt.total_seconds() / SECONDS_PER_HOUR
    limit = READMISSION_DAYS * HOURS_PER_DAY
    is_new = (following[IS_FIRST] == 1) & (
        following[Col.KIND].astype(str) == AdmissionKind.EMERGENCY.value
    )
    last_day = table[[Col.ADMITTED_AT, Col.LEFT_AT]].max().max()
    marked = table.assign(
        **{
            _HOURS: hours,
            _BACK: is_new & (hours >= 0) & (hours <= limit),
            _IS_KNOWN: table[Col.LEFT_AT] <= last_day - pd.Timedelta(days=READMISSION_DAYS),
        }
    )
    home = marked[HAS_ENDED] & (marked[Col.OUTCOME].astype(str) == StayOutcome.HOME.value)
    return marked[home]


def _without_returns(hospital: HospitalParameters, returns_per_week: float) -> HospitalParameters:
    """The hospital whose new visits and admissions are those that are no readmission."""
    visits, before = sum(hospital.hourly_visits), expected(hospital)
    if not 0 < returns_per_week < min(visits, before.total):
        return hospital
    share = returns_per_week / visits
    kept = 1 - returns_per_week / before.total
    fewer = hospital.but(hourly_visits=tuple((1 - share) * one for one in hospital.hourly_visits))
    target = Admitted(before.ward * kept, before.intensive_care * kept)
    return hospital.but(triage=follow_stays(fewer, target).triage, returning_share=share)
