"""Many variants of one scenario: grids, Latin hypercubes, one dial at a time; what none beats.

A dial is a figure of a scenario with the values between which it is turned. Latin hypercube:
McKay, Beckman and Conover 1979, Technometrics 21(2):239-245. A variant is on the front where no
other is at least as good in everything and better in something (Pareto 1906).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field, ValidationError, model_validator

from hospital.base import Frozen
from hospital.errors import GstError, say
from scenarios.language import Scenario

MOST_VARIANTS = 1_000
Values = Mapping[str, float]


class Dial(Frozen):
    """A figure of a scenario, such as ``changes.0.beds``, and between which values it is turned.

    On a grid it takes ``steps`` values, both ends included.
    """

    path: str = Field(pattern=r"^changes\.\d+(\.[a-z_0-9]+)+$")
    low: float = Field(allow_inf_nan=False)
    high: float = Field(allow_inf_nan=False)
    steps: int = Field(default=3, ge=2, le=100)

    @model_validator(mode="after")
    def _turns(self) -> Dial:
        if not self.low < self.high:
            raise ValueError(f"low ({self.low}) must lie below high ({self.high})")
        return self

    def values(self) -> tuple[float, ...]:
        """The values of a grid, equally far apart."""
        return tuple(np.linspace(self.low, self.high, self.steps).tolist())


@dataclass(frozen=True, slots=True)
class Variant:
    """A scenario with its dials at these values."""

    values: Values
    scenario: Scenario


def grid(scenario: Scenario, dials: Sequence[Dial]) -> tuple[Variant, ...]:
    """Every combination of the dials' values.

    Raises:
        GstError: ``no_such_dial``, ``value_out_of_place``, ``too_many_variants``.
    """
    count = int(np.prod([dial.steps for dial in dials]))
    _refuse_too_many(count)
    points = product(*(dial.values() for dial in dials))
    return _variants(scenario, dials, points)


def latin(
    scenario: Scenario, dials: Sequence[Dial], count: int, seed: int = 1
) -> tuple[Variant, ...]:
    """So many points of a Latin hypercube: each dial has one value in each of ``count`` slices.

    Raises:
        GstError: ``no_such_dial``, ``value_out_of_place``, ``too_many_variants``.
    """
    from scipy.stats import qmc  # noqa: PLC0415 - SciPy takes a moment

    _refuse_too_many(count)
    rng = np.random.default_rng([seed, len(dials), count])
    unit = qmc.LatinHypercube(len(dials), rng=rng).random(count)
    low, high = ([getattr(dial, end) for dial in dials] for end in ("low", "high"))
    return _variants(scenario, dials, qmc.scale(unit, low, high).tolist())


def one_at_a_time(scenario: Scenario, dials: Sequence[Dial]) -> tuple[tuple[Variant, Variant], ...]:
    """For each dial its low and its high end, the others as the scenario has them: a tornado.

    Raises:
        GstError: ``no_such_dial``, ``value_out_of_place``.
    """
    return tuple(
        (
            _variant(scenario, {dial.path: dial.low}, 2 * at + 1),
            _variant(scenario, {dial.path: dial.high}, 2 * at + 2),
        )
        for at, dial in enumerate(dials)
    )


def with_values(scenario: Scenario, values: Values) -> Scenario:
    """The scenario with its dials at these values; a whole number stays one.

    Raises:
        GstError: ``no_such_dial`` names the figures that there are, ``value_out_of_place`` what the
            language says of the value.
    """
    stated = scenario.model_dump(mode="json")
    for path, value in values.items():
        place, name = _place_of(stated, path)
        known = place[name]
        place[name] = round(value) if isinstance(known, int) else value
    try:
        return Scenario.model_validate(stated)
    except ValidationError as error:
        first = error.errors()[0]
        raise GstError(
            "value_out_of_place",
            say(
                "{values}: {reason}. Turn the dial between other values.",
                values=", ".join(f"{path} = {value:g}" for path, value in values.items()),
                reason=first["msg"],
            ),
        ) from error


def front(costs: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which rows no other row beats; of every column the least is the best, shape (variants,)."""
    found = np.ones(len(costs), dtype=np.bool_)
    for at, row in enumerate(costs):
        beaten = (costs <= row).all(axis=1) & (costs < row).any(axis=1)
        found[at] = not beaten.any()
    return found


def _place_of(stated: dict[str, Any], path: str) -> tuple[Any, str]:
    """The mapping that holds a figure, and its name there."""
    _, at, *names = path.split(".")
    changes = stated["changes"]
    place: Any = changes[int(at)] if int(at) < len(changes) else {}
    for name in names[:-1]:
        place = place.get(name) if isinstance(place, dict) else None
    held = place.get(names[-1]) if isinstance(place, dict) else None
    if isinstance(held, bool) or not isinstance(held, int | float):
        raise GstError(
            "no_such_dial",
            say(
                "{path} is no figure of the scenario; it has: {known}.",
                path=path,
                known=", ".join(_figures(stated)) or "-",
            ),
        )
    return place, names[-1]


def _figures(stated: dict[str, Any]) -> Iterator[str]:
    for at, change in enumerate(stated["changes"]):
        for name, value in change.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                yield f"changes.{at}.{name}"


def _variants(scenario: Scenario, dials: Sequence[Dial], points: Any) -> tuple[Variant, ...]:
    paths = [dial.path for dial in dials]
    return tuple(
        _variant(scenario, dict(zip(paths, point, strict=True)), number)
        for number, point in enumerate(points, start=1)
    )


def _variant(scenario: Scenario, values: Values, number: int) -> Variant:
    changed = with_values(scenario, values)
    return Variant(values, changed.but(name=f"{scenario.name[:50]}.{number:03d}"))


def _refuse_too_many(count: int) -> None:
    if not 1 <= count <= MOST_VARIANTS:
        raise GstError(
            "too_many_variants",
            say("{count} variants; ask for 1 to {most}.", count=count, most=MOST_VARIANTS),
        )
