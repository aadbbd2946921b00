"""The indicators of the national table, week by week, from the history of a GST.

A patient counts in the week in which the stay ends, in the hospital where it ends. A stay goes on
through moves and transfers, as the twin reads it. Only whole weeks count, Monday to Sunday.

The folder holds no waiting times: of delays it says how many planned patients came in for a hundred
requests of the same weeks. Who is present, or died after going home, is not seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from hospital.gst import Gst
from hospital.history import AdmissionKind, History, StayOutcome
from hospital.tables import Col
from twin.parameters import READMISSION_DAYS
from twin.stay_history import HAS_ENDED, HOURS, IS_FIRST, read_stays

PERCENT = 100
HOURS_PER_DAY = 24
LEAST_OF_A_GROUP = 10
"""A group with fewer stays in a week takes no part in a gap: its mean is chance."""

EVERY_WEEK = 5_200
ONE_WEEK = pd.Timedelta(weeks=1)
EPISODE, DAYS, COST, DIED, BACK = "episode", "days", "cost_mad", "has_died", "is_back"


class ImpactIndicator(StrEnum):
    """What the national table asks for, in the unit that ends the name."""

    LENGTH_OF_STAY = "length_of_stay_days"
    PLANNED_CARE = "planned_admissions_per_100_requests"
    MORTALITY = "died_in_hospital_percent"
    READMISSIONS = "readmissions_within_30_days_percent"
    COST = "cost_per_patient_mad"
    GAP_PROVINCES = "length_of_stay_gap_provinces_days"
    GAP_SEXES = "length_of_stay_gap_sexes_days"
    GAP_AGES = "length_of_stay_gap_ages_days"


HIGHER_IS_BETTER = frozenset({ImpactIndicator.PLANNED_CARE})
GAPS = {
    ImpactIndicator.GAP_PROVINCES: Col.PROVINCE,
    ImpactIndicator.GAP_SEXES: Col.SEX,
    ImpactIndicator.GAP_AGES: Col.AGE_GROUP,
}


@dataclass(frozen=True, slots=True)
class WeeklySeries:
    """One indicator of one place: a value for each whole week that has one, oldest first.

    ``place`` is a hospital, or empty for the whole GST; ``weeks`` are Mondays.
    """

    indicator: ImpactIndicator
    place: str
    weeks: tuple[pd.Timestamp, ...]
    values: tuple[float, ...]


def weekly_series(gst: Gst, history: History) -> tuple[WeeklySeries, ...]:
    """Every indicator that the history can tell, of the GST and of each hospital."""
    episodes = _episodes(gst, history)
    if episodes.empty:
        return ()
    medicines = _medicine_cost(gst, history)
    found: list[WeeklySeries] = []
    for place in ("", *(one.hospital for one in gst.hospitals)):
        own = episodes if not place else episodes[episodes[Col.HOSPITAL] == place]
        spent = medicines if not place else medicines[medicines[Col.HOSPITAL] == place]
        asked = history.referrals
        if place:
            asked = asked[asked[Col.HOSPITAL].astype(str) == place]
        found += _of_place(place, own, spent, asked)
    return tuple(one for one in found if one.weeks)


def _of_place(
    place: str, episodes: pd.DataFrame, medicines: pd.DataFrame, referrals: pd.DataFrame
) -> list[WeeklySeries]:
    by_week = episodes.groupby(Col.WEEK, sort=True)
    home = episodes[episodes[BACK].notna()]
    patients = by_week.size()
    spent = medicines.groupby(Col.WEEK)[COST].sum().reindex(patients.index, fill_value=0.0)
    series = {
        ImpactIndicator.LENGTH_OF_STAY: by_week[DAYS].mean(),
        ImpactIndicator.PLANNED_CARE: _planned(episodes, referrals),
        ImpactIndicator.MORTALITY: PERCENT * by_week[DIED].mean(),
        ImpactIndicator.READMISSIONS: PERCENT * home.groupby(Col.WEEK)[BACK].mean(),
        ImpactIndicator.COST: (by_week[COST].sum() + spent) / patients,
    }
    series |= {name: _gap(episodes, column) for name, column in GAPS.items()}
    return [_series(name, place, values) for name, values in series.items()]


def _series(name: ImpactIndicator, place: str, values: pd.Series[float]) -> WeeklySeries:
    known = values.dropna().sort_index().astype(float)
    known = known[np.isfinite(known.to_numpy())]
    return WeeklySeries(name, place, tuple(known.index), tuple(known.tolist()))


def _episodes(gst: Gst, history: History) -> pd.DataFrame:
    """One row for each stay that has ended, moves and transfers joined."""
    table = read_stays(gst, history.stays, EVERY_WEEK).stays
    if table.empty:
        return table
    table = table.sort_values([Col.PATIENT, Col.ADMITTED_AT], kind="stable")
    costs = {one.unit: one.cost_per_bed_day_mad for one in gst.units}
    table = table.assign(
        **{
            EPISODE: table[IS_FIRST].cumsum(),
            COST: table[HOURS] / HOURS_PER_DAY * table[Col.UNIT].map(costs).astype(float),
        }
    )
    grouped = table.groupby(EPISODE, sort=True)
    first, last = grouped.first(), grouped.last()
    last[DAYS] = grouped[HOURS].sum() / HOURS_PER_DAY
    last[COST] = grouped[COST].sum()
    last[Col.KIND] = first[Col.KIND].astype(str)
    last[Col.ADMITTED_AT] = first[Col.ADMITTED_AT]
    last[BACK] = _back(last)
    ended = last[last[HAS_ENDED].astype(bool)].copy()
    ended[DIED] = ended[Col.OUTCOME].astype(str) == StayOutcome.DIED.value
    ended[Col.WEEK] = _monday(ended[Col.LEFT_AT])
    return _whole_weeks(ended)


def _back(episodes: pd.DataFrame) -> pd.Series[float]:
    """1 where a patient who went home came back as an emergency within thirty days, else 0.

    Not a number for who did not go home, or went too near to the end of the history to tell.
    """
    following = episodes.groupby(Col.PATIENT, sort=False, observed=True).shift(-1)
    until = following[Col.ADMITTED_AT] - episodes[Col.LEFT_AT]
    limit = pd.Timedelta(days=READMISSION_DAYS)
    is_back = (
        (following[Col.KIND] == AdmissionKind.EMERGENCY.value)
        & (until >= pd.Timedelta(0))
        & (until <= limit)
    )
    went_home = episodes[Col.OUTCOME].astype(str) == StayOutcome.HOME.value
    last_day = episodes[[Col.ADMITTED_AT, Col.LEFT_AT]].max().max()
    is_known = episodes[Col.LEFT_AT] <= last_day - limit
    return is_back.astype(float).where(went_home & is_known)


def _whole_weeks(episodes: pd.DataFrame) -> pd.DataFrame:
    """Without the first weeks, whose longest stays began unseen, and the last, unfinished one."""
    first = _monday(episodes[Col.ADMITTED_AT]).min() + 4 * ONE_WEEK
    last = _monday(episodes[Col.LEFT_AT]).max()
    is_whole = (episodes[Col.WEEK] >= first) & (episodes[Col.WEEK] < last)
    whole: pd.DataFrame = episodes.loc[is_whole]
    return whole


def _monday(times: pd.Series) -> pd.Series:
    days = times.dt.normalize()
    monday: pd.Series = days - pd.to_timedelta(days.dt.day_of_week, unit="D")
    return monday


def _planned(episodes: pd.DataFrame, referrals: pd.DataFrame) -> pd.Series[float]:
    """Planned patients who came in, for a hundred requests of the same week."""
    planned = episodes[episodes[Col.KIND] == AdmissionKind.ELECTIVE.value]
    came = _monday(planned[Col.ADMITTED_AT]).value_counts()
    weeks = pd.to_datetime(referrals[Col.WEEK])
    asked = referrals[Col.REFERRALS].astype(float).groupby(weeks).sum()
    within = asked[asked.index.isin(episodes[Col.WEEK].unique()) & (asked > 0)]
    return PERCENT * came.reindex(within.index, fill_value=0).astype(float) / within


def _medicine_cost(gst: Gst, history: History) -> pd.DataFrame:
    """What the medicines issued each week cost at today's cheapest offers [MAD]."""
    prices: dict[str, float] = {}
    for offer in gst.offers:
        known = prices.get(offer.medicine, offer.unit_price_mad)
        prices[offer.medicine] = min(known, offer.unit_price_mad)
    used = history.consumption
    price = used[Col.MEDICINE].astype(str).map(prices).fillna(0.0).astype(float)
    return pd.DataFrame(
        {
            Col.HOSPITAL: used[Col.HOSPITAL].astype(str),
            Col.WEEK: pd.to_datetime(used[Col.WEEK]),
            COST: used[Col.UNITS].astype(float) * price,
        }
    )


def _gap(episodes: pd.DataFrame, column: str) -> pd.Series[float]:
    """Longest minus shortest mean stay among the groups with enough patients in the week [days]."""
    grouped = episodes.groupby([Col.WEEK, episodes[column].astype(str)], observed=True)[DAYS]
    means = grouped.mean()[grouped.size() >= LEAST_OF_A_GROUP].groupby(level=Col.WEEK)
    gap = means.max() - means.min()
    return gap[means.size() > 1]
