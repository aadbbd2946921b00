"""Column generation over whole lines of work: a proven bound, and a roster near it.

The master problem chooses one line for each person; pricing finds lines that would lower its
cost at the current duals. The Lagrangian bound of any duals holds for every roster. Duals are
smoothed (Wentges 1997) and the roster comes from a dive: fix the most certain line, price
again, and so on. Measured against the plain model in the rostering evidence, section 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from hospital.errors import GstError, say
from hospital.streams import stream_key
from scheduling.rosters.curtois import OFF, Instance, score
from scheduling.rosters.kernel import REST, Floats, Ints
from scheduling.rosters.master import TOLERANCE, Duals, LinePrices, Master
from scheduling.rosters.pricing import Pricer, counted_shift

SMOOTHING = 0.6  # weight of the best duals so far; measured best of the tried (evidence, 2)
NEARLY_CHOSEN = 0.98
DIVE_ROUNDS = 6
FREED_PARTS = (0.2, 0.35, 0.5, 0.75)  # of the people, in further dives, in turn


@dataclass(frozen=True, slots=True)
class Bounded:
    """What column generation found: lines for everybody, if it dived, and the bound."""

    lines: dict[str, tuple[str, ...]]
    bound: float
    rounds: int
    columns: int

    @property
    def whole_bound(self) -> int:
        """The bound, rounded up: costs are whole numbers."""
        return ceil(self.bound - TOLERANCE)


class ColumnGeneration:
    """The master problem of one instance and the columns found so far."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.pricer = Pricer(instance)
        self.base, self.owed = _line_prices(instance)
        self.target_of = _target_numbers(instance)
        self.caps = _binding_caps(instance)
        self.master = Master(instance, LinePrices(self.base, self.target_of, tuple(self.caps)))
        self.chosen: dict[int, int] = {}
        self.bound = float("-inf")
        self.rounds = 0

    def solve_root(self, most_rounds: int) -> float:
        """Price until no line helps or the rounds are used up; returns the bound."""
        self._refuse_people_without_a_line()
        best: Duals | None = None
        for _ in range(most_rounds):
            self.rounds += 1
            value, duals = self.master.solve()
            tried = duals if best is None else duals.towards(best, SMOOTHING)
            reached, lines = self._bound_at(tried)
            if reached > self.bound:
                self.bound, best = reached, tried
            added = self._add_improving(lines, duals, range(len(lines)))
            if value + self.owed - self.bound < TOLERANCE:
                break
            if not added:
                if tried is duals:
                    break
                best = None
        return self.bound

    def dive(self) -> dict[str, tuple[str, ...]]:
        """Fix lines one after the other, pricing in between, until everybody has one."""
        people = range(len(self.instance.employees))
        self._dive(set(people))
        return self._roster()

    def dive_again(self, seed: int, dives: int) -> dict[str, tuple[str, ...]]:
        """Free some people and dive for them, so often; the best roster is kept."""
        chance = np.random.default_rng(stream_key(seed, "dive again"))
        people = len(self.instance.employees)
        best = dict(self.chosen)
        lines = self._roster()
        cost = score(self.instance, lines).cost
        for dive in range(dives):
            if cost <= ceil(self.bound - TOLERANCE):
                break
            freed = FREED_PARTS[dive % len(FREED_PARTS)] * people
            some = chance.choice(people, max(2, round(freed)), replace=False)
            self._choose({k: column for k, column in best.items() if k not in set(some.tolist())})
            self._dive({int(person) for person in some})
            tried = self._roster()
            reached = score(self.instance, tried)
            if not reached.violations and reached.cost <= cost:
                best, lines, cost = dict(self.chosen), tried, reached.cost
        self._choose(best)
        return lines

    def _dive(self, free: set[int]) -> None:
        while free:
            self._price_again(sorted(free))
            picked = self._most_certain(sorted(free))
            if not picked:
                return
            for person, column in picked:
                free.remove(person)
                self.chosen[person] = column
                self.master.fix(column)

    def _choose(self, chosen: dict[int, int]) -> None:
        """Fix exactly these columns."""
        for column in self.chosen.values():
            self.master.release(column)
        self.chosen = dict(chosen)
        for column in self.chosen.values():
            self.master.fix(column)

    def _refuse_people_without_a_line(self) -> None:
        prices, _ = self.pricer.cheapest(self.base)
        stuck = [
            person.code
            for person, price in zip(self.instance.employees, prices, strict=True)
            if np.isinf(price)
        ]
        if stuck:
            hint = say("The limits leave no line of work for {people}.", people=", ".join(stuck))
            raise GstError("no_lawful_line", hint)

    def _bound_at(self, duals: Duals) -> tuple[float, Ints]:
        prices, lines = self.pricer.cheapest(self._prices(duals))
        wanted = np.array([target.wanted for target in self.instance.cover], dtype=float)
        limits = np.array([limit for _, _, limit in self.caps], dtype=float)
        relaxed = float(duals.cover @ wanted + duals.cap @ limits + prices.sum())
        return relaxed + self.owed, lines

    def _prices(self, duals: Duals) -> Floats:
        prices = self.base.copy()
        has_target = self.target_of >= 0
        prices[:, has_target] -= duals.cover[self.target_of[has_target]]
        for (person, shift, _), dual in zip(self.caps, duals.cap, strict=True):
            prices[person, :, shift] -= dual
        return prices

    def _add_improving(self, lines: Ints, duals: Duals, people: Iterable[int]) -> int:
        """Add the lines that the unsmoothed duals too find worth having."""
        prices = self._prices(duals)
        added = 0
        for person in people:
            worked = np.flatnonzero(lines[person] != REST)
            price = prices[person, worked, lines[person, worked]].sum() - duals.person[person]
            if price < -TOLERANCE:
                added += self.master.add(person, lines[person])
        return added

    def _price_again(self, free: Sequence[int]) -> None:
        for _ in range(DIVE_ROUNDS):
            _, duals = self.master.solve()
            _, lines = self.pricer.cheapest(self._prices(duals), frozenset(free))
            if not self._add_improving(lines, duals, free):
                return
        self.master.solve()

    def _most_certain(self, free: Sequence[int]) -> list[tuple[int, int]]:
        """All people whose line is nearly chosen, or else the one that is nearest to it."""
        values = self.master.values()
        best = []
        for person in free:
            own = [
                (value, column)
                for column, value in values.items()
                if self.master.person_of[column] == person and self._keeps_caps(column)
            ]
            if own:
                value, column = max(own, key=lambda pair: (pair[0], -pair[1]))
                best.append((value, person, column))
        best.sort(key=lambda choice: (-choice[0], choice[1]))
        sure = [choice for choice in best if choice[0] >= NEARLY_CHOSEN]
        return [(person, column) for _, person, column in (sure or best[:1])]

    def _keeps_caps(self, column: int) -> bool:
        person, line = self.master.person_of[column], self.master.lines[column]
        return all(
            np.count_nonzero(line == shift) <= limit
            for owner, shift, limit in self.caps
            if owner == person
        )

    def _roster(self) -> dict[str, tuple[str, ...]]:
        codes = [shift.code for shift in self.instance.shifts]
        return {
            employee.code: tuple(
                OFF if shift == REST else codes[shift]
                for shift in (
                    self.master.lines[self.chosen[person]]
                    if person in self.chosen
                    else [REST] * self.instance.days
                )
            )
            for person, employee in enumerate(self.instance.employees)
        }


def bounded_roster(
    instance: Instance, most_rounds: int = 400, seed: int = 0, further_dives: int = 0
) -> Bounded:
    """The bound of the root and the best roster of the dives; same arguments, same answer.

    Raises:
        GstError: ``no_lawful_line``, naming the people whose limits leave no line at all.
    """
    generation = ColumnGeneration(instance)
    bound = generation.solve_root(most_rounds)
    lines = generation.dive()
    if further_dives:
        lines = generation.dive_again(seed, further_dives)
    return Bounded(lines, bound, generation.rounds, len(generation.master.lines))


def _line_prices(instance: Instance) -> tuple[Floats, float]:
    """Cost of every (person, day, shift), infinite where closed, and what is owed anyway."""
    person_of = {person.code: k for k, person in enumerate(instance.employees)}
    shift_of = {shift.code: k for k, shift in enumerate(instance.shifts)}
    prices = np.zeros((len(person_of), instance.days, len(shift_of)))
    owed = 0.0
    for wish in instance.wishes:
        sign = -1 if wish.wants_work else 1
        prices[person_of[wish.employee], wish.day, shift_of[wish.shift]] += sign * wish.weight
        owed += wish.weight if wish.wants_work else 0
    for k, person in enumerate(instance.employees):
        prices[k, sorted(person.days_off)] = np.inf
        for code, shift in shift_of.items():
            if not person.max_shifts.get(code, 0):
                prices[k, :, shift] = np.inf
    return prices, owed


def _target_numbers(instance: Instance) -> npt.NDArray[np.int64]:
    """For each (day, shift) the number of its cover target, -1 where there is none."""
    shift_of = {shift.code: k for k, shift in enumerate(instance.shifts)}
    numbers = np.full((instance.days, len(shift_of)), -1)
    for k, target in enumerate(instance.cover):
        numbers[target.day, shift_of[target.shift]] = k
    return numbers


def _binding_caps(instance: Instance) -> list[tuple[int, int, int]]:
    """The (person, shift, limit) that neither minutes nor days imply, nor pricing counts."""
    return [
        (k, s, limit)
        for k, person in enumerate(instance.employees)
        for s, shift in enumerate(instance.shifts)
        if 0
        < (limit := person.max_shifts.get(shift.code, 0))
        < min(instance.days, person.max_minutes // shift.minutes)
        and s != counted_shift(instance, person)
    ]
