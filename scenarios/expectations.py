"""Whether a scenario moved what it was expected to move, and left alone what it was to leave."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from scenarios.comparison import DIFFERENCE, HIGH, LOW, SHARE_EQUAL, Comparison
from scenarios.language import Expectation, Scenario


@dataclass(frozen=True, slots=True)
class Judged:
    """One expectation and the paired difference found, with its 95 % interval.

    ``holds``: the interval lies on the side expected, or every pair is exactly equal where nothing
    was to move. What was not measured has no difference and does not hold.
    """

    expectation: Expectation
    difference: float
    low: float
    high: float
    holds: bool


def judged(scenario: Scenario, comparison: Comparison) -> tuple[Judged, ...]:
    """Every expectation of a scenario against its comparison with the baseline."""
    return tuple(_judged(one, comparison) for one in scenario.expected)


def _judged(expected: Expectation, comparison: Comparison) -> Judged:
    try:
        row = comparison.row(expected.indicator, expected.place or "")
    except KeyError:
        return Judged(expected, nan, nan, nan, holds=False)
    found = {
        "up": bool(row[LOW] > 0),
        "down": bool(row[HIGH] < 0),
        "same": bool(row[SHARE_EQUAL] == 1),
    }
    return Judged(
        expected,
        difference=float(row[DIFFERENCE]),
        low=float(row[LOW]),
        high=float(row[HIGH]),
        holds=found[expected.direction],
    )
