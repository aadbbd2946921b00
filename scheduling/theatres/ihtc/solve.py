"""An IHTC-2024 instance to a plan, its cost and a proven bound, at any time.

First everybody in turn to the cheapest place; then two annealings of the whole plan side by side,
from one seed each, of which the better is kept; meanwhile days and theatres alone give the bound.
Same instance, seed and moves: same plan. A clock or a cancel keeps the best so far.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock
from time import perf_counter

import numpy as np

from hospital.errors import GstError, say
from hospital.streams import stream_key
from hospital.violation import Score
from scheduling.theatres.ihtc.annealing import Best, Cooling, anneal, best_of
from scheduling.theatres.ihtc.arrays import ABSENT, NOBODY, Case, Ints, case_of
from scheduling.theatres.ihtc.bound import lower_bound
from scheduling.theatres.ihtc.chance import Stream, stream_of
from scheduling.theatres.ihtc.first_plan import first_plan
from scheduling.theatres.ihtc.instance import SHIFTS_PER_DAY, Instance
from scheduling.theatres.ihtc.points import points_of
from scheduling.theatres.ihtc.score import score
from scheduling.theatres.ihtc.solution import Admission, Solution
from scheduling.theatres.ihtc.state import State

PERCENT = 100
AT_ONCE = 2  # annealings side by side, whatever the machine: the plan must not depend on its cores
HOT_SHARE = 0.2
"""First temperature over the points of an optional patient left out (theatre evidence, 1.4)."""
COLD_POINTS = 0.3
FORCING_SHARES = (2.0, 0.1)
FORCING_MOVES, MOST_FORCING = 10_000_000, 0.75
"""Where the first plan leaves mandatory patients out, coolings of so many moves between these
shares force them in before the main one, for three quarters of all moves at most: on i16 three in
eight succeed."""
MOVES_PER_CHUNK = 500_000
PROBE_MOVES = 1_000_000
CLOCK_SHARE, CLOCK_MARGIN_SECONDS = 0.93, 0.7
BOUND_WORK = 4.0
"""Deterministic seconds of CP-SAT: most bounds hardly rise beyond (theatre evidence, 1.3)."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to do: seed, and moves of each annealing, or as many as a clock is likely to allow.

    ``seconds`` by the clock; where ``moves`` is given too, the clock only stops what is late.
    """

    seed: int = 1
    moves: int | None = None
    seconds: float | None = 60.0


@dataclass(frozen=True, slots=True)
class Progress:
    """The least cost so far [points] and the share of the moves that is made."""

    cost: int
    share: float


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with its independent score, a bound no plan can pass, and what was spent."""

    solution: Solution
    score: Score
    bound: int
    first_cost: int
    moves: int
    seed: int
    is_whole: bool
    """Whether every move was made; a plan cut short by clock or cancel may not come again."""

    @property
    def gap_percent(self) -> float:
        """How far the cost may lie above the least possible [%]."""
        cost = self.score.cost
        return PERCENT * (cost - self.bound) / cost if cost else 0.0


def solve(
    instance: Instance,
    effort: Effort,
    watch: Callable[[Progress], None] = lambda _: None,
    cancel: Event | None = None,
) -> Planned:
    """The best plan found, told to ``watch`` as it improves; violations only where none was found.

    Raises:
        GstError: ``no_nurse_on_shift`` where nobody works on some shift.
    """
    started = perf_counter()
    case, rooms = case_of(instance), rooms_of_occupants(instance)
    _refuse_without_nurses(case, instance)
    state, _ = first_plan(case, rooms, effort.seed)
    first = points_of(case, state)
    moves = effort.moves or _moves_for(case, rooms, effort, started)
    rings = None if effort.seconds is None else started + effort.seconds - CLOCK_MARGIN_SECONDS
    search = _Search(case, moves, rings, cancel or Event(), watch)
    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        runs = [pool.submit(search.run, rooms, effort.seed, at) for at in range(AT_ONCE)]
        bound = pool.submit(lower_bound, case, BOUND_WORK, effort.seed)
        best = min((run.result() for run in runs), key=lambda found: int(found.points[1]))
        solution = solution_of(instance, case, best)
        judged = score(instance, solution)
        least = min(bound.result(), judged.cost) if not judged.violations else bound.result()
    return Planned(solution, judged, least, first, moves, effort.seed, search.is_whole)


@dataclass
class _Walk:
    """Where one annealing is: the plan, the best that it saw, its stream and the moves made."""

    state: State
    best: Best
    stream: Stream
    made: int = 0


@dataclass
class _Search:
    """What the annealings share: the clock, who watches, and how far each has come."""

    case: Case
    moves: int
    rings: float | None
    cancel: Event
    watch: Callable[[Progress], None]
    is_whole: bool = True
    _least: int = 1 << 60
    _lock: Lock = field(default_factory=Lock)

    def run(self, rooms: Ints, seed: int, at: int) -> Best:
        """One annealing from its own first plan; the best plan that it saw."""
        case, own = self.case, stream_key(seed, "annealing", replication=at)
        state, _ = first_plan(case, rooms, own)
        walk = _Walk(state, best_of(state, points_of(case, state)), stream_of(own))
        part = max(1, min(FORCING_MOVES, int(MOST_FORCING * self.moves)))
        points = max(1.0, float(case.weights[ABSENT]))
        forcing = Cooling(FORCING_SHARES[0] * points, FORCING_SHARES[1] * points, part)
        while self._lacks_mandatory(walk.best) and walk.made + part <= MOST_FORCING * self.moves:
            self._cool(walk, forcing)
            if self._is_stopped():
                return walk.best
        self._cool(walk, cooling_of(case, max(1, self.moves - walk.made)))
        return walk.best

    def _cool(self, walk: _Walk, cooling: Cooling) -> None:
        """One whole cooling, as far as cancel allows; the faster the later it is by the clock."""
        began, start = perf_counter(), 0
        while start < cooling.moves:
            if self._is_stopped():
                return
            end = min(cooling.moves, start + MOVES_PER_CHUNK)
            anneal(self.case, walk.state, walk.best, walk.stream, cooling, (start, end))
            walk.made += end - start
            start = max(end, self._due(cooling, began))
            self.is_whole &= start == end
            self._tell(int(walk.best.points[1]), walk.made / self.moves)

    def _due(self, cooling: Cooling, began: float) -> int:
        """The move at which a cooling that began then has to be, so as to end before the clock.

        A machine that others use too is slower than it was at first: to stop there while it is
        hot would leave a bad plan, so what lacks is left out evenly.
        """
        if self.rings is None:
            return 0
        gone, allowed = perf_counter() - began, max(self.rings - began, CLOCK_MARGIN_SECONDS)
        due = min(int(cooling.moves * gone / allowed), cooling.moves - 1)
        if due > 0:
            due -= due % MOVES_PER_CHUNK
        return due

    def _lacks_mandatory(self, best: Best) -> bool:
        case = self.case
        return bool((case.mandatory & (best.day[: case.patients] == NOBODY)).any())

    def _is_stopped(self) -> bool:
        late = self.rings is not None and perf_counter() >= self.rings
        if late or self.cancel.is_set():
            self.is_whole = False
            return True
        return False

    def _tell(self, cost: int, share: float) -> None:
        with self._lock:
            self._least = min(self._least, cost)
            self.watch(Progress(self._least, share))


def cooling_of(case: Case, moves: int) -> Cooling:
    """From a share of an optional patient's points to less than the smallest change."""
    return Cooling(max(1.0, HOT_SHARE * float(case.weights[ABSENT])), COLD_POINTS, moves)


def _moves_for(case: Case, rooms: Ints, effort: Effort, started: float) -> int:
    """Moves that the seconds are likely to allow, from a short cooling of the same instance."""
    if effort.seconds is None:
        raise ValueError("an effort has moves or seconds")
    search = _Search(case, PROBE_MOVES, None, Event(), lambda _: None)
    search.run(rooms, effort.seed, 0)  # loads the kernels
    before = perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda at: search.run(rooms, effort.seed, at), range(AT_ONCE)))
    each = (perf_counter() - before) / PROBE_MOVES
    left = effort.seconds - CLOCK_MARGIN_SECONDS - (perf_counter() - started)
    chunks = int(CLOCK_SHARE * left / each / MOVES_PER_CHUNK)
    return max(1, chunks) * MOVES_PER_CHUNK


def rooms_of_occupants(instance: Instance) -> Ints:
    """The number of the room of each occupant (occupants,)."""
    number = {row.id: at for at, row in enumerate(instance.rooms)}
    return np.array([number[row.room_id] for row in instance.occupants], np.int32)


def _refuse_without_nurses(case: Case, instance: Instance) -> None:
    empty = np.flatnonzero(case.on_duty_count == 0)
    if len(empty):
        day, shift = divmod(int(empty[0]), SHIFTS_PER_DAY)
        raise GstError(
            "no_nurse_on_shift",
            say(
                "No nurse works on day {day}, shift {shift}, so that no room can be nursed then.",
                day=day,
                shift=instance.shift_types[shift],
            ),
        )


def solution_of(instance: Instance, case: Case, plan: Best | State) -> Solution:
    """A plan in the words of the competition; only rooms with people in them have nurses."""
    present = [at for at in range(case.patients) if plan.day[at] != NOBODY]
    rooms, theatres = instance.rooms, instance.operating_theaters
    admissions = {
        instance.patients[at].id: Admission(
            int(plan.day[at]), rooms[plan.room[at]].id, theatres[plan.theatre[at]].id
        )
        for at in present
    }
    occupied = set()
    for at in (*present, *range(case.patients, len(case.stay))):
        first = int(plan.day[at])
        for day in range(first, min(case.days, first + int(case.stay[at]))):
            occupied.add((int(plan.room[at]), day))
    nurses = {
        (rooms[room].id, shift): (instance.nurses[plan.nurse[room, shift]].id,)
        for room, day in sorted(occupied)
        for shift in range(SHIFTS_PER_DAY * day, SHIFTS_PER_DAY * (day + 1))
    }
    return Solution(admissions, nurses)
