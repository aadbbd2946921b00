"""What a section of the benchmark hands back: a table, and the bars that its figures must keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from benchmarks.bars import Bar


@dataclass(frozen=True)
class Section:
    """One topic: ours beside its peers, on the same origins."""

    title: str
    table: pd.DataFrame
    bars: list[Bar]
