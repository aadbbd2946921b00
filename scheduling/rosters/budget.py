"""How much a solver may do: work that is the same on every machine, and a clock as a further cap.

Work is counted in steps of pricing, lines, and entries of the linear programme that are touched,
scaled so that one unit is about one second of one core.
"""

from __future__ import annotations

from threading import Event
from time import perf_counter

WORK_PER_STEP = 2.5e-9
WORK_PER_LINE = 5e-5  # what calling the kernel and keeping a line takes
WORK_PER_SOLUTION = 1e-3  # what reading a solution of the linear programme takes
WORK_PER_ENTRY = 6e-7


class Budget:
    """Work allowed and spent; over, too, when the clock rings or somebody cancels.

    With the same limit on work, and neither clock nor cancel, a solver stops at the same point.
    """

    def __init__(
        self, work_limit: float, seconds: float | None = None, cancel: Event | None = None
    ) -> None:
        self.work_limit = work_limit
        self.spent = 0.0
        self._cancel = cancel
        self._rings = None if seconds is None else perf_counter() + seconds

    def spend(self, work: float) -> None:
        """Count work that was done."""
        self.spent += work

    @property
    def is_stopped(self) -> bool:
        """Whether the clock has rung or somebody has cancelled."""
        is_late = self._rings is not None and perf_counter() >= self._rings
        return is_late or (self._cancel is not None and self._cancel.is_set())

    @property
    def is_over(self) -> bool:
        """Whether nothing more may be done."""
        return self.spent >= self.work_limit or self.is_stopped

    @property
    def left(self) -> float:
        """Work that may still be done."""
        return max(0.0, self.work_limit - self.spent)

    def part(self, work_limit: float) -> Budget:
        """A budget for one task of many: its own count, the same clock and the same cancel."""
        part = Budget(min(work_limit, self.left), None, self._cancel)
        part._rings = self._rings
        return part
