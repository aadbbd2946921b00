"""Which bed a patient lay in: the flow counts places, and numbers are given to them afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise

import numpy as np
import pandas as pd

from twin.event_log import Milestones
from twin.laws import Floats
from twin.network import Ints, Network


@dataclass(frozen=True, slots=True)
class Occupations:
    """Every place ever held, by patient and time; ``until`` is nan while it is held.

    ``number`` counts the places of a unit from 1; a number above its beds is a place beyond them.
    """

    patient: Ints
    unit: Ints
    number: Ints
    since: Floats
    until: Floats

    def rank(self) -> Ints:
        """The rank of each among the places of its patient, from 0."""
        return np.arange(self.patient.size) - np.searchsorted(self.patient, self.patient)

    def rank_at(self, who: Ints, hours: Floats) -> Ints:
        """The rank of the last place that each patient had taken by then; -1 before the first."""
        mine = pd.DataFrame({"who": self.patient, "at": self.since, "rank": self.rank()})
        asked = pd.DataFrame({"who": who, "at": hours, "row": np.arange(who.size)})
        found = pd.merge_asof(
            asked.sort_values("at"), mine.sort_values("at", kind="stable"), on="at", by="who"
        )
        return found.set_index("row")["rank"].sort_index().fillna(-1).to_numpy(dtype=np.int64)


def numbered_occupations(milestones: Milestones, network: Network) -> Occupations:
    """The places that patients held, each with its number. Times are in hours of the run.

    A bed that is cleaned keeps its number meanwhile, unless patients change places.
    """
    patient, unit, since, until = milestones.occupations()
    order = np.lexsort((until, since, patient))
    since, until = since[order], until[order]
    cleaning = [0.0 if rules is None else rules.cleaning_hours for rules in network.rules]
    number = numbers_of(unit[order], (since, until), network.beds, cleaning)
    return Occupations(patient[order], unit[order], number, since, until)


def numbers_of(
    unit: Ints,
    period: tuple[Floats, Floats],
    places: Sequence[int],
    cleaning_hours: Sequence[float] | None = None,
) -> Ints:
    """The number of the place (from 1) that each occupation had in its unit.

    The lowest free number first, as intervals on a line are coloured: never two at once on one
    number, and no number above ``places`` unless more are held at once. Occupations include their
    start and not their end, which is nan while they last.
    """
    since, until = period
    number = np.zeros(unit.size, dtype=np.int64)
    order = np.lexsort((np.arange(unit.size), until, since, unit))
    bounds = np.searchsorted(unit[order], np.arange(len(places) + 1))
    for at, (first, last) in enumerate(pairwise(bounds.tolist())):
        here = order[first:last]
        desk = _Desk(places[at], 0.0 if cleaning_hours is None else cleaning_hours[at])
        times = zip(since[here].tolist(), until[here].tolist(), strict=True)
        number[here] = [desk.place(start, end) for start, end in times]
    return number


class _Desk:
    """Gives out the numbers of one unit, in the order in which places are taken."""

    def __init__(self, beds: int, cleaning_hours: float) -> None:
        self.free = list(range(1, beds + 1))
        self.opened = beds
        self.cleaning_hours = cleaning_hours
        self.held: list[tuple[float, int]] = []
        self.cleaned: list[tuple[float, int]] = []

    def place(self, since: float, until: float) -> int:
        """The number for a patient who comes now; ``until`` is nan for one who stays."""
        while self.held and self.held[0][0] <= since:
            left, number = heappop(self.held)
            heappush(self.cleaned, (left + self.cleaning_hours, number))
        while self.cleaned and self.cleaned[0][0] <= since:
            heappush(self.free, heappop(self.cleaned)[1])
        number = self._take()
        if until == until:  # noqa: PLR0124 - not nan: the place will be given back
            heappush(self.held, (until, number))
        return number

    def _take(self) -> int:
        """Patients who change places do so at once, cleaned or not; others find a free number."""
        if self.free:
            return heappop(self.free)
        if self.cleaned:
            return heappop(self.cleaned)[1]
        self.opened += 1
        return self.opened
