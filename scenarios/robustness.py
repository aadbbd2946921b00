"""Whether the twin still says the same when what it is told is changed, thinned out or reordered.

Three things are tried. *Mutations*: a change of the inputs of which it is known what must follow
(metamorphic testing: Chen, Cheung and Yiu 1998, HKUST-CS98-01), such as rows in another order,
which must change nothing. *Degradation*: a share of the rows of the history is lost at random, and
what the twin says may drift with the share, not jump, while the conclusion on a scenario stays.
*Order of triage*: nobody more urgent waits longer for a physician, whatever was done to the inputs.

Demand follows the rates of the history, so that what is tried is the twin and no forecast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd

from hospital.gst import Gst
from hospital.history import History
from hospital.places import Bed, UnitKind
from hospital.streams import stream_key
from hospital.tables import Col
from hospital.twin_result import TRIAGE_PREFIX, Indicator, TwinResult
from scenarios.comparison import DIFFERENCE, HIGH, LOW, SHARE_EQUAL, compare, half_widths
from scenarios.language import Scenario, apply, apply_to_parameters
from twin.calibration import calibrate
from twin.run_plan import RunPlan
from twin.simulation import simulate

LOST = (0.0, 0.1, 0.2, 0.3)
"""Shares of the history that are lost."""

PERCENT = 100
MORE = 1.1
DRIFT_PERCENT = 5.0
"""What may drift besides the share that is lost [%], for figures that count patients."""

WATCHED = (Indicator.VISITS, Indicator.ADMISSIONS, Indicator.BED_DAYS)
"""Figures that count patients, of the whole GST."""

Inputs = tuple[Gst, History]


class Expected(StrEnum):
    """What must follow from a mutation."""

    SAME = "same"
    NOT_LOWER = "not_lower"
    NOT_HIGHER = "not_higher"


class MutationName(StrEnum):
    """What is done to the inputs."""

    OTHER_ORDER = "rows_in_another_order"
    MORE_VISITS = "tenth_more_visits"
    LONGER_STAYS = "stays_a_tenth_longer"
    MORE_BEDS = "one_more_bed_in_every_ward"
    MORE_PHYSICIANS = "one_more_physician_in_every_emergency"


@dataclass(frozen=True, slots=True)
class Mutation:
    """A change of the inputs, the indicator that is watched, and what must follow."""

    name: MutationName
    change: Callable[[Inputs], Inputs]
    indicator: Indicator
    expected: Expected


@dataclass(frozen=True, slots=True)
class MutationRow:
    """What a mutation did to its indicator: the paired difference with its 95 % interval."""

    name: MutationName
    indicator: Indicator
    expected: Expected
    difference: float
    low: float
    high: float
    holds: bool


@dataclass(frozen=True, slots=True)
class DegradedRow:
    """What is said when a share of the history is lost.

    ``drift_percent``: by how much each watched figure is off [%]. ``effect`` is the paired
    difference that the scenario makes to the indicator, with its interval; ``same_conclusion`` says
    whether it lies on the same side of zero as with all data, or is as unclear.
    """

    lost: float
    drift_percent: dict[Indicator, float]
    effect: float
    low: float
    high: float
    same_conclusion: bool
    holds: bool


@dataclass(frozen=True, slots=True)
class TriageRow:
    """Waits for a physician by triage level under one set of inputs [minutes].

    ``inverted`` are the levels that clearly wait longer than the next, less urgent one.
    """

    inputs: str
    waits_minutes: tuple[float, ...]
    inverted: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Robustness:
    """Everything that was tried."""

    scenario: str
    indicator: str
    mutations: tuple[MutationRow, ...]
    degraded: tuple[DegradedRow, ...]
    triage: tuple[TriageRow, ...]

    @property
    def holds(self) -> bool:
        """Whether all of it holds."""
        told = [*(one.holds for one in self.mutations), *(one.holds for one in self.degraded)]
        return all(told) and not any(one.inverted for one in self.triage)


@dataclass(frozen=True, slots=True)
class RobustnessQuestion:
    """The scenario whose conclusion must stay, its indicator, and how the twin runs."""

    scenario: Scenario
    indicator: str
    plan: RunPlan


def robustness(
    inputs: Inputs, question: RobustnessQuestion, advance: Callable[[], None] = lambda: None
) -> Robustness:
    """Tries every mutation and every loss; ``advance`` is called after each."""
    clean = _run(inputs, question.plan)
    triage = [_triage("as_they_are", clean)]
    mutations: list[MutationRow] = []
    for mutation in MUTATIONS:
        changed = _run(mutation.change(inputs), question.plan)
        mutations.append(_judged(mutation, clean, changed))
        triage.append(_triage(mutation.name.value, changed))
        advance()
    degraded: list[DegradedRow] = []
    for lost in LOST:
        thin = inputs[0], degraded_history(inputs[1], lost, question.plan.seed)
        without = clean if not lost else _run(thin, question.plan)
        first = degraded[0] if degraded else None
        degraded.append(_degraded(lost, (clean, without, _under(thin, question)), question, first))
        triage.append(_triage(f"lost_{round(PERCENT * lost)}", without))
        advance()
    return Robustness(
        question.scenario.name,
        question.indicator,
        tuple(mutations),
        tuple(degraded),
        tuple(triage),
    )


def degraded_history(history: History, lost: float, seed: int) -> History:
    """The history with this share of the rows of every table lost at random.

    What is lost with a tenth is lost with a fifth as well.

    Raises:
        ValueError: the share is not from 0 to below 1.
    """
    if not 0 <= lost < 1:
        raise ValueError(f"lost ({lost}) is no share from 0 to below 1")

    def kept(name: str) -> pd.DataFrame:
        table: pd.DataFrame = getattr(history, name)
        rng = np.random.default_rng(stream_key(seed, "lost", name))
        return table[rng.random(len(table)) >= lost]

    return History(**{name: kept(name) for name in ("visits", "stays", "consumption", "referrals")})


def _other_order(inputs: Inputs) -> Inputs:
    gst, history = inputs
    rng = np.random.default_rng(stream_key(1, "order", "rows"))

    def shuffled(table: pd.DataFrame) -> pd.DataFrame:
        return table.iloc[rng.permutation(len(table))]

    return gst, replace(history, stays=shuffled(history.stays), visits=shuffled(history.visits))


def _more_visits(inputs: Inputs) -> Inputs:
    gst, history = inputs
    more = history.visits.copy()
    more[Col.VISITS] = more[Col.VISITS].astype(float) * MORE
    return gst, replace(history, visits=more)


def _longer_stays(inputs: Inputs) -> Inputs:
    gst, history = inputs
    stays = history.stays.copy()
    admitted, left = (pd.to_datetime(stays[name]) for name in (Col.ADMITTED_AT, Col.LEFT_AT))
    stays[Col.LEFT_AT] = admitted + MORE * (left - admitted)
    later = stays.groupby(Col.PATIENT, observed=True)[Col.ADMITTED_AT].shift(-1)
    moves = later.notna() & (pd.to_datetime(later) < stays[Col.LEFT_AT])
    stays.loc[moves, Col.LEFT_AT] = left[moves]
    too_late = stays[Col.LEFT_AT] > pd.Timestamp(gst.identity.as_of)
    stays.loc[too_late, Col.LEFT_AT] = left[too_late]
    return gst, replace(history, stays=stays)


def _more_beds(inputs: Inputs) -> Inputs:
    gst, history = inputs
    wards = [one.unit for one in gst.units if one.kind is UnitKind.WARD]
    more = tuple(Bed(bed=f"{unit}-more", unit=unit) for unit in wards)
    return gst.model_copy(update={"beds": gst.beds + more}), history


def _more_physicians(inputs: Inputs) -> Inputs:
    gst, history = inputs
    units = tuple(
        one.but(physicians=one.physicians + 1) if one.kind is UnitKind.EMERGENCY else one
        for one in gst.units
    )
    return gst.model_copy(update={"units": units}), history


MUTATIONS = (
    Mutation(MutationName.OTHER_ORDER, _other_order, Indicator.BOARDING, Expected.SAME),
    Mutation(MutationName.MORE_VISITS, _more_visits, Indicator.VISITS, Expected.NOT_LOWER),
    Mutation(MutationName.LONGER_STAYS, _longer_stays, Indicator.BED_DAYS, Expected.NOT_LOWER),
    Mutation(MutationName.MORE_BEDS, _more_beds, Indicator.BOARDING, Expected.NOT_HIGHER),
    Mutation(
        MutationName.MORE_PHYSICIANS,
        _more_physicians,
        Indicator.PHYSICIAN_WAIT,
        Expected.NOT_HIGHER,
    ),
)


def _run(inputs: Inputs, plan: RunPlan) -> TwinResult:
    return simulate(inputs[0], calibrate(*inputs), plan)


def _under(inputs: Inputs, question: RobustnessQuestion) -> TwinResult:
    gst = apply(inputs[0], question.scenario)
    parameters = apply_to_parameters(calibrate(*inputs), question.scenario, gst)
    return simulate(gst, parameters, question.plan)


def _judged(mutation: Mutation, clean: TwinResult, changed: TwinResult) -> MutationRow:
    row = compare(mutation.name, clean, changed).row(mutation.indicator)
    holds = {
        Expected.SAME: bool(row[SHARE_EQUAL] == 1),
        Expected.NOT_LOWER: bool(row[HIGH] >= 0),
        Expected.NOT_HIGHER: bool(row[LOW] <= 0),
    }
    return MutationRow(
        name=mutation.name,
        indicator=mutation.indicator,
        expected=mutation.expected,
        difference=float(row[DIFFERENCE]),
        low=float(row[LOW]),
        high=float(row[HIGH]),
        holds=holds[mutation.expected],
    )


def _degraded(
    lost: float,
    results: tuple[TwinResult, TwinResult, TwinResult],
    question: RobustnessQuestion,
    first: DegradedRow | None,
) -> DegradedRow:
    """``results``: with all data, and with what is left without and with the scenario."""
    clean, without, under = results
    row = compare(question.scenario.name, without, under).row(question.indicator)
    low, high = float(row[LOW]), float(row[HIGH])
    drift = {
        one: PERCENT * (_mean(without, one) / _mean(clean, one) - 1)
        for one in WATCHED
        if _mean(clean, one)
    }
    same = first is None or _side(low, high) == _side(first.low, first.high)
    most = PERCENT * lost + DRIFT_PERCENT
    return DegradedRow(
        lost=lost,
        drift_percent=drift,
        effect=float(row[DIFFERENCE]),
        low=low,
        high=high,
        same_conclusion=same,
        holds=same and all(abs(one) <= most for one in drift.values()),
    )


def _side(low: float, high: float) -> int:
    return int(low > 0) - int(high < 0)


def _mean(result: TwinResult, indicator: Indicator) -> float:
    rows = result.indicators
    own = (rows[Col.INDICATOR] == indicator) & (rows[Col.PLACE] == "") & (rows[Col.GROUP] == "")
    return float(rows.loc[own, Col.VALUE].mean())


def _triage(inputs: str, result: TwinResult) -> TriageRow:
    """Whether a level clearly waits longer than the next one, replication by replication."""
    rows = result.indicators
    own = rows[
        (rows[Col.INDICATOR] == Indicator.PHYSICIAN_WAIT)
        & (rows[Col.PLACE] == "")
        & rows[Col.GROUP].str.startswith(TRIAGE_PREFIX)
    ]
    waits = own.pivot_table(index=Col.REPLICATION, columns=Col.GROUP, values=Col.VALUE)
    return TriageRow(inputs, tuple(float(one) for one in waits.mean()), tuple(_inverted(waits)))


def _inverted(waits: pd.DataFrame) -> Iterator[int]:
    for column, following in zip(waits.columns, waits.columns[1:], strict=False):
        more = (waits[column] - waits[following]).dropna()
        spread = np.array([more.std(ddof=1)])
        half = float(half_widths(spread, np.array([len(more)]))[0])
        if more.mean() - half > 0:
            yield int(str(column).removeprefix(TRIAGE_PREFIX))
