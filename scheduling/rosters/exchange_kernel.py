"""The compiled search by exchanges: people swap days, or somebody's day changes, and it cools.

Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983) over whole rosters: a swap of the same
days between two people of a skill leaves cover untouched, which is why such a search holds where
a model of decisions struggles. Chance is an own xorshift generator (Marsaglia 2003), so that the
same seed gives the same roster on every machine.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scheduling.rosters.kernel import Floats, Ints, compiled
from scheduling.rosters.line_rules import Sheet, broken, unfair

BROKEN_POINTS = 5_000.0
TEAM_POINTS = 4_000.0
SWAPS = 0.75
ONE_DAY = 0.5
LONGEST_BLOCK = 7
COOLING_STEP = 512
ENOUGH = 1e-6
TWO_53 = 9007199254740992.0


@compiled
def _next(state: Ints) -> float:
    """A number from 0 to 1 and the next state (xorshift64)."""
    x = np.uint64(state[0])
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = np.int64(x)
    return float(x >> np.uint64(11)) / TWO_53


@compiled
def line_points(line: Ints, person: int, sheet: Sheet) -> float:
    """All that one line costs by itself."""
    points = BROKEN_POINTS * broken(line, person, sheet) + unfair(line, person, sheet)
    for day in range(line.size - sheet.past):
        points += sheet.cell_points[person, day, line[sheet.past + day]]
    return points


@compiled
def cover_points(day: int, lines: Ints, sheet: Sheet) -> float:
    """What the cover and the teams of one day cost."""
    shifts, skills = sheet.need.shape[1], sheet.need.shape[2]
    present = np.zeros((shifts, skills), np.int64)
    juniors = np.zeros((shifts, skills), np.int64)
    at = sheet.past + day
    for person in range(lines.shape[0]):
        present[lines[person, at], sheet.skill[person]] += 1
        juniors[lines[person, at], sheet.skill[person]] += sheet.junior[person]
    points = 0.0
    for shift in range(1, shifts):
        for skill in range(skills):
            here, need = present[shift, skill], sheet.need[day, shift, skill]
            points += max(0, need - here) * sheet.short[day, shift, skill]
            points += max(0, here - need) * sheet.surplus[day, shift, skill]
            young = juniors[shift, skill]
            if sheet.ratio >= 0 and young:
                points += TEAM_POINTS * max(0.0, young - sheet.ratio * (here - young))
    for pair in range(sheet.pairs.shape[0]):
        first, second = lines[sheet.pairs[pair, 0], at], lines[sheet.pairs[pair, 1], at]
        if first and (first == second) != (sheet.pairs[pair, 2] == 1):
            points += TEAM_POINTS
    return points


class Standing(NamedTuple):
    """Where the search stands, and the exchange at hand.

    ``own`` (people,) and ``daily`` (days,) are the points of ``lines``. ``move`` is first and
    second person (the same: the day of one person changes), day, length and new shift; ``fresh``
    the points it would give to both people and to each day; ``before`` (2, block) what stood.
    """

    lines: Ints
    own: Floats
    daily: Floats
    move: Ints
    fresh: Floats
    before: Ints


@compiled
def anneal(lines: Ints, sheet: Sheet, chance: Ints, heat: Floats, moves: int) -> tuple[Ints, float]:
    """The best lines met from these on, and their points; ``heat`` is the first and last.

    ``lines`` (people, days) is worked on in place.
    """
    state = _standing(lines, sheet)
    points = state.own.sum() + state.daily.sum()
    best, best_points = lines.copy(), points
    cooling = (heat[1] / heat[0]) ** (COOLING_STEP / max(1, moves))
    warmth = heat[0]
    for move in range(moves):
        if move % COOLING_STEP == 0:
            warmth *= cooling
        if not _propose(chance, sheet, state):
            continue
        limit = -warmth * np.log(max(1e-300, _next(chance)))
        gain = _tried(sheet, state, limit)
        if gain > limit:
            _undo(sheet, state)
            continue
        _keep(state)
        points += gain
        if points < best_points - ENOUGH:
            best_points = points
            best[:] = lines
            if best_points < heat[2] + ENOUGH:
                break
    return best, best_points


@compiled
def _standing(lines: Ints, sheet: Sheet) -> Standing:
    people, days = lines.shape[0], lines.shape[1] - sheet.past
    own, daily = np.zeros(people), np.zeros(days)
    for person in range(people):
        own[person] = line_points(lines[person], person, sheet)
    for day in range(days):
        daily[day] = cover_points(day, lines, sheet)
    before = np.zeros((2, LONGEST_BLOCK), np.int64)
    return Standing(lines, own, daily, np.zeros(5, np.int64), np.zeros(2 + LONGEST_BLOCK), before)


@compiled
def _propose(chance: Ints, sheet: Sheet, state: Standing) -> bool:
    """Draw an exchange and make it; False, and nothing made, where it is none or not allowed."""
    people, days = state.own.size, state.daily.size
    first, day = int(_next(chance) * people), int(_next(chance) * days)
    second, length = first, 1
    if _next(chance) < SWAPS:
        second = int(_next(chance) * people)
        if second == first or sheet.skill[first] != sheet.skill[second]:
            return False
        if _next(chance) > ONE_DAY:
            length = min(days - day, 2 + int(_next(chance) * (LONGEST_BLOCK - 1)))
    shift = int(_next(chance) * sheet.need.shape[1])
    state.move[:] = np.array([first, second, day, length, shift])
    changes = False
    for k in range(length):
        a, b = state.lines[first, sheet.past + day + k], state.lines[second, sheet.past + day + k]
        state.before[0, k], state.before[1, k] = a, b
        to_first = b if second != first else shift
        if not sheet.open_cells[first, day + k, to_first]:
            return False
        if second != first and not sheet.open_cells[second, day + k, a]:
            return False
        changes = changes or a != to_first
    if changes:
        _make(sheet, state)
    return changes


@compiled
def _make(sheet: Sheet, state: Standing) -> None:
    first, second, day, length, shift = state.move
    for k in range(length):
        at = sheet.past + day + k
        state.lines[first, at] = shift if second == first else state.before[1, k]
        if second != first:
            state.lines[second, at] = state.before[0, k]


@compiled
def _undo(sheet: Sheet, state: Standing) -> None:
    first, second, day, length, _ = state.move
    for k in range(length):
        state.lines[first, sheet.past + day + k] = state.before[0, k]
        state.lines[second, sheet.past + day + k] = state.before[1, k]


@compiled
def _tried(sheet: Sheet, state: Standing, limit: float) -> float:
    """The points that the exchange at hand adds; days that cannot make up for it are left out."""
    first, second, day, length, _ = state.move
    state.fresh[0] = line_points(state.lines[first], first, sheet)
    state.fresh[1] = state.fresh[0]
    gain: float = state.fresh[0] - state.own[first]
    if second != first:
        state.fresh[1] = line_points(state.lines[second], second, sheet)
        gain += state.fresh[1] - state.own[second]
    if gain > limit + state.daily[day : day + length].sum():
        return gain
    keeps_cover = second != first and sheet.pairs.shape[0] == 0 and sheet.ratio < 0
    for k in range(length):
        state.fresh[2 + k] = state.daily[day + k]
        if not keeps_cover:
            state.fresh[2 + k] = cover_points(day + k, state.lines, sheet)
        gain += state.fresh[2 + k] - state.daily[day + k]
    return gain


@compiled
def _keep(state: Standing) -> None:
    first, second, day, length, _ = state.move
    state.own[first] = state.fresh[0]
    state.own[second] = state.fresh[1]
    for k in range(length):
        state.daily[day + k] = state.fresh[2 + k]
