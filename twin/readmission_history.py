"""How often patients come back within thirty days, from the history.

Readmissions are part of the arrivals that were counted, so that calibrated readmissions take their
number off the others (``returning_share``).
"""

from __future__ import annotations

import pandas as pd

from hospital.base import HOURS_PER_DAY
from hospital.gst import Gst
from hospital.history import AdmissionKind, History, StayOutcome
from hospital.tables import Col
from twin.admissions import Admitted, expected, follow_stays
from twin.laws import Empirical
from twin.parameters import (
    READMISSION_DAYS,
    HospitalParameters,
    Readmissions,
    TwinParameters,
    UnitShare,
)
from twin.stay_fit import MINIMUM_STAYS
from twin.stay_history import HAS_ENDED, IS_FIRST, SECONDS_PER_HOUR, read_stays

MOST_RETURNS = 3
"""A patient comes back so often at most: beyond it the chain adds less than one in a thousand."""

_BACK, _HOURS, _IS_KNOWN = "is_back", "hours_until_back", "is_known"


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
