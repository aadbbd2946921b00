"""What published rosters leave to the next: the last weeks worked, and the ledger of fairness."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from application.use_cases.access import needs
from application.use_cases.decide import recommendations
from application.use_cases.publishing import is_published, roster_in_force
from application.use_cases.session import Session
from governance.access import Action
from governance.decision import RecommendationKind
from hospital.roster import Assignment, Roster
from hospital.roster_ledger import Ledger

REMEMBERED_RUNS = 1000
PAST_DAYS = 42
"""Days of earlier work that rest, runs and four rolling weeks can ask for."""


@dataclass(frozen=True)
class Memory:
    """The published rosters before a day, oldest first, and what follows from them."""

    runs: tuple[str, ...]
    previous: tuple[Assignment, ...]
    ledger: Ledger


@needs(Action.READ)
def memory_before(session: Session, unit: str, first_day: date) -> Memory:
    """What the published rosters of a unit that end before this day leave.

    A roster that was mended or changed by hand and published again stands in for the earlier
    one of the same days. Everything comes from the decisions on record: nothing is kept twice.
    """
    rosters: dict[str, Roster] = {}
    for found in recommendations(session, REMEMBERED_RUNS):
        is_roster = found.kind is RecommendationKind.ROSTER and found.run.inputs["unit"] == unit
        if not is_roster or not is_published(found):
            continue
        roster = roster_in_force(session, found)
        days = set(roster.problem.calendar())
        is_taken = any(days.intersection(r.problem.calendar()) for r in rosters.values())
        if max(days) < first_day and not is_taken:
            rosters[found.run.run] = roster
    ordered = sorted(rosters, key=lambda run: rosters[run].problem.first_day)
    return _remembered(unit, first_day, {run: rosters[run] for run in ordered})


def _remembered(unit: str, first_day: date, rosters: dict[str, Roster]) -> Memory:
    ledger = Ledger(unit=unit)
    for roster in rosters.values():
        ledger = ledger.with_roster(roster.problem, roster.assignments)
    earliest = first_day - timedelta(PAST_DAYS)
    previous = (a for r in rosters.values() for a in r.assignments if a.day >= earliest)
    return Memory(tuple(rosters), tuple(previous), ledger)
