"""What the hospitals have recorded of their last whole month: visits, admissions, deaths, beds.

Small counts are hidden before they leave (``governance.masking``).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pandas as pd

from application.fhir.measures import Figure, Origin
from application.use_cases.access import needs
from application.use_cases.session import Session
from governance.access import Action
from governance.masking import masked
from hospital.history import StayOutcome
from hospital.tables import Col

Month = tuple[date, date]
ONE_DAY = timedelta(days=1)


@needs(Action.READ)
def observed_figures(session: Session) -> tuple[Figure, ...]:
    """Counts by hospital and mean occupancy by unit over the last month that is wholly known."""
    month = last_month(session.gst.identity.as_of)
    visits, stays = session.data.history.visits, session.data.history.stays
    hospital_of = {unit.unit: unit.hospital for unit in session.gst.units}
    places = stays[Col.UNIT].map(hospital_of)
    admitted = _inside(stays[Col.ADMITTED_AT], month)
    died = _inside(stays[Col.LEFT_AT], month) & (stays[Col.OUTCOME] == StayOutcome.DIED.value)
    came = _inside(visits[Col.HOUR], month)
    counts = {
        "visits_count": visits[came].groupby(Col.HOSPITAL)[Col.VISITS].sum(),
        "unit_admissions_count": places[admitted].value_counts(),
        "deaths_count": places[died].value_counts(),
    }
    return (
        *(one for name, own in counts.items() for one in _counted(session, name, own, month)),
        *_occupancy(session, stays, month),
    )


def last_month(as_of: date) -> Month:
    """First and last day of the last month that ended before this day."""
    last = as_of.replace(day=1) - ONE_DAY
    return last.replace(day=1), last


def _inside(moments: pd.Series, month: Month) -> pd.Series:
    first, end = pd.Timestamp(month[0]), pd.Timestamp(month[1] + ONE_DAY)
    return (moments >= first) & (moments < end)


def _counted(session: Session, name: str, counts: pd.Series, month: Month) -> list[Figure]:
    """The count of every hospital, with small ones hidden; nobody is a count too."""
    known = {row.hospital: int(counts.get(row.hospital, 0)) for row in session.gst.hospitals}
    shown = masked(known)
    return [
        Figure(Origin.OBSERVED, name, place, None if count is None else float(count), month)
        for place, count in shown.items()
    ]


def _occupancy(session: Session, stays: pd.DataFrame, month: Month) -> list[Figure]:
    """Mean share of the beds of each unit that were taken [percent]."""
    first, end = pd.Timestamp(month[0]), pd.Timestamp(month[1] + ONE_DAY)
    admitted, left = stays[Col.ADMITTED_AT], stays[Col.LEFT_AT].fillna(end)
    begins = admitted.where(admitted >= first, first)
    ends = left.where(left <= end, end)
    hours = ((ends - begins).dt.total_seconds() / 3600).clip(lower=0)
    taken = hours.groupby(stays[Col.UNIT]).sum()
    month_hours = 24 * monthrange(month[0].year, month[0].month)[1]
    return [
        Figure(
            Origin.OBSERVED,
            "occupancy_percent",
            unit,
            100 * float(taken.get(unit, 0.0)) / (beds * month_hours),
            month,
        )
        for unit, beds in sorted(session.gst.beds_by_unit().items())
        if beds
    ]
