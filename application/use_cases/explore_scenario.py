"""Many variants of one scenario on the same random numbers: what moves most, what is not beaten."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

import numpy as np
from pydantic import Field

from application.identity import run_identity
from application.store.frames import json_result
from application.store.runs import Run, find_run, load_result, save_run
from application.use_cases.access import needs
from application.use_cases.session import Session
from application.use_cases.simulate import TwinDesign, TwinRun, simulate
from governance.access import Action
from hospital.base import Frozen
from hospital.errors import GstError, say
from scenarios.exploration import Dial, Variant, front, grid, latin, one_at_a_time
from scenarios.language import Scenario, apply

KIND = "exploration"
COLUMNS = ("scenario", "difference", "low", "high")


class Method(StrEnum):
    """How the dials are turned."""

    GRID = "grid"
    LATIN = "latin"
    TORNADO = "tornado"


class ExplorationDesign(Frozen):
    """Which figures of the scenario are turned, how, and which indicators are watched.

    ``points`` are those of a Latin hypercube. Of each indicator the least is the best, but for
    those in ``highest``. ``place`` is a hospital, a unit or, empty, the whole GST.
    """

    dials: tuple[Dial, ...] = Field(min_length=1)
    indicators: tuple[str, ...] = Field(min_length=1)
    method: Method = Method.GRID
    points: int = Field(default=10, ge=1, le=1_000)
    place: str = ""
    highest: tuple[str, ...] = ()
    twin: TwinDesign = TwinDesign()


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator of a variant: its mean, and the paired difference from today with interval."""

    indicator: str
    mean: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Explored:
    """A variant: its dials, its figures, and whether no other variant beats it."""

    name: str
    values: dict[str, float]
    figures: tuple[Figure, ...]
    is_on_front: bool


@dataclass(frozen=True, slots=True)
class Exploration:
    """All variants in the order in which they were made; a tornado has two for each dial."""

    run: str
    design: ExplorationDesign
    variants: tuple[Explored, ...]

    def swings(self, indicator: str) -> tuple[tuple[str, Figure, Figure], ...]:
        """Of a tornado: each dial with the indicator at its two ends, the widest swing first."""
        at = self.design.indicators.index(indicator)
        pairs = zip(self.variants[::2], self.variants[1::2], strict=True)
        found = [(next(iter(low.values)), low.figures[at], high.figures[at]) for low, high in pairs]
        return tuple(sorted(found, key=lambda one: -abs(one[2].mean - one[1].mean)))


@needs(Action.SIMULATE)
def explore_scenario(
    session: Session, scenario: Scenario, design: ExplorationDesign
) -> Exploration:
    """Replays every variant; what was replayed before is read. Nothing waits for a decision.

    Raises:
        GstError: a dial or value that the scenario cannot have, a variant that the GST refuses, or
            an indicator that is not measured there.
    """
    variants = _variants(scenario, design)
    for one in variants:
        apply(session.gst, one.scenario)
    baseline = simulate(session, design.twin)
    inputs = {
        "design": design.model_dump(mode="json"),
        "definition": scenario.model_dump(mode="json"),
        "baseline": baseline.run,
    }
    run = run_identity(KIND, session.snapshot.snapshot, design.twin.seed, inputs)
    if find_run(session.database, run):
        return Exploration(run, design, _read(session, run))
    figures = [_figures(session, baseline, one, design) for one in variants]
    found = tuple(_marked(variants, figures, design))
    save_run(
        session.database,
        Run(run, KIND, session.snapshot.snapshot, design.twin.seed, inputs),
        [json_result(KIND, [asdict(one) for one in found])],
    )
    return Exploration(run, design, found)


def _variants(scenario: Scenario, design: ExplorationDesign) -> tuple[Variant, ...]:
    if design.method is Method.GRID:
        return grid(scenario, design.dials)
    if design.method is Method.LATIN:
        return latin(scenario, design.dials, design.points, design.twin.seed)
    return tuple(one for pair in one_at_a_time(scenario, design.dials) for one in pair)


def _figures(
    session: Session, baseline: TwinRun, variant: Variant, design: ExplorationDesign
) -> tuple[Figure, ...]:
    from scenarios.comparison import compare  # noqa: PLC0415 - loads SciPy

    changed = simulate(session, design.twin, variant.scenario)
    comparison = compare(variant.scenario.name, baseline.result, changed.result)
    found = []
    for indicator in design.indicators:
        try:
            row = comparison.row(indicator, design.place)
        except KeyError:
            raise GstError(
                "indicator_missing",
                say(
                    "{scenario} has no value of this indicator in some replications.",
                    scenario=variant.scenario.name,
                ),
            ) from None
        found.append(Figure(indicator, *(float(row[name]) for name in COLUMNS)))
    return tuple(found)


def _marked(
    variants: Sequence[Variant], figures: Sequence[tuple[Figure, ...]], design: ExplorationDesign
) -> Iterator[Explored]:
    signs = [-1.0 if name in design.highest else 1.0 for name in design.indicators]
    costs = np.array([[one.mean for one in row] for row in figures]) * signs
    for variant, row, is_best in zip(variants, figures, front(costs), strict=True):
        yield Explored(variant.scenario.name, dict(variant.values), row, bool(is_best))


def _read(session: Session, run: str) -> tuple[Explored, ...]:
    rows = json.loads(load_result(session.database, run, KIND))
    return tuple(
        Explored(
            row["name"],
            row["values"],
            tuple(Figure(**one) for one in row["figures"]),
            row["is_on_front"],
        )
        for row in rows
    )
