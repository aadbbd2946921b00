"""What needs a person today: the next week's visits, intensive care, medicines, drafts, alerts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from application.summaries import HIGH_LEVEL, LOW_LEVEL
from application.use_cases.access import needs
from application.use_cases.forecast_demand import ForecastSet
from application.use_cases.session import Session
from governance.access import Action
from hospital.base import DAYS_PER_WEEK, HOURS_PER_DAY
from hospital.errors import Sentence, say
from hospital.history import StayOutcome
from hospital.pharmacy import VenClass
from hospital.places import Unit, UnitKind
from hospital.roster import Roster
from hospital.stock_plan import OrderLine, StockPlan
from hospital.tables import Col
from hospital.twin_result import TwinResult

WATCHED_DAYS = 14
FULL_SHARE = 0.95
"""A unit this full has no bed for the next patient, since a bed is cleaned between two."""
RISK = 0.1
"""A medicine whose risk of running out is at least this is counted as at risk."""
MOST_NAMES = 4
MOST_ALERTS = 8
BEDDED = (UnitKind.WARD, UnitKind.STEP_DOWN, UnitKind.INTENSIVE_CARE)


class Topic(StrEnum):
    """What an alert is about, and so where one acts on it."""

    BEDS = "beds"
    PHARMACY = "pharmacy"
    ROSTER = "roster"


@dataclass(frozen=True)
class Alert:
    """Something to act on; a larger ``weight`` (0 to 1) comes first."""

    topic: Topic
    weight: float
    sentence: Sentence


@dataclass(frozen=True)
class Known:
    """The newest results on the current GST; None where nothing was computed."""

    forecasts: ForecastSet | None = None
    baseline: TwinResult | None = None
    roster: Roster | None = None
    order: StockPlan | None = None


@dataclass(frozen=True)
class WeekOfVisits:
    """Emergency visits of the whole GST in the next seven days, with an 80 % interval.

    The daily figures, mean and 80 % interval, run over the next fourteen days.
    """

    expected: float
    low: float
    high: float
    daily: tuple[float, ...]
    daily_low: tuple[float, ...]
    daily_high: tuple[float, ...]


@dataclass(frozen=True)
class IntensiveCare:
    """Patients in intensive care now, and their expected peak with its 80 % interval."""

    occupied: int
    beds: int
    daily: tuple[float, ...] = ()
    peak: float | None = None
    peak_low: float | None = None
    peak_high: float | None = None


@dataclass(frozen=True)
class Overview:
    """The page that a manager opens first."""

    visits: WeekOfVisits | None
    intensive_care: IntensiveCare
    at_risk: tuple[OrderLine, ...] | None
    vital_at_risk: int
    alerts: tuple[Alert, ...]


@needs(Action.READ)
def overview(session: Session, known: Known) -> Overview:
    """Everything that the newest results say of the next two weeks."""
    risky = None if known.order is None else medicines_at_risk(known.order)
    alerts = [*_bed_alerts(session, known.baseline), *_medicine_alerts(session, risky or ())]
    alerts += _roster_alerts(known.roster)
    vital = {row.medicine for row in session.gst.medicines if row.ven is VenClass.VITAL}
    return Overview(
        visits=None if known.forecasts is None else week_of_visits(known.forecasts),
        intensive_care=intensive_care(session, known.baseline),
        at_risk=risky,
        vital_at_risk=sum(line.medicine in vital for line in risky or ()),
        alerts=tuple(sorted(alerts, key=lambda alert: -alert.weight)[:MOST_ALERTS]),
    )


def week_of_visits(forecasts: ForecastSet) -> WeekOfVisits | None:
    """Sums over hospitals path by path, so that the interval is that of the total."""
    hospitals = list(forecasts.visits_by_hospital().values())
    if not hospitals:
        return None
    paths = np.sum([row.sample_paths[:, :WATCHED_DAYS] for row in hospitals], axis=0)
    totals = paths[:, :DAYS_PER_WEEK].sum(axis=1)
    low, high = np.quantile(totals, [LOW_LEVEL, HIGH_LEVEL])
    by_day = (paths.mean(axis=0), *np.quantile(paths, [LOW_LEVEL, HIGH_LEVEL], axis=0))
    daily = (tuple(float(value) for value in values) for values in by_day)
    return WeekOfVisits(float(totals.mean()), float(low), float(high), *daily)


def intensive_care(session: Session, baseline: TwinResult | None) -> IntensiveCare:
    """Who is there now by the stays, and what the twin expects in the next two weeks.

    The peak is the highest of the hourly medians of all intensive-care units together, with
    the sum of their 10 % and 90 % quantiles at that hour: wider than the interval of a sum.
    """
    units = _codes(session, UnitKind.INTENSIVE_CARE)
    stays = session.data.history.stays
    present = (stays[Col.OUTCOME] == StayOutcome.PRESENT.value) & stays[Col.UNIT].isin(units)
    beds = sum(count for unit, count in session.gst.beds_by_unit().items() if unit in units)
    now = IntensiveCare(int(present.sum()), beds)
    if baseline is None or not units:
        return now
    frame = baseline.occupancy
    own = frame[frame[Col.UNIT].isin(units) & (frame[Col.HOUR] < WATCHED_DAYS * HOURS_PER_DAY)]
    hourly = own.groupby(Col.HOUR)[[Col.MEAN, Col.P10, Col.P50, Col.P90]].sum()
    if hourly.empty:
        return now
    daily = hourly[Col.MEAN].groupby(hourly.index // HOURS_PER_DAY).mean()
    peak = hourly.iloc[int(hourly[Col.P50].to_numpy().argmax())]
    return IntensiveCare(
        now.occupied,
        beds,
        tuple(float(value) for value in daily),
        *(float(peak[column]) for column in (Col.P50, Col.P10, Col.P90)),
    )


def medicines_at_risk(order: StockPlan) -> tuple[OrderLine, ...]:
    """Medicines that run out in one case of ten before an order of today arrives; worst first.

    No order can prevent these: a transfer or an emergency purchase can.
    """
    lines = [*order.lines, *order.unordered]
    risky = [line for line in lines if line.stockout_probability_before_arrival >= RISK]
    return tuple(
        sorted(
            risky,
            key=lambda row: (-row.stockout_probability_before_arrival, row.hospital, row.medicine),
        )
    )


def unit_name(session: Session, unit: Unit) -> str:
    """What a person calls a unit: its name and its hospital's."""
    return f"{unit.name} · {session.gst.hospital(unit.hospital).name}"


def medicine_name(session: Session, medicine: str) -> str:
    """What a person calls a medicine: INN, strength and form; the code if it is not known."""
    for row in session.gst.medicines:
        if row.medicine == medicine:
            return f"{row.inn} {row.strength}"
    return medicine


def _codes(session: Session, *kinds: UnitKind) -> list[str]:
    return [unit.unit for unit in session.gst.units if unit.kind in kinds]


def _bed_alerts(session: Session, baseline: TwinResult | None) -> Iterator[Alert]:
    """Units that are expected to be full on average over the next two weeks."""
    if baseline is None:
        return
    frame = baseline.occupancy
    ahead = frame[frame[Col.HOUR] < WATCHED_DAYS * HOURS_PER_DAY]
    means = ahead.groupby(Col.UNIT)[Col.MEAN].mean().to_dict()
    beds = session.gst.beds_by_unit()
    for unit in session.gst.units:
        if unit.kind not in BEDDED or not beds[unit.unit]:
            continue
        share = float(means.get(unit.unit, 0.0)) / beds[unit.unit]
        if share >= FULL_SHARE or unit.unit in baseline.overloaded:
            yield Alert(Topic.BEDS, min(1.0, share), _full(session, unit, share))


def _full(session: Session, unit: Unit, share: float) -> Sentence:
    return say(
        "{unit}: {percent} % of its beds are expected to be taken over the next {days} days.",
        unit=unit_name(session, unit),
        percent=round(100 * share),
        days=WATCHED_DAYS,
    )


def _medicine_alerts(session: Session, risky: tuple[OrderLine, ...]) -> Iterator[Alert]:
    """One alert for each hospital that lacks vital medicines, with the worst of them."""
    vital = {row.medicine for row in session.gst.medicines if row.ven is VenClass.VITAL}
    for hospital in session.gst.hospitals:
        own = [r for r in risky if r.hospital == hospital.hospital and r.medicine in vital]
        if not own:
            continue
        names = [medicine_name(session, line.medicine) for line in own[:MOST_NAMES]]
        more = ["…"] if len(own) > MOST_NAMES else []
        yield Alert(
            Topic.PHARMACY,
            own[0].stockout_probability_before_arrival,
            say(
                "{hospital}: {count} vital medicines may run out before an order of today "
                "arrives: {names}",
                hospital=hospital.name,
                count=len(own),
                names=", ".join([*names, *more]),
            ),
        )


def _roster_alerts(roster: Roster | None) -> Iterator[Alert]:
    if roster is None:
        return
    missing = roster.shortfall()
    if missing:
        yield Alert(
            Topic.ROSTER,
            RISK,
            say(
                "{count} duties of {unit} have nobody on the proposed roster.",
                count=sum(row.missing for row in missing),
                unit=roster.problem.unit,
            ),
        )
