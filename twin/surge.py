"""Surge beds: called for when a unit is full, open after a delay, closed when the wave is over."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from simpy.events import NORMAL

from twin.actors import Pool, Step
from twin.place_rules import SurgeBeds

if TYPE_CHECKING:
    from twin.bed_rules import BedDesk


class Stage(Enum):
    """Where the surge beds of a unit stand."""

    CLOSED = auto()
    CALLED = auto()  # the unit is full, but not yet for long enough
    ORDERED = auto()  # decided; the beds are being set up
    OPEN = auto()


class Reminder(Step):
    """The moment at which a stage may end, unless the stage has changed meanwhile."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number


class SurgeWatch:
    """Watches one unit, after everything that changes how full it is [hours of the run].

    ``steps`` are the beds that stand from each moment on: after the decision to close, those
    that still hold a patient beyond the open beds.
    """

    def __init__(self, desk: BedDesk, pool: Pool, rule: SurgeBeds) -> None:
        self.rule = rule
        self.pool = pool
        self.steps: list[tuple[float, int]] = []
        self._desk = desk
        self._stage = Stage.CLOSED
        self._number = 0
        self._opened_at = 0.0
        self._closing = 0

    def watch(self, now: float) -> None:
        """Act on how full the unit is now."""
        if self._stage is Stage.CLOSED and self._is_called():
            self._enter(Stage.CALLED)
            self._after(self.rule.after_hours, now)
        elif self._stage is Stage.CALLED and not self._is_called():
            self._enter(Stage.CLOSED)
        elif self._stage is Stage.OPEN and self._may_close():
            self._close(now)
        self._note(now)

    @property
    def ordinary(self) -> int:
        """Open beds without the surge [beds]."""
        return self.pool.capacity - (self.rule.beds if self._stage is Stage.OPEN else 0)

    def _is_called(self) -> bool:
        rule, taken = self.rule, self.pool.taken
        percent, waiting = rule.open_at_percent, rule.open_at_waiting
        if percent is not None and taken and 100 * taken >= percent * self.ordinary:
            return True
        return waiting is not None and self.pool.waiting() >= waiting

    def _may_close(self) -> bool:
        is_calm = 100 * self.pool.taken <= self.rule.close_at_percent * self.ordinary
        return is_calm and not self._is_called()

    def _enter(self, stage: Stage) -> None:
        """A new stage; reminders of the last one count no more."""
        self._stage = stage
        self._number += 1

    def _after(self, hours: float, now: float) -> None:
        reminder = Reminder(self._number)
        reminder.callbacks = [self._remind]
        if hours > 0:
            self._desk.flow._schedule(reminder, NORMAL, hours)
        else:
            self._act(now)

    def _remind(self, reminder: Reminder) -> None:
        if reminder.number == self._number:
            self._act(self._desk.flow.env.now)

    def _act(self, now: float) -> None:
        """The time of this stage has passed."""
        if self._stage is Stage.CALLED:
            if self._is_called():
                self._enter(Stage.ORDERED)
                self._after(self.rule.delay_hours, now)
            else:
                self._enter(Stage.CLOSED)
        elif self._stage is Stage.ORDERED:
            self._open(now)
        else:
            self.watch(now)

    def _open(self, now: float) -> None:
        self._enter(Stage.OPEN)
        self._opened_at = now
        self._closing = 0
        if self.pool.separate is not None:
            self.pool.separate.free[-1] += self.rule.beds
        self.pool.capacity += self.rule.beds
        self.pool.free += self.rule.beds
        self._note(now)
        if self.rule.minimum_hours > 0:
            self._after(self.rule.minimum_hours, now)
        self._desk.serve(self.pool, now)

    def _close(self, now: float) -> None:
        if now < self._opened_at + self.rule.minimum_hours:
            return
        self._enter(Stage.CLOSED)
        self._closing = self.rule.beds
        if self.pool.separate is not None:
            self.pool.separate.free[-1] -= self.rule.beds
        self.pool.capacity -= self.rule.beds
        self.pool.free -= self.rule.beds

    def _note(self, now: float) -> None:
        self._closing = min(self._closing, max(0, -self.pool.free))
        standing = self.rule.beds if self._stage is Stage.OPEN else self._closing
        if standing != (self.steps[-1][1] if self.steps else 0):
            self.steps.append((now, standing))
