"""What one member of a composition expects, and how several members speak with one voice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting.calendar_columns import ProphetSpec, Timeline
    from forecasting.calendar_design import CalendarDesign
    from forecasting.series import Floats


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a member sees ahead, on the scale of its family.

    ``expected`` (steps,) lies at the middle of ``paths`` (paths, steps), and ``parts``,
    (steps,) each, add up to it. Paths come in pairs, each the mirror of the other.
    """

    expected: Floats
    paths: Floats
    parts: dict[str, Floats]

    def times(self, unit: float) -> Outlook:
        """The same view counted in a unit so many times smaller."""
        parts = {name: unit * part for name, part in self.parts.items()}
        return Outlook(unit * self.expected, unit * self.paths, parts)


class Member(Protocol):
    """One way to look ahead: a method whose errors differ from those of the others."""

    def __call__(
        self,
        timeline: Timeline,
        spec: ProphetSpec,
        design: CalendarDesign,
        rng: np.random.Generator,
        /,
    ) -> Outlook:
        """What it sees at the unknown end of a timeline."""
        ...


def combined(outlooks: Sequence[Outlook], votes: Sequence[int]) -> Outlook:
    """The mean of what members expect by their votes, with the paths of each in turn around it.

    Different and strong members err differently, so their mean errs less (Bates and Granger
    1969, Operational Research Quarterly 20). Paths are pooled, not averaged: a mean of
    independent paths would look surer than any member is. Two mirrored paths stay together.
    """
    expected: Floats = np.average([one.expected for one in outlooks], axis=0, weights=votes)
    turns = np.repeat(np.arange(len(outlooks)), votes)
    paths = np.empty_like(outlooks[0].paths)
    owners = turns[np.arange(len(paths)) // 2 % len(turns)]
    for member, one in enumerate(outlooks):
        own = owners == member
        paths[own] = one.paths[own] - one.expected + expected
    names = dict.fromkeys(name for one in outlooks for name in one.parts)
    nothing = np.zeros_like(expected)
    parts: dict[str, Floats] = {
        name: np.average([one.parts.get(name, nothing) for one in outlooks], axis=0, weights=votes)
        for name in names
    }
    return Outlook(expected, paths, parts)
