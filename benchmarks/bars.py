"""What a benchmark has to reach: bars with the figure measured, and the verdict on them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One thing that has to hold, with the figure measured; ``bar`` says it in words."""

    name: str
    value: float
    bar: str
    holds: bool


def at_most(name: str, value: float, most: float) -> Bar:
    """Holds up to ``most``, included."""
    return Bar(name, _shown(value), f"<= {most:g}", bool(value <= most))


def at_least(name: str, value: float, least: float) -> Bar:
    """Holds from ``least`` on."""
    return Bar(name, _shown(value), f">= {least:g}", bool(value >= least))


def between(name: str, value: float, least: float, most: float) -> Bar:
    """Holds from ``least`` to ``most``, both included."""
    return Bar(name, _shown(value), f"{least:g} to {most:g}", bool(least <= value <= most))


def below(name: str, value: float, other: float) -> Bar:
    """Holds strictly below another measured figure."""
    return Bar(name, _shown(value), f"< {other:.4g}", bool(value < other))


def _shown(value: float) -> float:
    """Five digits: judged whole, kept short."""
    return float(f"{value:.5g}")


def verdict(bar: Bar) -> str:
    """One line that says whether a bar holds."""
    return f"{'holds' if bar.holds else 'FALLS SHORT'}: {bar.name} {bar.value:.4g}, bar {bar.bar}"


def conclude(bars: Sequence[Bar]) -> None:
    """Print the verdicts; the exit status is 1 where a bar falls short."""
    print("", *map(verdict, bars), sep="\n")
    sys.exit(not all(bar.holds for bar in bars))
