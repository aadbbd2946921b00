"""A first lawful roster: everybody in turn takes the line that helps the cover most."""

from __future__ import annotations

import numpy as np

from hospital.errors import GstError, say
from scheduling.rosters.columns import LineOf, line_prices, target_numbers
from scheduling.rosters.curtois import Employee, Instance
from scheduling.rosters.kernel import REST, Floats, Ints
from scheduling.rosters.pricing import Pricer

ROUNDS = 3
MOST_TRIES = 12
FIRST_PENALTY = 2.0


def start_lines(instance: Instance) -> LineOf:
    """Lines of everybody, each the cheapest beside those of the others when it was made.

    Raises:
        GstError: ``no_lawful_line``, naming the people whose limits leave no line at all.
    """
    prices, _ = line_prices(instance)
    numbers = target_numbers(instance)
    wanted = np.array([target.wanted for target in instance.cover])
    under = np.array([-float(target.under_weight) for target in instance.cover])
    over = np.array([float(target.over_weight) for target in instance.cover])
    pricer, lines, stuck = Pricer(instance), dict[int, Ints](), list[str]()
    has_target = numbers >= 0
    for _ in range(ROUNDS):
        for person, employee in enumerate(instance.employees):
            if person in lines:
                wanted[_met(lines[person], numbers)] += 1
            own = prices[person].copy()
            own[has_target] += np.where(wanted > 0, under, over)[numbers[has_target]]
            line = lawful_line(pricer, person, own)
            if line is None:
                stuck.append(employee.code)
                continue
            lines[person] = line
            wanted[_met(line, numbers)] -= 1
        if stuck:
            hint = say("The limits leave no line of work for {people}.", people=", ".join(stuck))
            raise GstError("no_lawful_line", hint)
    return lines


def lawful_line(pricer: Pricer, person: int, prices: Floats) -> Ints | None:
    """The cheapest line, made to keep the limits that pricing leaves out by growing penalties."""
    employee = pricer.instance.employees[person]
    prices, penalty = prices.copy(), FIRST_PENALTY
    for _ in range(MOST_TRIES):
        price, line = pricer.line(person, prices)
        if not np.isfinite(price):
            return None
        broken = _over_limits(pricer.instance, employee, line)
        if not broken:
            return line
        prices[:, broken] += penalty
        penalty *= 3
    return None


def _over_limits(instance: Instance, employee: Employee, line: Ints) -> list[int]:
    return [
        k
        for k, shift in enumerate(instance.shifts)
        if np.count_nonzero(line == k) > employee.max_shifts.get(shift.code, 0)
    ]


def _met(line: Ints, numbers: Ints) -> Ints:
    """The numbers of the cover targets that a line meets."""
    worked = np.flatnonzero(line != REST)
    met = numbers[worked, line[worked]]
    return met[met >= 0]
