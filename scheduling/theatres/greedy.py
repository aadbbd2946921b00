"""The first plan: patients in order of need, each in the block that is worth most."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from hospital.theatre_plan import LeftOut
from scheduling.theatres.shortage import BED
from scheduling.theatres.week import MINUTE, BedPool, Placement, Week


@dataclass(slots=True)
class State:
    """What is used so far. Adding and removing a case keeps every total right."""

    week: Week
    placed: Placement = field(default_factory=dict)
    room_used: Counter[int] = field(default_factory=Counter)
    surgeon_minutes: Counter[tuple[str, int]] = field(default_factory=Counter)
    surgeon_cases: defaultdict[str, Counter[int]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    beds_used: tuple[list[int], ...] = field(init=False)
    shortage: int = 0

    def __post_init__(self) -> None:
        self.beds_used = tuple([0] * len(pool.free) for pool in self.week.pools)

    def add(self, patient: int, block: int) -> None:
        """Place a patient."""
        self.placed[patient] = block
        self._count(patient, block, 1)

    def remove(self, patient: int) -> None:
        """Take a patient out again."""
        self._count(patient, self.placed.pop(patient), -1)

    def _count(self, patient: int, block: int, sign: int) -> None:
        week = self.week
        surgeon = week.patients[patient].surgeon
        self.room_used[block] += sign * week.takes(patient, block)
        self.surgeon_minutes[surgeon, self._day(block)] += sign * week.minutes[patient]
        self.surgeon_cases[surgeon][block] += sign
        for pool, used in zip(week.pools, self.beds_used, strict=True):
            for day, beds in week.beds_of(pool, patient, block):
                before = used[day]
                used[day] += sign * beds
                if pool.lines:
                    self.shortage += pool.shortage_cost(day, used[day])
                    self.shortage -= pool.shortage_cost(day, before)

    def _day(self, block: int) -> int:
        return self.week.blocks[block].day_index

    def obstacles(self, patient: int, block: int) -> dict[LeftOut, float]:
        """What stands in the way of this patient here, and by how many minutes or beds."""
        found: dict[LeftOut, float] = {}
        for why, short in self._shortages(patient, block):
            if short > 0:
                found[why] = max(short, found.get(why, 0.0))
        return found

    def _shortages(self, patient: int, block: int) -> Iterator[tuple[LeftOut, float]]:
        week = self.week
        room = self.room_used[block] + week.takes(patient, block) - week.blocks[block].room_left
        yield LeftOut.SESSION_FULL, room / MINUTE
        yield LeftOut.SURGEON_FULL, self._surgeon_short(patient, block)
        for at, (pool, used) in enumerate(zip(week.pools, self.beds_used, strict=True)):
            kind = LeftOut.INTENSIVE_CARE_BEDS if at == 1 else LeftOut.WARD_BEDS
            yield kind, _beds_short(week, pool, used, (patient, block))

    def _surgeon_short(self, patient: int, block: int) -> float:
        """Minutes beyond the surgeon's day; the whole case if the surgeon is in another room."""
        surgeon = self.week.patients[patient].surgeon
        minutes = self.week.minutes[patient]
        if any(self.surgeon_cases[surgeon][other] for other in self.week.clashes[block]):
            return float(minutes)
        total = self.surgeon_minutes[surgeon, self._day(block)] + minutes
        return float(total - self.week.surgeons[surgeon].daily_minutes)

    def gain(self, patient: int, block: int) -> int:
        """Points that this placement would add, overtime and bed peaks taken off."""
        before = self._local_penalty(block)
        worth = self.week.points(patient, block)
        self.add(patient, block)
        after = self._local_penalty(block)
        self.remove(patient)
        return worth - (after - before)

    def _local_penalty(self, block: int) -> int:
        """The part of the penalty that a change in this block can touch."""
        here = {p: b for p, b in self.placed.items() if b == block}
        return overtime_penalty(self.week, here) + self.bed_penalty()

    def penalty(self) -> int:
        """Points taken off for expected overtime and for beds [points / 10000]."""
        return overtime_penalty(self.week, self.placed) + self.bed_penalty()

    def bed_penalty(self) -> int:
        """Points taken off for the peaks of beds and for those that are missing."""
        return self.peak_penalty() + self.shortage

    def peak_penalty(self) -> int:
        """Points taken off for the peaks of beds above the target [points / 10000]."""
        peaks = (
            max((used - target for used, target in zip(row, pool.target, strict=True)), default=0)
            for pool, row in zip(self.week.pools, self.beds_used, strict=True)
        )
        return self.week.peak_cost * sum(max(0, peak) for peak in peaks)

    def value(self) -> int:
        """What the plan is worth [points / 10000]."""
        worth = sum(self.week.points(patient, block) for patient, block in self.placed.items())
        return worth - self.penalty()


def _beds_short(week: Week, pool: BedPool, used: list[int], place: tuple[int, int]) -> float:
    worst = 0
    for day, beds in week.beds_of(pool, *place):
        worst = max(worst, used[day] + beds - pool.free[day])
    return worst / BED


def overtime_penalty(week: Week, placed: Placement) -> int:
    """Points taken off for the expected overtime of every block [points / 10000]."""
    minutes = Counter[int]()
    for patient, block in placed.items():
        minutes[block] += week.minutes[patient] + week.turnover(block)
    return sum(
        week.blocks[block].overtime_cost(total - week.turnover(block))
        for block, total in minutes.items()
    )


def greedy_state(week: Week) -> State:
    """Every patient in turn, the most points per minute first, in the block that gains most.

    Patients who must be done come first, those with fewest blocks ahead of the others.
    """
    return fill(begun_state(week))


def begun_state(week: Week) -> State:
    """Only the published cases that have begun, which nothing can change."""
    state = State(week)
    for patient, block in week.locked.items():
        state.add(patient, block)
    return state


def fill(state: State) -> State:
    """Place those who are not placed yet, in turn, where something is gained."""
    week = state.week
    for patient in _turns(week):
        if patient in state.placed:
            continue
        gains = [
            (state.gain(patient, block), -block)
            for block in week.candidates[patient]
            if not state.obstacles(patient, block)
        ]
        if gains and max(gains)[0] > 0:
            state.add(patient, -max(gains)[1])
    return state


def _turns(week: Week) -> list[int]:
    def need(patient: int) -> tuple[bool, float, float]:
        blocks = week.candidates[patient]
        best = max((week.points(patient, block) for block in blocks), default=0)
        must = week.must_be_done[patient] or patient in week.published
        return not must, len(blocks) if must else 0, -best / week.minutes[patient]

    return sorted(range(len(week.patients)), key=need)
