"""Back within thirty days: who goes home and comes again as an emergency that must be admitted.

Whether a patient comes back is decided when he goes home, from a number of his own and the share
of the unit that he leaves; the row of the next admission is drawn before the run and enters when
it is due. ``twin.readmission_history`` says how often.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from simpy.events import NORMAL

from hospital.base import HOURS_PER_DAY, HOURS_PER_WEEK
from twin.actors import Callbacks, Patient
from twin.parameters import READMISSION_DAYS, ExtraVisits, HospitalParameters, Readmissions
from twin.run_plan import RunPlan

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
