"""What a replication in motion knows: the patient table as lists, places, and what has happened."""

from __future__ import annotations

from array import array
from math import nan

import numpy as np

from hospital.places import UnitKind
from twin.actors import Pool, Return, Transfer
from twin.calling_off import CalledOff
from twin.discharges import Delay
from twin.network import NOWHERE, Network
from twin.patients import PatientTable


class Later(dict[int, int]):
    """Units of a later leg, which few patients have: nowhere for the others."""

    def __missing__(self, patient: int) -> int:
        return NOWHERE


class FlowState:
    """Lists by patient, pools by unit.

    Milestones are nan where a patient has not come so far. ``starts`` and ``units`` have one
    list for the first leg, and what few patients have for each later one.
    """

    def __init__(self, network: Network, table: PatientTable) -> None:
        self.network = network
        self.table = table
        self._read_table(table)
        self._set_milestones(len(table))
        self._open_places(network)

    def _read_table(self, table: PatientTable) -> None:
        """Lists, because reading one number of an array costs more than the step it serves."""
        self._site: list[int] = table.site.tolist()
        self._emergency: list[int] = table.emergency.tolist()
        self._priority: list[int] = table.priority.tolist()
        self._consult: list[float] = table.consult.tolist()
        self._tests: list[float] = table.tests.tolist()
        self._clock: list[float] = table.clock.tolist()
        self._dies: list[int] = table.dies.tolist()
        self._first_unit: list[int] = table.units[:, 0].tolist()
        self._first_hours: list[float] = table.hours[:, 0].tolist()
        self.units: list[list[int] | Later] = [self._first_unit]
        self.hours: list[list[float] | dict[int, float]] = [self._first_hours]
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
        self.disposition = never * patients
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
        self.delays: list[Delay] = []
        self.called_off: list[CalledOff] = []
        self.due_again: set[int] = set()

    def _open_places(self, network: Network) -> None:
        self.pools = [
            Pool(at, network.site_of[at], network.beds[at]) for at in range(len(network.units))
        ]
        units = zip(self.pools, network.units, network.care, network.rules, strict=True)
        for pool, unit, care, rules in units:
            pool.is_intensive_care = unit.kind is UnitKind.INTENSIVE_CARE
            pool.waits_for_clock = care.waits_for_clock
            pool.leaves_late = care.waits_for_clock or (
                rules is not None and rules.discharge_delay is not None
            )
            pool.rules = rules
            if unit.kind is UnitKind.EMERGENCY:
                pool.physicians = Pool(pool.index, pool.site, unit.physicians)
        self._elsewhere = [
            tuple(self.pools[unit] for unit in site.other_intensive_care) for site in network.sites
        ]
