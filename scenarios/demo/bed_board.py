"""Gives beds to episodes in the order of events, so that no bed is ever taken twice.

Clock unit: the minute since the start of the warm-up. Whoever has to move on keeps the bed
until the next unit has one; whoever comes from outside waits, is put in a unit of the same
specialty, is sent to another hospital, or is refused when nobody has a bed.
"""

from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush

from scenarios.demo.care_map import CareMap
from scenarios.demo.episodes import LEGS, NO_UNIT, Episodes
from scenarios.demo.flows import MINUTES_PER_DAY

ANY_BED = 0
NO_BED = -1
STILL_THERE = -1
FROM_OUTSIDE = -1
STAY_BITS = 24
BEDS_PER_QUEUE_PLACE = 4
"""A unit lets one patient wait outside for each so many beds; then it sends them elsewhere."""
SHORTEST_LAST_DAY_MINUTES = 120


@dataclass(slots=True)
class StayLog:
    """Stays in the order in which they began; ``end`` is −1 for those still present."""

    episode: list[int] = field(default_factory=list)
    leg: list[int] = field(default_factory=list)
    bed: list[int] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    refused: int = 0


class BedBoard:
    """The free beds, the queues and the stays of the whole GST."""

    def __init__(self, care: CareMap, episodes: Episodes) -> None:
        self._units = episodes.leg_unit.tolist()
        self._minutes = episodes.leg_minutes.tolist()
        self._arrivals = episodes.arrival_minute.tolist()
        self._home_minute = episodes.discharge_minute.tolist()
        self._dies = episodes.dies.tolist()
        self._wanted = [1 if female else 2 for female in episodes.is_female.tolist()]
        self._bed_unit = care.bed_unit.tolist()
        self._bed_sex = care.bed_sex.tolist()
        self._siblings = care.siblings
        self._elsewhere = care.elsewhere
        self._limits = [1 + beds // BEDS_PER_QUEUE_PLACE for beds in care.unit_beds.tolist()]
        self._queues: list[deque[tuple[int, int, int]]] = [deque() for _ in care.units]
        self._free: list[list[list[int]]] = [[[], [], []] for _ in care.units]
        for bed in reversed(range(len(self._bed_unit))):
            self._free[self._bed_unit[bed]][self._bed_sex[bed]].append(bed)
        self._events: list[int] = []
        self.log = StayLog()

    def run(self, until_minute: int) -> StayLog:
        """Plays every arrival and every departure before this minute."""
        for episode, minute in enumerate(self._arrivals):
            if minute >= until_minute:
                break
            self._depart_until(minute)
            self._arrive(episode, minute)
        self._depart_until(until_minute - 1)
        return self.log

    def _arrive(self, episode: int, minute: int) -> None:
        unit = self._units[episode][0]
        for candidate in (unit, *self._siblings[unit]):
            bed = self._take(candidate, episode)
            if bed != NO_BED:
                self._open(episode, 0, bed, minute)
                return
        if len(self._queues[unit]) < self._limits[unit]:
            self._queues[unit].append((episode, 0, FROM_OUTSIDE))
        else:
            self._send_elsewhere(episode, unit, minute)

    def _send_elsewhere(self, episode: int, unit: int, minute: int) -> None:
        for candidate in self._elsewhere[unit]:
            bed = self._take(candidate, episode)
            if bed != NO_BED:
                self._open(episode, 0, bed, minute)
                return
        self.log.refused += 1

    def _take(self, unit: int, episode: int) -> int:
        """A free bed for this patient's sex, one for anybody otherwise, or ``NO_BED``."""
        free = self._free[unit]
        own = free[self._wanted[episode]]
        if own:
            return own.pop()
        return free[ANY_BED].pop() if free[ANY_BED] else NO_BED

    def _open(self, episode: int, leg: int, bed: int, minute: int) -> None:
        log = self.log
        stay = len(log.episode)
        log.episode.append(episode)
        log.leg.append(leg)
        log.bed.append(bed)
        log.start.append(minute)
        log.end.append(STILL_THERE)
        ends = minute + self._minutes[episode][leg]
        if self._is_last(episode, leg) and not self._dies[episode]:
            ends = self._at_discharge_time(episode, minute, ends)
        heappush(self._events, ends << STAY_BITS | stay)

    def _is_last(self, episode: int, leg: int) -> bool:
        return leg == LEGS - 1 or self._units[episode][leg + 1] == NO_UNIT

    def _at_discharge_time(self, episode: int, start: int, ends: int) -> int:
        """Patients go home in the daytime of the day on which they are well."""
        daytime = ends - ends % MINUTES_PER_DAY + self._home_minute[episode]
        return daytime if daytime - start >= SHORTEST_LAST_DAY_MINUTES else ends

    def _depart_until(self, minute: int) -> None:
        events, limit = self._events, (minute + 1) << STAY_BITS
        while events and events[0] < limit:
            event = heappop(events)
            self._depart(event & ((1 << STAY_BITS) - 1), event >> STAY_BITS)

    def _depart(self, stay: int, minute: int) -> None:
        episode, leg = self.log.episode[stay], self.log.leg[stay]
        if self._is_last(episode, leg):
            self._close(stay, minute)
            return
        unit = self._units[episode][leg + 1]
        bed = self._take(unit, episode)
        if bed == NO_BED:
            self._queues[unit].appendleft((episode, leg + 1, stay))
            return
        self._open(episode, leg + 1, bed, minute)
        self._close(stay, minute)

    def _close(self, stay: int, minute: int) -> None:
        self.log.end[stay] = minute
        self._release(self.log.bed[stay], minute)

    def _release(self, bed: int, minute: int) -> None:
        """The first who waits and may lie in this bed gets it."""
        unit, sex = self._bed_unit[bed], self._bed_sex[bed]
        queue = self._queues[unit]
        for place, (episode, leg, held_stay) in enumerate(queue):
            if sex in (ANY_BED, self._wanted[episode]):
                del queue[place]
                self._open(episode, leg, bed, minute)
                if held_stay != FROM_OUTSIDE:
                    self._close(held_stay, minute)
                return
        self._free[unit][sex].append(bed)
