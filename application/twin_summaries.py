"""What a run of the twin says of the whole GST: means over replications with their precision."""

from __future__ import annotations

from dataclasses import dataclass

from application.words import indicator_name
from hospital.errors import Sentence, say
from hospital.tables import Col
from hospital.twin_result import GAP_PREFIX, TRIAGE_PREFIX, Indicator, TwinResult
from scenarios.comparison import half_widths
from scenarios.consequences import TOTAL_COST

SHOWN: tuple[str, ...] = (
    Indicator.OCCUPANCY,
    Indicator.LENGTH_OF_STAY,
    Indicator.ROTATION,
    Indicator.LEFT_UNSEEN,
    Indicator.CUBICLE_WAIT_MEDIAN,
    Indicator.CUBICLE_WAIT_P90,
    Indicator.BOARDING,
    Indicator.BOARDING_P90,
    Indicator.INTENSIVE_CARE_REFUSALS,
    Indicator.ELECTIVES_CANCELLED,
    Indicator.TRANSFERS,
    TOTAL_COST,
)
"""For everybody; the wait of nine in ten for a cubicle also by triage level."""

COMPARED = (Indicator.CUBICLE_WAIT, Indicator.BOARDING, Indicator.LENGTH_OF_STAY)
"""Whose gap between provinces, sexes and ages is shown."""

GROUPS: dict[str, Sentence] = {
    "gap:province": say("gap between provinces"),
    "gap:sex": say("gap between sexes"),
    "gap:age": say("gap between ages"),
}


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One indicator of the whole GST: mean, and half of its 95 % interval (nan for one run)."""

    indicator: str
    group: str
    mean: float
    half_width: float

    @property
    def name(self) -> str:
        """What it is called."""
        return indicator_name(self.indicator)

    @property
    def who(self) -> str:
        """Of whom: everybody, a triage level, or the gap between groups."""
        if self.group.startswith(TRIAGE_PREFIX):
            return say("triage {level}", level=self.group.removeprefix(TRIAGE_PREFIX))
        return GROUPS.get(self.group, self.group)


def result_rows(result: TwinResult) -> tuple[ResultRow, ...]:
    """Every indicator and group of the whole GST, by name."""
    frame = result.indicators
    whole = frame[frame[Col.PLACE] == ""]
    spread = whole.groupby([Col.INDICATOR, Col.GROUP])[Col.VALUE].agg(["mean", "std", "count"])
    half = half_widths(spread["std"].to_numpy(), spread["count"].to_numpy())
    return tuple(
        ResultRow(str(indicator), str(group), float(mean), float(width))
        for (indicator, group), mean, width in zip(spread.index, spread["mean"], half, strict=True)
    )


def shown_rows(result: TwinResult) -> tuple[ResultRow, ...]:
    """The few that a manager reads first, in reading order."""
    found = result_rows(result)
    shown = [row for name in SHOWN for row in found if row.indicator == name and _is_shown(row)]
    gaps = [row for row in found if row.indicator in COMPARED and row.group.startswith(GAP_PREFIX)]
    return (*shown, *gaps)


def _is_shown(row: ResultRow) -> bool:
    is_triaged = row.group.startswith(TRIAGE_PREFIX)
    return not row.group or (is_triaged and row.indicator == Indicator.CUBICLE_WAIT_P90)
