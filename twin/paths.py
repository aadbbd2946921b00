"""The units that an inpatient passes, leg by leg, from numbers drawn before.

At the end of each leg a patient dies, goes on to another unit or goes home, by the shares of the
unit: intensive care to step-down to ward, a ward to intensive care, a ward to the same specialty
of the reference hospital.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twin.network import NOWHERE, Care, Ints

LEGS = 5
"""Longest path [units]; the patient goes home after the last."""

STAY, EXIT, NEXT = range(3)
CHANCES = ("stay", "exit", "next")
"""What one leg needs numbers for."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Paths of patients: shape (patients, legs).

    ``units`` is -1 after the end; ``hours`` the time of need in each; ``dies`` the leg at whose
    end the patient dies (-1: none), shape (patients,).
    """

    units: npt.NDArray[np.int64]
    hours: npt.NDArray[np.float64]
    dies: Ints


def follow(care: Sequence[Care], first: Ints, chance: npt.NDArray[np.float64]) -> Paths:
    """Paths from these first units (-1: no stay); ``chance`` has shape (patients, legs, 3)."""
    legs = chance.shape[1]
    units = np.full((first.size, legs), NOWHERE, dtype=np.int64)
    hours = np.zeros((first.size, legs))
    dies = np.full(first.size, NOWHERE, dtype=np.int64)
    now = first
    for leg in range(legs):
        units[:, leg] = now
        now = np.full(first.size, NOWHERE, dtype=np.int64)
        for unit in np.unique(units[units[:, leg] >= 0, leg]).tolist():
            here = np.flatnonzero(units[:, leg] == unit)
            numbers = chance[here, leg]
            hours[here, leg] = care[unit].stay.hours(numbers[:, STAY])
            dies[here[numbers[:, EXIT] < care[unit].death_share]] = leg
            now[here] = _following(care[unit], numbers)
    return Paths(units, hours, dies)


def _following(care: Care, numbers: npt.NDArray[np.float64]) -> Ints:
    """The next unit of patients in one unit, -1 where the stay ends here."""
    following = np.full(len(numbers), NOWHERE, dtype=np.int64)
    if care.onward is None:
        return following
    leaving = numbers[:, EXIT]
    moves = (leaving >= care.death_share) & (leaving < care.death_share + care.move_share)
    following[moves] = care.onward.pick(numbers[moves, NEXT])
    return following
