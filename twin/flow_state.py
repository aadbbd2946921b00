"""What a replication in motion knows: the patient table as lists, places, and what has happened."""

from __future__ import annotations

from math import nan

from hospital.places import UnitKind
from twin.actors import Pool, Return, Transfer
from twin.network import Network
from twin.patients import PatientTable


class FlowState:
    """Lists by patient, pools by unit.

    Milestones are nan where a patient has not come so far; ``starts`` has one list for each leg.
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
        self._arrive: list[float] = table.arrive.tolist()
        self._emergency: list[int] = table.emergency.tolist()
        self._priority: list[int] = table.priority.tolist()
        self._patience: list[float] = table.patience.tolist()
        self._consult: list[float] = table.consult.tolist()
        self._tests: list[float] = table.tests.tolist()
        self._clock: list[float] = table.clock.tolist()
        self._dies: list[int] = table.dies.tolist()
        self._elective: list[bool] = table.elective.tolist()
        self.units: list[list[int]] = [column.tolist() for column in table.units.T]
        self._hours: list[list[float]] = [column.tolist() for column in table.hours.T]
        self._legs = len(self.units)

    def _set_milestones(self, patients: int) -> None:
        self.cubicle = [nan] * patients
        self.physician = [nan] * patients
        self.disposition = [nan] * patients
        self.starts = [[nan] * patients for _ in range(self._legs)]
        self.out = [nan] * patients
        self.left_unseen: list[int] = []
        self.refused: list[int] = []
        self.died: list[int] = []
        self.transfers: list[Transfer] = []
        self.returns: list[Return] = []
        self.left_early: list[tuple[int, int, float]] = []

    def _open_places(self, network: Network) -> None:
        self.pools = [
            Pool(at, network.site_of[at], network.beds[at]) for at in range(len(network.units))
        ]
        for pool, unit, care in zip(self.pools, network.units, network.care, strict=True):
            pool.is_intensive_care = unit.kind is UnitKind.INTENSIVE_CARE
            pool.waits_for_clock = care.waits_for_clock
            pool.rules = care.rules
            if unit.kind is UnitKind.EMERGENCY:
                pool.physicians = Pool(pool.index, pool.site, unit.physicians)
        self._elsewhere = [
            tuple(self.pools[unit] for unit in site.other_intensive_care) for site in network.sites
        ]
