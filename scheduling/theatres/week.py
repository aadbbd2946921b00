"""A theatre problem as whole numbers: what the greedy planner and CP-SAT both work with.

Everything is rounded to the safe side (minutes and beds up, room down), so that a plan that is
right here is right in the exact rules too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations
from math import ceil, floor

from hospital.base import DAYS_PER_WEEK
from hospital.theatre import Procedure, Surgeon, TheatreSession, WaitingPatient
from hospital.theatre_plan import SessionSlack, SpecialtyBeds, TheatreProblem, WardBeds
from scheduling.theatres.beds import Profiles, beds_after
from scheduling.theatres.overtime import POINT, Line, overtime_lines
from scheduling.theatres.shortage import BED, BedLine, in_ward, shares, shortage_lines

MINUTE = 100  # hundredths of a minute
NO_SLACK_SPREAD_MINUTES = 80.0  # usual sd of a theatre day (theatre evidence, section 3.2)
MOST_WAIT_SHARE = 2.0  # a wait beyond twice the allowed one brings nothing more

NO_PRICE = (BedLine(0, 0),)
PRICED_DAYS = 14  # whoever comes later is not called in yet, and can be planned around the beds

Placement = dict[int, int]  # patient -> block


@dataclass(frozen=True, slots=True)
class Block:
    """A session on one day. ``room_left`` is its length, one turnover more, less the fixed slack.

    ``room_left`` is in hundredths of a minute; a case takes its minutes, a turnover and its share
    of the slack.
    """

    session: TheatreSession
    day: date
    day_index: int
    room_left: int
    lines: tuple[Line, ...]

    @property
    def end_minute(self) -> int:
        """End of the session [minutes after midnight]."""
        return self.session.start_minute + self.session.length_minutes

    @property
    def most_overtime_cost(self) -> int:
        """What a session planned to its very end costs [points / 10000]."""
        return self.overtime_cost(self.session.length_minutes)

    def overtime_cost(self, minutes: int) -> int:
        """Points taken off for the expected overtime of this many minutes [points / 10000]."""
        return max((0, *(line.at(minutes) for line in self.lines)))


@dataclass(frozen=True)
class BedPool:
    """One kind of bed: what a patient takes on each day after surgery, and what is free.

    ``after`` has a row per patient; all in ten-thousandths of a bed. A pool with ``lines`` has no
    limit: every day has its price of missing beds.
    """

    after: tuple[tuple[int, ...], ...]
    free: tuple[int, ...]
    target: tuple[int, ...]
    lines: tuple[tuple[BedLine, ...], ...] = ()

    def shortage_cost(self, day: int, beds: int) -> int:
        """Points taken off for the beds missing where so many are taken [points / 1000]."""
        key = day, beds
        if key not in self._shortage_costs:
            lines = self.lines[day] if self.lines else ()
            self._shortage_costs[key] = max((line.at(beds) for line in lines), default=0)
        return self._shortage_costs[key]

    def taken(self, patient: int, start_day: int) -> tuple[tuple[int, int], ...]:
        """Days and beds of this patient, operated on this day of the week's problem."""
        key = patient, start_day
        if key not in self._taken:
            profile = self.after[patient][: len(self.free) - start_day]
            self._taken[key] = tuple(
                (start_day + day, beds) for day, beds in enumerate(profile) if beds
            )
        return self._taken[key]

    @cached_property
    def _taken(self) -> dict[tuple[int, int], tuple[tuple[int, int], ...]]:
        """Beds found before: the search asks for the same few again and again."""
        return {}

    @cached_property
    def _shortage_costs(self) -> dict[tuple[int, int], int]:
        """Costs found before, likewise."""
        return {}


@dataclass(frozen=True)
class Week:
    """The whole numbers of one problem. Patients and blocks are known by their position."""

    problem: TheatreProblem

    @cached_property
    def patients(self) -> tuple[WaitingPatient, ...]:
        """The waiting list in the order of its codes, whatever the order it came in."""
        return tuple(sorted(self.problem.waiting_list, key=lambda row: row.patient))

    @cached_property
    def procedures(self) -> tuple[Procedure, ...]:
        """What each patient waits for."""
        by_code = {row.procedure: row for row in self.problem.procedures}
        return tuple(by_code[row.procedure] for row in self.patients)

    @cached_property
    def surgeons(self) -> dict[str, Surgeon]:
        """Surgeons by code."""
        return {row.surgeon: row for row in self.problem.surgeons}

    @cached_property
    def slack(self) -> dict[str, SessionSlack]:
        """The slack of each session; a session without a row keeps none free."""
        none = {
            row.session: SessionSlack(
                session=row.session, factor=0.0, spread_minutes=NO_SLACK_SPREAD_MINUTES
            )
            for row in self.problem.sessions
        }
        return none | {row.session: row for row in self.problem.slack}

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Every session on every day it is held."""
        return tuple(self._block(session, day) for session, day in self.problem.blocks())

    def _block(self, session: TheatreSession, day: date) -> Block:
        slack = self.slack[session.session]
        room = session.length_minutes + session.turnover_minutes - slack.minutes(0.0)
        room -= self._idle_minutes(session, day)
        lines = overtime_lines(
            session.length_minutes, slack.spread_minutes, self.problem.weights.overtime_minute
        )
        day_index = (day - self.problem.first_day).days
        return Block(session, day, day_index, max(1, floor(MINUTE * room)), lines)

    def _idle_minutes(self, session: TheatreSession, day: date) -> int:
        """Minutes of a session that went by without a published case [minutes]."""
        now = self.problem.now
        if now is None or now.day < day:
            return 0
        begun = [c for c in self.problem.begun() if (c.session, c.day) == (session.session, day)]
        used = sum(case.expected_minutes + session.turnover_minutes for case in begun)
        gone = now.minute - session.start_minute if now.day == day else session.length_minutes
        return max(0, min(gone, session.length_minutes) - used)

    @cached_property
    def locked(self) -> Placement:
        """Patients whose published case has begun, in its block."""
        patients = {row.patient: at for at, row in enumerate(self.patients)}
        return {patients[c.patient]: self._block_of[c.session, c.day] for c in self.problem.begun()}

    @cached_property
    def published(self) -> Placement:
        """Patients who were published, in the block they had."""
        patients = {row.patient: at for at, row in enumerate(self.patients)}
        rows = [c for c in self.problem.published if c.patient in patients]
        places = [(patients[c.patient], self._block_of.get((c.session, c.day))) for c in rows]
        return {patient: block for patient, block in places if block is not None}

    @cached_property
    def _block_of(self) -> dict[tuple[str, date], int]:
        return {(b.session.session, b.day): at for at, b in enumerate(self.blocks)}

    @cached_property
    def _absent(self) -> frozenset[tuple[str, date]]:
        return frozenset((row.surgeon, row.day) for row in self.problem.absences)

    @cached_property
    def minutes(self) -> tuple[int, ...]:
        """Expected minutes of each patient's case, turnover apart."""
        return tuple(ceil(row.mean_minutes) for row in self.procedures)

    def takes(self, patient: int, block: int) -> int:
        """What a case takes of ``room_left`` [minutes / 100].

        A case too uncertain to leave its slack free may have the session to itself: it takes all.
        """
        procedure, held = self.procedures[patient], self.blocks[block]
        slack = self.slack[held.session.session]
        variance = (procedure.mean_minutes * procedure.minutes_cv) ** 2
        extra = ceil(MINUTE * (slack.minutes(variance) - slack.minutes(0.0)))
        needed = MINUTE * (self.minutes[patient] + held.session.turnover_minutes) + extra
        idle = self._idle_minutes(held.session, held.day)
        if self.minutes[patient] <= held.session.length_minutes - idle:
            return min(needed, held.room_left)
        return needed

    def is_open_to(self, patient: int, block: int) -> bool:
        """Whether specialty, surgeon, equipment and dates allow this patient in this block."""
        row, held = self.patients[patient], self.blocks[block]
        if patient in self.locked:
            return self.locked[patient] == block
        now = self.problem.now
        is_over = now is not None and now.is_after(held.day, held.end_minute)
        if (
            is_over
            or (row.surgeon, held.day) in self._absent
            or self._comes_too_late(row, held.day)
        ):
            return False
        right_days = self.problem.earliest_day(row) <= held.day <= self.problem.latest_day(row)
        return right_days and self._suits(patient, held.session)

    def _suits(self, patient: int, session: TheatreSession) -> bool:
        row = self.patients[patient]
        is_own = session.surgeon in {None, row.surgeon}
        right_specialty = session.specialty == self.procedures[patient].specialty
        return is_own and right_specialty and session.has_all(row.needs)

    def _comes_too_late(self, row: WaitingPatient, day: date) -> bool:
        """Nobody is called in on the day itself: only who was published, or came today."""
        now = self.problem.now
        if now is None or day > now.day or now.is_midnight:
            return False
        is_published = any(case.patient == row.patient for case in self.problem.published)
        return not is_published and row.referral_date < now.day

    def fits_alone(self, patient: int, block: int) -> bool:
        """Whether the case fits in an empty block, with its slack and its surgeon's minutes."""
        if patient in self.locked:
            return True
        surgeon = self.surgeons[self.patients[patient].surgeon]
        fits = self.takes(patient, block) <= self.blocks[block].room_left
        return fits and self.minutes[patient] <= surgeon.daily_minutes

    @cached_property
    def open_blocks(self) -> tuple[tuple[int, ...], ...]:
        """Blocks that specialty and dates allow, for each patient."""
        blocks = range(len(self.blocks))
        return tuple(
            tuple(block for block in blocks if self.is_open_to(patient, block))
            for patient in range(len(self.patients))
        )

    @cached_property
    def candidates(self) -> tuple[tuple[int, ...], ...]:
        """Blocks in which each patient could be the only case."""
        return tuple(
            tuple(block for block in blocks if self.fits_alone(patient, block))
            for patient, blocks in enumerate(self.open_blocks)
        )

    @cached_property
    def clashes(self) -> tuple[frozenset[int], ...]:
        """For each block, the blocks of another room that overlap it in time."""
        found: defaultdict[int, set[int]] = defaultdict(set)
        for (one, first), (two, second) in combinations(enumerate(self.blocks), 2):
            rooms = {(b.session.unit, b.session.room) for b in (first, second)}
            if first.day == second.day and len(rooms) > 1 and _overlap(first, second):
                found[one].add(two)
                found[two].add(one)
        return tuple(frozenset(found[block]) for block in range(len(self.blocks)))

    @cached_property
    def must_be_done(self) -> tuple[bool, ...]:
        """Whether each patient has to be operated in these days."""
        return tuple(self.problem.must_be_done(row) for row in self.patients)

    def points(self, patient: int, block: int) -> int:
        """What placing this patient in this block is worth [points / 10000]."""
        row, weights = self.patients[patient], self.problem.weights
        allowed = max(1, (row.due_date - row.referral_date).days)
        waited = max(0, (self.problem.first_day - row.referral_date).days)
        share = min(MOST_WAIT_SHARE, waited / allowed)
        worth = weights.of(row.priority) * (1 + weights.waited_share * share)
        worth *= self.procedures[patient].mean_minutes
        delay = weights.earlier_day * self.blocks[block].day_index / self.problem.days
        must = weights.by_due_date if self.must_be_done[patient] else 0.0
        keep = weights.keep_place if self.published.get(patient) == block else 0.0
        return round(POINT * (worth * (1 - delay) + must + keep))

    @cached_property
    def pools(self) -> tuple[BedPool, ...]:
        """All ward beds, intensive care, each specialty that has its own, and each single ward."""
        ward, unit = beds_after(self.problem, self.procedures)
        share = self.problem.weights.target_share
        return (
            _pool(ward, self.problem.ward_free_beds, share),
            _pool(unit, self.problem.intensive_care_free_beds, share),
            *(_pool(self._of(ward, row), row.free, share) for row in self.problem.specialty_beds),
            *(self._priced(ward, row) for row in self.problem.wards),
        )

    def _priced(self, beds: Profiles, ward: WardBeds) -> BedPool:
        """A ward without a limit, with what it costs to find no bed there."""
        lines = tuple(self._ward_lines(ward, day) for day in range(len(ward.free[:PRICED_DAYS])))
        after = in_ward(shares(self.problem, ward, self.procedures), beds)
        rows = tuple(tuple(ceil(BED * part) for part in row) for row in after)
        limit = (sum(max(row, default=0) for row in rows),) * len(lines)
        return BedPool(rows, limit, limit, lines)

    def _ward_lines(self, ward: WardBeds, day: int) -> tuple[BedLine, ...]:
        """Nobody is called off on a day without operations: its beds have no price."""
        weekday = (self.problem.first_day.weekday() + day) % DAYS_PER_WEEK
        if all(session.weekday != weekday for session in self.problem.sessions):
            return NO_PRICE
        weight = self.problem.weights.bed_short
        return shortage_lines(ward.free[day], ward.spread[day], weight)

    def _of(self, after: Profiles, row: SpecialtyBeds) -> Profiles:
        """The beds of the patients of a specialty; the others take none of them."""
        own = (procedure.specialty == row.specialty for procedure in self.procedures)
        return tuple(beds if mine else () for beds, mine in zip(after, own, strict=True))

    @cached_property
    def peak_cost(self) -> int:
        """What one ten-thousandth of a bed above the target costs [points / 10000]."""
        return round(self.problem.weights.peak_bed * POINT / BED)

    def beds_of(self, pool: BedPool, patient: int, block: int) -> tuple[tuple[int, int], ...]:
        """Days and beds that this patient takes when placed in this block."""
        return pool.taken(patient, self.blocks[block].day_index)

    def beds_by_day(
        self, pool: BedPool, places: Iterable[tuple[int, int]]
    ) -> dict[int, list[tuple[tuple[int, int], int]]]:
        """For each day of the pool, the placements that take beds then, and how many."""
        days: dict[int, list[tuple[tuple[int, int], int]]] = {
            day: [] for day in range(len(pool.free))
        }
        for patient, block in places:
            for day, beds in self.beds_of(pool, patient, block):
                days[day].append(((patient, block), beds))
        return days

    def turnover(self, block: int) -> int:
        """Minutes between two cases of this block."""
        return self.blocks[block].session.turnover_minutes


def _overlap(first: Block, second: Block) -> bool:
    starts = max(first.session.start_minute, second.session.start_minute)
    return starts < min(first.end_minute, second.end_minute)


def _pool(
    after: tuple[tuple[float, ...], ...], free_beds: tuple[float, ...], target_share: float
) -> BedPool:
    free = tuple(floor(BED * max(beds, 0.0)) for beds in free_beds)
    rows = tuple(tuple(ceil(BED * beds - 1e-6) for beds in row) for row in after)
    return BedPool(rows, free, tuple(floor(target_share * beds) for beds in free))
