"""What a roster problem may add to the weekly table and the hospital's rules.

Needs of single days, a contract's own figures, shifts that must not follow each other, and who
works with whom.
"""

from datetime import date

from pydantic import Field, model_validator

from hospital.base import Frozen
from hospital.places import Code
from hospital.staff import CoverageNeed, RuleName, Skill


class DayNeed(Frozen):
    """How many people of a skill a shift needs on one day, whatever the weekly table says.

    ``short_points`` and ``surplus_points`` price one person fewer or more. Without the first,
    cover comes before everything else; without the second nobody works beyond the need.
    """

    day: date
    shift: Code
    skill: Skill
    staff_needed: int = Field(ge=0, le=200)
    short_points: int | None = Field(default=None, ge=0)
    surplus_points: int | None = Field(default=None, ge=0)


Need = CoverageNeed | DayNeed


class PersonalRule(Frozen):
    """A figure that holds for one person in place of the hospital's: an own contract."""

    staff: Code
    rule: RuleName
    value: float = Field(ge=0)


class ShiftLimit(Frozen):
    """How often at most one person starts a shift in the period; 0 keeps the shift away."""

    staff: Code
    shift: Code
    most: int = Field(ge=0)


class FreeDay(Frozen):
    """A day on which a person starts no shift: a rest that is locked, not a leave."""

    staff: Code
    day: date


class Succession(Frozen):
    """A shift that must not be started on the day after another."""

    first: Code
    then: Code


class Pairing(Frozen):
    """Two people who never share a shift, or of whom the first never works without the second.

    The second kind is for a newcomer and a tutor: the tutor may work alone.
    """

    first: Code
    second: Code
    together: bool

    @model_validator(mode="after")
    def _are_two(self) -> "Pairing":
        if self.first == self.second:
            raise ValueError(f"first and second are the same person ({self.first})")
        return self
