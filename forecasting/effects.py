"""What every effect of a what-if states: its name, and which series it touches."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from hospital.base import Frozen
from hospital.errors import Sentence, say
from hospital.forecast import SeriesKind
from hospital.places import Code

if TYPE_CHECKING:
    from hospital.forecast import SeriesKey

PART_PREFIX = "what-if "
"""Begins the name of the component that an effect adds to a forecast."""


class Effect(Frozen):
    """One assumption about what is to come. ``together`` says what must hold between its fields."""

    together: ClassVar[Sentence] = say("values that fit together")

    name: str = Field(min_length=1, max_length=60)
    """What people call it."""
    counts: tuple[SeriesKind, ...] = Field(default=(SeriesKind.VISITS,), min_length=1)
    """Which counts it touches; visits if nothing is said."""
    hospital: Code | None = None
    """The one hospital that it touches; all if none is named."""

    @property
    def part(self) -> str:
        """The name of its component in a forecast."""
        return f"{PART_PREFIX}{self.name}"

    def touches(self, key: SeriesKey) -> bool:
        """Whether it says something of a series: of a hospital, not of one of its services.

        Totals follow their hospitals.
        """
        is_of_it = key.kind in self.counts and self.hospital in (None, key.hospital)
        return is_of_it and not key.is_total and key.level is None
