"""Absences mended beside a whole new roster: seconds, uncovered shifts and changed person-days.

    python -m benchmarks.rostering.mending [--work 4] [--staff 10,36] [--absent 1,3,5]
        [--shared ../shared]

Wards of ``wards.py`` and, where the shared folder is there, Curtois 4 (staff 0), whose ten people
are at their maximum of hours; so many people are away for seven days from day 10 on, drawn with
the seed.
``mend`` is ``mend_roster`` over the rest of the period; ``anew`` builds the rest from the same
past without looking at what was published, as a full re-solve does. Both keep every rule.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from benchmarks.bars import Bar, conclude
from benchmarks.rostering.ours import ours
from benchmarks.rostering.wards import Ward, ward
from hospital.roster import Roster, RosterProblem
from hospital.staff import Leave
from hospital.streams import stream_key
from scheduling.rosters.build import build_roster
from scheduling.rosters.curtois import read_instance
from scheduling.rosters.curtois_problem import as_assignments, as_problem
from scheduling.rosters.mend import Mended, Window, mend_roster
from scheduling.rosters.rest_of import rest_of
from scheduling.rosters.staged import build_in_stages

FROM_DAY, DAYS_AWAY = 10, 7
BUILD_WORK = 12.0
CURTOIS = 0
MOST_SECONDS, MOST_SHARE = 10.0, 0.5
LAYOUT = "{:>6} {:>7} {:>6} {:>5} {:>6} {:>9} {:>9} {:>8} {:>8} {:>8} {:>7}"
COLUMNS = (
    "staff", "absent", "seed", "lost", "if not", "unc mend", "unc anew", "chg mend", "chg anew",
    "wall s", "cpu s",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One published roster with some people away."""

    staff: int
    absent: int
    seed: int


@dataclass(frozen=True)
class Outcome:
    """What mending took and changed, beside a whole new roster."""

    case: Case
    mended: Mended
    anew_uncovered: int
    anew_changes: int
    wall_seconds: float
    cpu_seconds: float

    @property
    def holds(self) -> bool:
        """Fast enough, covered as well, at most half of the changes."""
        changes = len(self.mended.changed)
        return (
            self.wall_seconds <= MOST_SECONDS
            and self.mended.uncovered <= self.anew_uncovered
            and changes <= MOST_SHARE * self.anew_changes
            and not self.mended.roster.violations()
        )

    def printed(self) -> str:
        """One line of the table."""
        return LAYOUT.format(
            self.case.staff,
            self.case.absent,
            self.case.seed,
            len(self.mended.lost),
            self.mended.uncovered_if_nothing_done,
            self.mended.uncovered,
            self.anew_uncovered,
            len(self.mended.changed),
            self.anew_changes,
            f"{self.wall_seconds:.1f}",
            f"{self.cpu_seconds:.1f}",
        )


def absences(problem: RosterProblem, case: Case) -> list[Leave]:
    """Who is away, drawn with the seed."""
    chance = np.random.default_rng(stream_key(case.seed, "absent", replication=case.absent))
    first = problem.first_day + timedelta(FROM_DAY)
    last = first + timedelta(DAYS_AWAY - 1)
    chosen = chance.choice(len(problem.staff), case.absent, replace=False)
    return [
        Leave(staff=problem.staff[int(k)].staff, first_day=first, last_day=last, reason="sick")
        for k in sorted(chosen)
    ]


def outcome(published: Roster, case: Case, work: float) -> Outcome:
    """Mend, then build the rest anew, and count."""
    problem = published.problem
    away = absences(problem, case)
    window = Window(problem.first_day + timedelta(FROM_DAY), problem.days - FROM_DAY)
    wall, cpu = perf_counter(), process_time()
    mended = mend_roster(published, away, window, case.seed, work)
    wall, cpu = perf_counter() - wall, process_time() - cpu
    uncovered, changes = _anew(published, mended, window)
    return Outcome(case, mended, uncovered, changes, wall, cpu)


def _anew(published: Roster, mended: Mended, window: Window) -> tuple[int, int]:
    """Missing people and changed person-days of a full re-solve, lost days of the absent apart."""
    problem = mended.roster.problem
    before = tuple(a for a in published.assignments if a.day < window.from_day)
    rest = rest_of(problem, before, window.from_day)
    solve = build_roster if rest.demand else build_in_stages  # cover with prices: all at once
    built = solve(rest, 2, BUILD_WORK)
    old = {a for a in published.assignments if a.day >= window.from_day} - set(mended.lost)
    changed = {(a.staff, a.day) for a in old ^ set(built.assignments)}
    missing_before = sum(
        gap.missing
        for gap in mended.roster.but(assignments=before).shortfall()
        if gap.day < window.from_day
    )
    return sum(gap.missing for gap in built.shortfall()) + missing_before, len(changed)


def measured(asked: argparse.Namespace) -> Iterator[Outcome]:
    """Every size with every number of people away, two seeds each."""
    path = asked.shared / "benchmarks" / "curtois-qu" / "Instance4.txt"
    for people in (*asked.staff, *([CURTOIS] if path.exists() else [])):
        published = curtois(path) if people == CURTOIS else of_ward(people)
        for away in asked.absent:
            for seed in (1, 2):
                yield outcome(published, Case(people, away, seed), asked.work)


def of_ward(people: int) -> Roster:
    """A published roster of a ward."""
    return build_in_stages(ward(Ward(people)), 1, BUILD_WORK)


def curtois(path: Path) -> Roster:
    """Our roster of a Curtois–Qu instance, as that of a ward."""
    instance = read_instance(path)
    problem, answer = as_problem(instance), ours(instance, 30.0)
    lines = answer.lines or {}
    return Roster(problem=problem, assignments=as_assignments(problem, lines), cost=0, bound=0)


def bars(asked: argparse.Namespace) -> list[Bar]:
    """Print the table; one bar for each size and number of people away, the worst seed counts."""
    print(LAYOUT.format(*COLUMNS))
    held: dict[str, bool] = {}
    for one in measured(asked):
        print(one.printed(), "holds" if one.holds else "FALLS SHORT", flush=True)
        ward_name = "Curtois 4" if one.case.staff == CURTOIS else f"{one.case.staff} staff"
        name = f"mending, {ward_name}, {one.case.absent} away"
        held[name] = held.get(name, True) and one.holds
    words = f"covered as well, <= {MOST_SECONDS:g} s, <= {MOST_SHARE:g} of the changes"
    return [Bar(name, float(holds), words, holds) for name, holds in held.items()]


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    numbers = lambda text: [int(one) for one in text.split(",")]  # noqa: E731 - as in run.py
    parser.add_argument("--work", type=float, default=4.0)
    parser.add_argument("--staff", type=numbers, default=[10, 36])
    parser.add_argument("--absent", type=numbers, default=[1, 3, 5])
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    return parser.parse_args(given)


def main() -> None:
    """Print the table and the verdicts."""
    conclude(bars(arguments()))


if __name__ == "__main__":
    main()
