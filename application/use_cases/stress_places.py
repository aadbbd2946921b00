"""The model of a STRESS-DES sheet: patients, activities, places and ways, with their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from application.report.stress import Cell, StressItem
from hospital.base import DAYS_PER_WEEK
from hospital.errors import say

if TYPE_CHECKING:
    from hospital.gst import Gst
    from twin.laws import Law
    from twin.network import Choice, Network
    from twin.parameters import TwinParameters


def law_words(law: Law) -> str:
    """A law with its parameters, as the scenario files write it."""
    given = law.model_dump(exclude={"kind"})
    shown = ", ".join(
        f"{name} {value:.4g}" for name, value in given.items() if isinstance(value, int | float)
    )
    return f"{law.kind} ({shown})" if shown else law.kind


def diagram(network: Network) -> str:
    """The network as Mermaid: units with beds inside hospitals, ways of patients, roads."""
    return "\n".join(["flowchart LR", *_boxes(network), *_ways(network), *_roads(network)])


def _boxes(network: Network) -> Iterator[str]:
    for at, site in enumerate(network.sites):
        yield f"  subgraph S{at}[{site.code}]"
        for unit, row in enumerate(network.units):
            if network.site_of[unit] == at:
                yield f'    U{unit}["{row.unit} ({network.beds[unit]})"]'
        yield "  end"


def _ways(network: Network) -> Iterator[str]:
    for site in network.sites:
        for first in site.emergency:
            for choice in (site.intensive_care, site.ward):
                yield from _arrows(first, choice)
    for unit, care in enumerate(network.care):
        yield from _arrows(unit, care.onward if care.move_share else None)


def _arrows(origin: int, choice: Choice | None) -> Iterator[str]:
    for target in () if choice is None else choice.units:
        yield f"  U{origin} --> U{target}"


def _roads(network: Network) -> Iterator[str]:
    for (one, two), road in sorted(network.roads.items()):
        if one < two:
            yield f"  S{one} -. {60 * road.hours:.0f} min, {road.km:.0f} km .- S{two}"


def entities(parameters: TwinParameters) -> StressItem:
    """Who comes: visits, electives and other streams of each hospital, and who lies there."""
    present = len(parameters.census.inpatients) if parameters.census else 0
    rows = []
    for one in parameters.hospitals:
        planned = sum(sum(stream.per_weekday) for stream in one.electives) / DAYS_PER_WEEK
        visits = sum(one.hourly_visits) / DAYS_PER_WEEK
        rows.append((one.hospital, visits, planned, len(one.streams), len(one.people)))
    return StressItem(
        (
            say(
                "Patients, each known by hospital, stream, day and rank; the census of the first "
                "day has {present} of them.",
                present=present,
            ),
        ),
        (
            say("hospital"),
            say("visits per day"),
            say("electives per day"),
            say("other streams"),
            say("groups of province, sex and age"),
        ),
        tuple(rows),
    )


def activities(parameters: TwinParameters) -> StressItem:
    """Consultation and tests by triage level, stays by unit: laws with their parameters."""
    rows: list[tuple[Cell, ...]] = []
    for one in parameters.hospitals:
        for level in one.triage:
            place = f"{one.hospital}, {level.triage}"
            rows.append((say("consultation"), place, law_words(level.consult)))
            rows.append((say("tests"), place, law_words(level.tests)))
    rows += [(say("stay"), unit.unit, law_words(unit.stay)) for unit in parameters.units]
    return StressItem(
        (say("Times in hours; the second column is a hospital with its triage level, or a unit."),),
        (say("activity"), say("place"), say("law")),
        tuple(rows),
    )


def resources(gst: Gst, network: Network) -> StressItem:
    """Beds, cubicles and physicians of every unit."""
    rows = tuple(
        (unit.hospital, unit.unit, str(unit.kind), beds, unit.physicians)
        for unit, beds in zip(network.units, network.beds, strict=True)
    )
    return StressItem(
        (say("{beds} beds and cubicles in all.", beds=sum(network.beds)),),
        (say("hospital"), say("unit"), say("kind"), say("beds"), say("physicians")),
        rows,
    )


def queues(parameters: TwinParameters) -> StressItem:
    """Who goes first, and how long patients bear to wait."""
    rows = tuple(
        (one.hospital, level.triage, law_words(level.patience))
        for one in parameters.hospitals
        for level in one.triage
    )
    return StressItem(
        (
            say(
                "Cubicles and physicians: by triage level, then by arrival. Beds: patients who "
                "wait inside, then emergencies by triage level, then electives; by arrival among "
                "equals. Nobody is interrupted."
            ),
        ),
        (say("hospital"), say("triage"), say("patience before leaving [h]")),
        rows,
    )


def entry_and_exit(parameters: TwinParameters) -> StressItem:
    """Where patients come in and how they leave."""
    rows = tuple((unit.unit, unit.death_share, unit.move_share) for unit in parameters.units)
    limit = parameters.intensive_care_limit_hours
    limited = () if limit is None else (say("After {limit} hours he leaves the GST.", limit=limit),)
    return StressItem(
        (
            say(
                "In: emergency departments, planned admissions, patients already there. Out: home, "
                "death at the end of a stay, left unseen."
            ),
            say(
                "Who waits for intensive care is offered a linked hospital's after {after} hours.",
                after=parameters.transfer_after_hours,
            ),
            *limited,
        ),
        (say("unit"), say("share who die"), say("share who move on")),
        rows,
    )


def inputs(parameters: TwinParameters) -> StressItem:
    """What triage decides; laws stand under activities, beds under resources."""
    rows = tuple(
        (
            one.hospital,
            level.triage,
            level.share,
            level.admission_probability,
            level.intensive_care_probability,
        )
        for one in parameters.hospitals
        for level in one.triage
    )
    return StressItem(
        (say("Laws of time stand under 2.5.2, beds under 2.5.3, patience under 2.5.4."),),
        (
            say("hospital"),
            say("triage"),
            say("share of visits"),
            say("share admitted"),
            say("of them to intensive care"),
        ),
        rows,
    )
