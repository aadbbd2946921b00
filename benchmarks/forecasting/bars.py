"""What a section of the benchmark hands back: a table, and the bars that its figures must keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Bar:
    """One thing that has to hold, with the figure measured; ``bar`` says it in words."""

    name: str
    value: float
    bar: str
    holds: bool


@dataclass(frozen=True)
class Section:
    """One topic: ours beside its peers, on the same origins."""

    title: str
    table: pd.DataFrame
    bars: list[Bar]


def at_most(name: str, value: float, most: float) -> Bar:
    """Holds up to ``most``, included."""
    return Bar(name, value, f"<= {most:g}", value <= most)


def at_least(name: str, value: float, least: float) -> Bar:
    """Holds from ``least`` on."""
    return Bar(name, value, f">= {least:g}", value >= least)


def between(name: str, value: float, least: float, most: float) -> Bar:
    """Holds from ``least`` to ``most``, both included."""
    return Bar(name, value, f"{least:g} to {most:g}", least <= value <= most)


def below(name: str, value: float, other: float) -> Bar:
    """Holds strictly below another measured figure."""
    return Bar(name, value, f"< {other:.4g}", value < other)
