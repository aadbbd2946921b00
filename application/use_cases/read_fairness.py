"""How even a roster is: each burden before it and with it, and why somebody is on a duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from application.roster_reasons import reason_said
from application.use_cases.access import needs
from application.use_cases.read_results import read_roster
from application.use_cases.roster_memory import memory_before
from application.use_cases.session import Session
from governance.access import Action
from hospital.errors import Sentence
from hospital.roster import Burden
from hospital.roster_burden import TOLD
from hospital.roster_fairness import Fairness, shared_burdens

SEED = 1


@dataclass(frozen=True)
class Evenness:
    """One burden: Gini and Jain of worked over fair, and the largest distance of anybody."""

    gini: float
    jain: float
    largest_deviation: float


@dataclass(frozen=True)
class BurdenRow:
    """One burden in the ledger before the roster and with it; None where nothing is remembered."""

    burden: Burden
    before: Evenness | None
    alone: Evenness
    after: Evenness


@needs(Action.READ)
def fairness_of(session: Session, run: str) -> tuple[BurdenRow, ...]:
    """Every burden of the roster of a run: before, in this roster alone, and both together."""
    roster = read_roster(session, run)
    problem = roster.problem
    memory = memory_before(session, problem.unit, problem.first_day)
    alone = roster.but(problem=problem.but(carried=())).fairness()
    after = memory.ledger.with_roster(problem, roster.assignments).fairness()
    before = memory.ledger.fairness()
    return tuple(
        BurdenRow(
            burden,
            _evenness(before, burden) if memory.runs else None,
            _evenness(alone, burden),
            _evenness(after, burden),
        )
        for burden in (*shared_burdens(problem), *TOLD)
    )


@dataclass(frozen=True)
class PricePoint:
    """What so many points of wishes and cover buy: Gini and largest deviation of each burden."""

    extra_percent: float
    points: int
    burdens: dict[Burden, Evenness]


@needs(Action.READ)
def fairness_prices(session: Session, run: str, work: float) -> tuple[PricePoint, ...]:
    """The curve of the problem of a run, from a roster built for cover and wishes alone.

    ``work`` is for each point of the curve [deterministic seconds].
    """
    from scheduling.rosters.build import build_roster  # noqa: PLC0415 - OR-Tools is heavy
    from scheduling.rosters.fairness_price import (  # noqa: PLC0415
        NO_EQUITY,
        price_of_fairness,
    )

    problem = read_roster(session, run).problem
    cheapest = build_roster(problem, SEED, 2 * work, NO_EQUITY)
    return tuple(
        PricePoint(
            point.extra_percent,
            point.price,
            {b: _evenness(point.roster.fairness(), b) for b in shared_burdens(problem)},
        )
        for point in price_of_fairness(cheapest, seed=SEED, work_limit=work)
    )


@needs(Action.READ)
def explained(session: Session, run: str, staff: str, day: date) -> tuple[Sentence, ...]:
    """Why this person works, or is free, on this day of the roster of a run."""
    from scheduling.rosters.why import why  # noqa: PLC0415 - OR-Tools is heavy

    return tuple(reason_said(reason) for reason in why(read_roster(session, run), staff, day))


def _evenness(fairness: Fairness, burden: Burden) -> Evenness:
    return Evenness(
        fairness.gini(burden), fairness.jain(burden), fairness.largest_deviation(burden)
    )
