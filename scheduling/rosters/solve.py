"""A Curtois–Qu instance to a roster, its cost and a proven bound, at any time.

First a roster that each person's cheapest line in turn makes; then the bound of the whole master
problem and a dive; then, again and again, some people are freed and dived for beside the lines of
the others, two tasks at a time. Same instance, seed and work limit, same roster; a clock or a
cancel keeps the best so far.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from math import ceil, inf
from threading import Event

import numpy as np

from hospital.streams import stream_key
from scheduling.rosters.budget import Budget
from scheduling.rosters.columns import ColumnGeneration, LineOf
from scheduling.rosters.curtois import OFF, CoverTarget, Instance, score
from scheduling.rosters.kernel import REST, Ints
from scheduling.rosters.master import TOLERANCE
from scheduling.rosters.start import start_lines

PERCENT = 100
AT_ONCE = 2  # tasks in a round, whatever the machine: the roster must not depend on its cores
FREED_PARTS = (0.2, 0.35, 0.5, 0.25, 0.75)  # of the people, in turn
MOST_FREED = 24
KNOWN_LINES = 20  # of each person, offered to the master of a task


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to do: seed, work [about seconds of one core], seconds by the clock if given."""

    seed: int = 1
    work_limit: float = 60.0
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """The best roster so far: its cost, the proven bound, and the work spent."""

    cost: int
    bound: int
    work: float

    @property
    def gap_percent(self) -> float:
        """How far the cost may be above the best possible [%]; 0 is proven best."""
        return PERCENT * (self.cost - self.bound) / self.cost if self.cost else 0.0


@dataclass(frozen=True, slots=True)
class Solved:
    """Lines for everybody, and what they cost beside the bound."""

    lines: dict[str, tuple[str, ...]]
    cost: int
    bound: int
    work: float

    @property
    def is_proven(self) -> bool:
        """Whether no cheaper roster exists."""
        return self.cost <= self.bound


def solve(
    instance: Instance,
    effort: Effort,
    watch: Callable[[Progress], None] = lambda _: None,
    cancel: Event | None = None,
) -> Solved:
    """The best roster found, told to ``watch`` whenever it or the bound improves.

    Raises:
        GstError: ``no_lawful_line``, naming the people whose limits leave no line at all.
    """
    search = _Search(instance, Budget(effort.work_limit, effort.seconds, cancel), watch)
    chance = np.random.default_rng(stream_key(effort.seed, "free some people"))
    search.start()
    search.bound_and_dive()
    while not search.is_done:
        search.free_some(chance)
    return search.solved()


Task = Callable[[Budget], LineOf | None]


@dataclass(frozen=True, slots=True)
class _Freed:
    """Whose lines a task may change, and how it dives for them."""

    people: Sequence[int]
    seed: int
    is_thorough: bool


class _Search:
    """The best lines so far, the bound, and every line worth offering again."""

    def __init__(
        self, instance: Instance, budget: Budget, watch: Callable[[Progress], None]
    ) -> None:
        self.instance, self.budget, self.watch = instance, budget, watch
        self.best: LineOf = {}
        self.cost = 0
        self.bound = 0
        self.known: dict[int, list[Ints]] = {k: [] for k in range(len(instance.employees))}
        self.rounds = 0

    @property
    def is_done(self) -> bool:
        return self.cost <= self.bound or self.budget.is_over

    def solved(self) -> Solved:
        lines = as_codes(self.instance, self.best)
        return Solved(lines, self.cost, self.bound, self.budget.spent)

    def start(self) -> None:
        self.best = start_lines(self.instance)
        self.cost = score(self.instance, as_codes(self.instance, self.best)).cost
        self._tell()

    def bound_and_dive(self) -> None:
        """The bound of the whole problem, and two dives beside each other from its columns."""
        whole = ColumnGeneration(self.instance, self.budget)
        for person, line in self.best.items():
            whole.seed(person, line)
        bound = whole.solve_root()
        self.bound = max(self.bound, ceil(bound - TOLERANCE) if bound > -inf else 0)
        self._tell()
        for column in whole.master.values():
            self._remember(whole.master.person_of[column], whole.master.lines[column])
        self._side_by_side([partial(self._dive_from, whole, kind) for kind in (False, True)])

    def _dive_from(
        self, whole: ColumnGeneration, is_thorough: bool, budget: Budget
    ) -> LineOf | None:
        return whole.twin(budget).dive(self.cost, None, is_thorough)

    def free_some(self, chance: np.random.Generator) -> None:
        """Two tasks beside each other; both may change the roster, the second if it still helps."""
        people = len(self.instance.employees)
        tasks: list[Task] = []
        for k in range(AT_ONCE):
            size = round(FREED_PARTS[self.rounds % len(FREED_PARTS)] * people)
            some = chance.choice(people, min(people, MOST_FREED, max(2, size)), replace=False)
            freed = _Freed(sorted(some.tolist()), int(chance.integers(2**31)), k == 1)
            tasks.append(partial(self._dive_for, freed))
            self.rounds += 1
        self._side_by_side(tasks)

    def _side_by_side(self, tasks: Sequence[Task]) -> None:
        """Do the tasks at once with a share of the budget each; take what helps, in their order."""
        budgets = [self.budget.part(self.budget.left / len(tasks)) for _ in tasks]
        with ThreadPoolExecutor(len(tasks)) as threads:
            found = list(threads.map(lambda task, part: task(part), tasks, budgets))
        for lines, part in zip(found, budgets, strict=True):
            self.budget.spend(part.spent)
            if lines is not None:
                self._accept(lines)

    def _dive_for(self, freed: _Freed, budget: Budget) -> LineOf | None:
        """Better or equally good lines for some people beside the lines of the others."""
        people = freed.people
        part = part_of(self.instance, people, self.best)
        now = score(part, as_codes(part, {k: self.best[p] for k, p in enumerate(people)})).cost
        generation = ColumnGeneration(part, budget)
        for k, person in enumerate(people):
            for line in (self.best[person], *self.known[person]):
                generation.seed(k, line)
        if generation.solve_root(now - 1 + TOLERANCE) > now - 1 + TOLERANCE:
            return None
        lines = generation.dive(now, np.random.default_rng(freed.seed), freed.is_thorough)
        return None if lines is None else {people[k]: line for k, line in lines.items()}

    def _accept(self, lines: LineOf) -> None:
        """Take these lines if the roster gets no dearer."""
        tried = {**self.best, **lines}
        reached = score(self.instance, as_codes(self.instance, tried))
        for person, line in lines.items():
            self._remember(person, line)
        if reached.violations or reached.cost > self.cost:
            return
        is_better = reached.cost < self.cost
        self.best, self.cost = tried, reached.cost
        if is_better:
            self._tell()

    def _remember(self, person: int, line: Ints) -> None:
        known = self.known[person]
        if not any(np.array_equal(line, other) for other in known):
            known.append(line)
            del known[:-KNOWN_LINES]

    def _tell(self) -> None:
        self.watch(Progress(self.cost, min(self.bound, self.cost), self.budget.spent))


def part_of(instance: Instance, people: Sequence[int], lines: LineOf) -> Instance:
    """The instance of some people, where the lines of the others have met part of the cover."""
    codes = [shift.code for shift in instance.shifts]
    present = {(target.day, target.shift): 0 for target in instance.cover}
    wanted = set(people)
    for person, line in lines.items():
        if person not in wanted:
            for day, shift in enumerate(line.tolist()):
                if shift != REST and (day, codes[shift]) in present:
                    present[day, codes[shift]] += 1
    employees = tuple(instance.employees[person] for person in people)
    names = {employee.code for employee in employees}
    return replace(
        instance,
        employees=employees,
        wishes=tuple(wish for wish in instance.wishes if wish.employee in names),
        cover=tuple(_left(target, present[target.day, target.shift]) for target in instance.cover),
    )


def as_codes(instance: Instance, lines: LineOf) -> dict[str, tuple[str, ...]]:
    """Lines of shift numbers as lines of shift codes, by employee."""
    codes = [*(shift.code for shift in instance.shifts), OFF]
    return {
        employee.code: tuple(codes[shift] for shift in lines[person].tolist())
        for person, employee in enumerate(instance.employees)
    }


def _left(target: CoverTarget, present: int) -> CoverTarget:
    return replace(target, wanted=target.wanted - present)
