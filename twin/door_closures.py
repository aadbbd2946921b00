"""Emergency departments that are shut for a time: when, and who takes their patients."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hospital.base import HOURS_PER_DAY
from twin.run_plan import RunPlan
from twin.territory import ClosedDoor


@dataclass(frozen=True, slots=True)
class ShutDoor:
    """From when to when a door is shut [hours of the run], and the hospitals asked first."""

    from_hours: float
    until_hours: float
    to: tuple[int, ...]

    def is_shut(self, now: float) -> bool:
        """Whether nobody is let in at this moment."""
        return self.from_hours <= now < self.until_hours


def shut_doors(
    closed: Iterable[ClosedDoor], index: dict[str, int], run: RunPlan
) -> dict[int, tuple[ShutDoor, ...]]:
    """The closures of each hospital, by index, on the clock of this run."""
    found: dict[int, tuple[ShutDoor, ...]] = {}
    for door in closed:
        site = index[door.hospital]
        shut = ShutDoor(
            from_hours=_midnight(door.first_day, run, 0, float("-inf")),
            until_hours=_midnight(door.last_day, run, 1, float("inf")),
            to=tuple(index[code] for code in door.to),
        )
        found[site] = (*found.get(site, ()), shut)
    return found


def _midnight(day: date | None, run: RunPlan, days_later: int, without: float) -> float:
    if day is None:
        return without
    return float(HOURS_PER_DAY * ((day - run.opening_day).days + days_later))
