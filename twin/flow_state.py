"""What a replication in motion knows: the patient table as lists, places, and what has happened."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import chain
from math import nan

import numpy as np

from hospital.places import UnitKind
from twin.actors import Patient, Pool, Return, Transfer
from twin.calling_off import CalledOff
from twin.discharges import Delay
from twin.network import NOWHERE, Ints, Network
from twin.patients import PatientTable

ARRIVALS_AT_ONCE = 1024


class Later(dict[int, int]):
    """Units of a later leg, which few patients have: nowhere for the others."""

    def __missing__(self, patient: int) -> int:
        return NOWHERE


def rows_in_order(table: PatientTable) -> Ints:
    """Rows of those who come during the run, first come first."""
    order = np.argsort(table.arrive, kind="stable")
    return order[~table.present[order]]


def coming(table: PatientTable, rows: Ints) -> Iterator[Patient]:
    """The patients of these rows.

    A block at a time: numbers of Python take five times the memory of those of a column.
    """
    columns = (table.site, table.arrive, table.consult, table.tests)
    blocks = (
        rows[start : start + ARRIVALS_AT_ONCE] for start in range(0, rows.size, ARRIVALS_AT_ONCE)
    )
    return chain.from_iterable(
        map(Patient, block.tolist(), *(column[block].tolist() for column in columns))
        for block in blocks
    )


class FlowState:
    """Columns by patient, pools by unit.

    Milestones are nan where a patient has not come so far. ``cubicle`` is known only of patients
    who waited there for a physician, the others enter it as the physician comes. ``starts``,
    ``units`` and ``hours`` have one column for the first leg, and what few patients have for
    each later one. Slots, because Python finds them sooner than entries of a large object.
    """

    __slots__ = (
        "_clock",
        "_dies",
        "_elsewhere",
        "_emergency",
        "_first_hours",
        "_first_start",
        "_first_unit",
        "_legs",
        "_patience",
        "_priority",
        "called_off",
        "census_hours",
        "cubicle",
        "delays",
        "died",
        "due_again",
        "hours",
        "left_early",
        "left_unseen",
        "network",
        "out",
        "physician",
        "pools",
        "refused",
        "replanned",
        "returns",
        "starts",
        "table",
        "transfers",
        "units",
    )

    def __init__(self, network: Network, table: PatientTable) -> None:
        self.network = network
        self.table = table
        self._read_table(table)
        self._set_milestones(len(table))
        self._open_places(network)

    def _read_table(self, table: PatientTable) -> None:
        """Not as numpy columns: reading one number of those costs more than the step it serves.

        Lists for what each arrival asks, arrays (an eighth to a half of the memory) for the rest.
        """
        self._emergency: list[int] = table.emergency.tolist()
        self._first_unit: list[int] = table.units[:, 0].tolist()
        self._priority = array("h", table.priority.astype(np.int16).tobytes())
        self._patience = array("d", table.patience.tobytes())
        self._clock = array("d", table.clock.tobytes())
        self._dies = array("b", table.dies.astype(np.int8).tobytes())
        self._first_hours = array("d", table.hours[:, 0].tobytes())
        self.units: list[list[int] | Later] = [self._first_unit]
        self.hours: list[array[float] | dict[int, float]] = [self._first_hours]
        for leg in range(1, table.units.shape[1]):
            rows = np.flatnonzero(table.units[:, leg] >= 0)
            known = rows.tolist()
            self.units.append(Later(zip(known, table.units[rows, leg].tolist(), strict=True)))
            self.hours.append(dict(zip(known, table.hours[rows, leg].tolist(), strict=True)))
        self._legs = len(self.units)

    def _set_milestones(self, patients: int) -> None:
        never = array("d", [nan])
        self.cubicle = never * patients
        self.physician = never * patients
        self._first_start = never * patients
        self.starts: list[array[float] | dict[int, float]] = [self._first_start]
        self.starts += [{} for _ in range(1, self._legs)]
        self.out = never * patients
        self.left_unseen: list[int] = []
        self.refused: list[int] = []
        self.died: list[int] = []
        self.transfers: list[Transfer] = []
        self.returns: list[Return] = []
        self.replanned: set[int] = set()
        self.left_early: list[tuple[int, int, float]] = []
        self.census_hours = 0.0
        self.delays: list[Delay] = []
        self.called_off: list[CalledOff] = []
        self.due_again: set[int] = set()

    def _open_places(self, network: Network) -> None:
        self.pools = [
            Pool(at, network.site_of[at], network.beds[at]) for at in range(len(network.units))
        ]
        has_rules = network.territory is not None or any(network.rules)
        is_plain = not has_rules and self.table.returns is None
        units = zip(self.pools, network.units, network.care, network.rules, strict=True)
        for pool, unit, care, rules in units:
            pool.seeks_elsewhere = unit.kind is UnitKind.INTENSIVE_CARE
            pool.waits_for_clock = care.waits_for_clock
            pool.leaves_late = care.waits_for_clock or (
                rules is not None and rules.discharge_delay is not None
            )
            pool.rules = rules
            pool.lets_go = is_plain and not pool.seeks_elsewhere
            if unit.kind is UnitKind.EMERGENCY:
                pool.physicians = Pool(pool.index, pool.site, unit.physicians)
        self._elsewhere = [
            tuple(self.pools[unit] for unit in site.other_intensive_care) for site in network.sites
        ]

    def reserved_places(self) -> list[int]:
        """The unit of every place that is taken for a patient who is not there yet."""
        return []

    def under_way(self) -> int:
        """Patients who have come and are in no place and no queue [patients]."""
        return 0
