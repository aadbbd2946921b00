"""Small counts do not leave: below five a cell is hidden, and another so that no sum gives it away.

The rule of five is that of ``shared/design/governance.md``; secondary suppression follows the
handbook on statistical disclosure control of Eurostat (table protection, one dimension).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

SMALLEST_SHOWN = 5
HIDDEN = None


def masked(counts: Mapping[str, int], smallest: int = SMALLEST_SHOWN) -> dict[str, int | None]:
    """The counts of a table whose total is known, with small ones hidden (None).

    A single hidden cell, or hidden cells that together stay below ``smallest``, could be found
    from the total: then the smallest of the cells that are shown is hidden too.
    """
    hidden = {name for name, count in counts.items() if 0 < count < smallest}
    while hidden and _gives_away(counts, hidden, smallest):
        shown = [name for name in counts if name not in hidden and counts[name] > 0]
        if not shown:
            break
        hidden.add(min(shown, key=lambda name: (counts[name], name)))
    return {name: HIDDEN if name in hidden else count for name, count in counts.items()}


def _gives_away(counts: Mapping[str, int], hidden: set[str], smallest: int) -> bool:
    return len(hidden) == 1 or sum(counts[name] for name in hidden) < smallest


def coarse(day: date) -> str:
    """A day as it may leave: its month."""
    return f"{day:%Y-%m}"
