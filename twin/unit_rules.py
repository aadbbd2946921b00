"""What makes a unit more than beds and a queue, resolved to numbers for the flow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hospital.gst import Gst
from hospital.places import Unit, UnitKind
from twin.parameters import UnitParameters
from twin.place_rules import BedKind, CallingOff, DischargeDelay, SurgeBeds


@dataclass(frozen=True, slots=True)
class BedRules:
    """The rules of one unit; see ``UnitParameters``.

    ``layout`` has the beds of each kind where patients lie apart, and is empty where any bed
    will do. A unit that others send outliers to ``hosts_outliers``.
    """

    waits_outside: bool = False
    when_full: tuple[int, ...] = ()
    outliers_return: bool = False
    hosts_outliers: bool = False
    reserved_beds: int = 0
    cleaning_hours: float = 0.0
    layout: tuple[tuple[BedKind, int], ...] = ()
    isolation_share: float = 0.0
    moves_inside: bool = False
    surge: SurgeBeds | None = None
    calling_off: CallingOff | None = None
    discharge_delay: DischargeDelay | None = None


NO_RULES = BedRules()


def unit_rules(
    gst: Gst, units: Sequence[Unit], parameters: Sequence[UnitParameters]
) -> tuple[BedRules | None, ...]:
    """The rules of each unit, None for one that is only beds and a queue."""
    index = {unit.unit: at for at, unit in enumerate(units)}
    own = [
        NO_RULES if unit.kind is UnitKind.EMERGENCY else _rules(gst, one, index)
        for unit, one in zip(units, parameters, strict=True)
    ]
    hosts = {other for rules in own for other in rules.when_full}
    own = [replace(rules, hosts_outliers=at in hosts) for at, rules in enumerate(own)]
    return tuple(None if rules == NO_RULES else rules for rules in own)


def _rules(gst: Gst, parameters: UnitParameters, index: dict[str, int]) -> BedRules:
    layout = _layout(gst, parameters.unit) if parameters.separates_beds else ()
    return BedRules(
        waits_outside=parameters.waits_outside,
        when_full=tuple(index[other] for other in parameters.when_full if other in index),
        outliers_return=parameters.outliers_return,
        reserved_beds=parameters.reserved_beds,
        cleaning_hours=parameters.cleaning_hours,
        layout=layout,
        isolation_share=parameters.isolation_share if layout else 0.0,
        moves_inside=parameters.moves_inside and bool(layout),
        surge=parameters.surge,
        calling_off=parameters.calling_off,
        discharge_delay=parameters.discharge_delay,
    )


def _layout(gst: Gst, unit: str) -> tuple[tuple[BedKind, int], ...]:
    """Beds by kind in the order of the table; nothing where all are of one kind."""
    kinds = Counter(
        BedKind(sex=bed.sex, isolation=bed.isolation, paediatric=bed.paediatric)
        for bed in gst.beds
        if bed.unit == unit
    )
    return tuple(kinds.items()) if len(kinds) > 1 else ()
