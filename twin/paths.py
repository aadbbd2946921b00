"""The units that an inpatient passes, leg by leg, from numbers that belong to the patient.

At the end of each leg a patient dies, goes on to another unit or goes home, by the shares of the
unit: intensive care to step-down to ward, a ward to intensive care, a ward to the same specialty
of the reference hospital.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from twin.laws import Floats
from twin.network import NOWHERE, Care, Ints

LEGS = 5
"""Longest path [units]; the patient goes home after the last."""

CHANCES = ("stay", "exit", "next")
"""What one leg needs numbers for."""


WARNED = "warning"
"""Purpose of the number that decides whether a patient of the leg is warned of in time."""


class Chance(Protocol):
    """Numbers of patients by purpose."""

    def uniform(self, attribute: str, chosen: npt.NDArray[np.generic] | None = None) -> Floats:
        """One number for each chosen patient, for a purpose such as ``stay_0``."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Paths of patients: shape (patients, legs), as many legs as the longest path has.

    ``units`` is -1 after the end; ``hours`` the time of need in each; ``dies`` the leg at whose
    end the patient dies (-1: none), shape (patients,).
    """

    units: npt.NDArray[np.int64]
    hours: npt.NDArray[np.float64]
    dies: Ints


def follow(care: Sequence[Care], first: Ints, chance: Chance, first_leg: int = 0) -> Paths:
    """Paths from these first units (-1: no stay), which are the patients' ``first_leg``."""
    dies = np.full(first.size, NOWHERE, dtype=np.int64)
    columns, times = [], []
    rows, now = np.flatnonzero(first >= 0), first[first >= 0]
    for leg in range(first_leg, LEGS):
        if leg > first_leg and not rows.size:
            break
        columns.append(_column(first.size, rows, now))
        hours, dead, now = _leg(care, now, chance, (rows, leg))
        times.append(np.zeros(first.size))
        times[-1][rows] = hours
        dies[rows[dead]] = leg - first_leg
        onward = now >= 0
        rows, now = rows[onward], now[onward]
    return Paths(np.stack(columns, axis=1), np.stack(times, axis=1), dies)


def _column(size: int, rows: Ints, units: Ints) -> Ints:
    column = np.full(size, NOWHERE, dtype=np.int64)
    column[rows] = units
    return column


def _leg(
    care: Sequence[Care], units: Ints, chance: Chance, who: tuple[Ints, int]
) -> tuple[Floats, npt.NDArray[np.bool_], Ints]:
    """Hours, whether the patient dies at the end, and the next unit (-1: none)."""
    rows, leg = who
    stay, leaving = (chance.uniform(f"{name}_{leg}", rows) for name in CHANCES[:2])
    hours = np.empty(rows.size)
    dead = np.zeros(rows.size, dtype=np.bool_)
    following = np.full(rows.size, NOWHERE, dtype=np.int64)
    for unit in np.unique(units).tolist():
        here = np.flatnonzero(units == unit)
        rules = care[unit]
        hours[here] = rules.stay.hours(stay[here])
        helped = None
        if rules.warning is not None:
            helped = chance.uniform(f"{WARNED}_{leg}", rows[here])
            is_helped = helped < rules.warning.share
            hours[here] *= np.where(is_helped, rules.warning.stay_factor, 1.0)
        numbers = leaving[here]
        dead[here] = numbers < rules.death_share
        if rules.onward is not None and leg + 1 < LEGS:
            goes = numbers - rules.death_share
            moving = here[(goes >= 0) & (goes < rules.move_share)]
            onward = chance.uniform(f"{CHANCES[2]}_{leg}", rows[moving])
            following[moving] = rules.onward.pick(onward)
        if helped is not None:
            following[here] = _without_avoided(rules, following[here], helped)
    return hours, dead, following


def _without_avoided(rules: Care, following: Ints, helped: Floats) -> Ints:
    """The next units without the intensive care that an early warning spares: they go home."""
    assert rules.warning is not None
    avoided = rules.warning.share * rules.warning.avoided_share
    spared = (helped < avoided) & np.isin(following, rules.critical)
    return np.where(spared, NOWHERE, following)
