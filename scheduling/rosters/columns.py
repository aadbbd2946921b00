"""Column generation over whole lines of work: a proven bound, and a roster near it.

The master problem chooses one line for each person; pricing finds lines that would lower its
cost at the current duals. The Lagrangian bound of any duals holds for every roster. Duals are
smoothed (Wentges 1997) and the roster comes from a dive: fix the most certain lines, price
again, and so on. Measured against the plain model in the rostering evidence, section 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, inf

import numpy as np
import numpy.typing as npt

from scheduling.rosters.budget import WORK_PER_LINE, WORK_PER_STEP, Budget
from scheduling.rosters.curtois import Instance
from scheduling.rosters.kernel import REST, Floats, Ints
from scheduling.rosters.master import TOLERANCE, Duals, LinePrices, Master
from scheduling.rosters.pricing import Pricer, counted_shift

SMOOTHING = 0.6  # weight of the best duals so far; measured best of the tried (evidence, 2)
NEARLY_CHOSEN = 0.98
LIKELY = 0.7  # chosen together with the most certain line where many people are left
AT_ONCE = 12  # one likely person in so many is chosen in one step
QUICK_ROUNDS, THOROUGH_ROUNDS = 6, 15
SHAKE = 0.15


LineOf = dict[int, Ints]
"""A line of shift numbers, ``REST`` when off, for each person by position."""


class ColumnGeneration:
    """The master problem of one instance and the columns found so far."""

    def __init__(self, instance: Instance, budget: Budget) -> None:
        self.instance = instance
        self.budget = budget
        self.pricer = Pricer(instance)
        self.base, self.owed = line_prices(instance)
        self.target_of = target_numbers(instance)
        self.caps = _binding_caps(instance)
        self.master = Master(instance, LinePrices(self.base, self.target_of, tuple(self.caps)))
        self.bound = -inf
        self.rounds = 0

    def solve_root(self, below: float = inf) -> float:
        """Price until no line helps, the bound reaches ``below``, or the budget is over."""
        best: Duals | None = None
        while not self.budget.is_over and self.bound < below:
            self.rounds += 1
            value, duals = self._solve_master()
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

    def dive(
        self,
        below: float = inf,
        chance: np.random.Generator | None = None,
        is_thorough: bool = False,
    ) -> LineOf | None:
        """Lines for everybody: choose the most certain, price again, and so on.

        None as soon as the relaxation says that nothing under ``below`` is left, where no column
        keeps a person's limits, or when the budget is over. ``chance`` shakes the choice. A
        thorough dive prices longer, and again even where the relaxation is still at the bound:
        dearer, and better on large wards.
        """
        free = set(range(len(self.instance.employees)))
        chosen: LineOf = {}
        while free:
            if (
                self._price_again(sorted(free), is_thorough) > below - 1 + TOLERANCE
                or self.budget.is_over
            ):
                return None
            picked = self._most_certain(sorted(free), chance)
            if not picked:
                return None
            for person, column in picked:
                free.remove(person)
                chosen[person] = self.master.lines[column]
                self.master.fix(column)
        return chosen

    def twin(self, budget: Budget) -> ColumnGeneration:
        """The same columns and bound, with nothing chosen yet and a budget of its own."""
        twin = ColumnGeneration(self.instance, budget)
        for person, line in zip(self.master.person_of, self.master.lines, strict=True):
            twin.seed(person, line)
        twin.bound = self.bound
        return twin

    def seed(self, person: int, line: Ints) -> None:
        """Offer a known line to the master."""
        self.master.add(person, line)

    def _solve_master(self) -> tuple[float, Duals]:
        value, duals = self.master.solve()
        self.budget.spend(self.master.work)
        return value, duals

    def _bound_at(self, duals: Duals) -> tuple[float, Ints]:
        prices, lines = self._cheapest(duals)
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

    def _cheapest(self, duals: Duals, wanted: Sequence[int] | None = None) -> tuple[Floats, Ints]:
        steps = self.pricer.steps
        found = self.pricer.cheapest(self._prices(duals), wanted)
        lines = len(self.base) if wanted is None else len(wanted)
        self.budget.spend((self.pricer.steps - steps) * WORK_PER_STEP + lines * WORK_PER_LINE)
        return found

    def _price_again(self, free: Sequence[int], is_thorough: bool) -> float:
        """The value of the relaxation with what is chosen, after a few rounds of pricing."""
        value, duals = self._solve_master()
        is_bounded = self.bound > -inf and not is_thorough
        least = ceil(self.bound - TOLERANCE) if is_bounded else -inf
        for _ in range(THOROUGH_ROUNDS if is_thorough else QUICK_ROUNDS):
            if value + self.owed <= least + TOLERANCE or self.budget.is_over:
                break
            _, lines = self._cheapest(duals, free)
            if not self._add_improving(lines, duals, free):
                break
            value, duals = self._solve_master()
        return value + self.owed

    def _most_certain(
        self, free: Sequence[int], chance: np.random.Generator | None
    ) -> list[tuple[int, int]]:
        """All people whose line is nearly chosen, or else the few that are nearest to it."""
        best: dict[int, tuple[float, int]] = {}
        wanted = set(free)
        for column, value in self.master.values().items():
            person = self.master.person_of[column]
            is_higher = person in wanted and value > best.get(person, (0.0, 0))[0]
            if is_higher and self._keeps_caps(column):
                best[person] = (value, column)
        shaken = {
            person: (value, value + (chance.random() * SHAKE if chance else 0.0), column)
            for person, (value, column) in best.items()
        }
        order = sorted(shaken, key=lambda person: (-shaken[person][1], person))
        sure = [person for person in order if shaken[person][0] >= NEARLY_CHOSEN]
        likely = [person for person in order if shaken[person][0] >= LIKELY]
        picked = sure or likely[: len(free) // AT_ONCE] or order[:1]
        return [(person, shaken[person][2]) for person in picked]

    def _keeps_caps(self, column: int) -> bool:
        person, line = self.master.person_of[column], self.master.lines[column]
        return all(
            np.count_nonzero(line == shift) <= limit
            for owner, shift, limit in self.caps
            if owner == person
        )


def line_prices(instance: Instance) -> tuple[Floats, float]:
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


def target_numbers(instance: Instance) -> npt.NDArray[np.int64]:
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
