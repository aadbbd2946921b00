"""From milestones to the indicators of one replication; every census is a time integral."""

from collections.abc import Iterator

import numpy as np

from hospital.twin_result import Indicator
from twin.event_log import Milestones
from twin.indicators.beds import Census, bed_rows, hourly_census, offered_load
from twin.indicators.emergency import VisitWaits, emergency_rows, visit_waits
from twin.indicators.equity import Valued, group_rows
from twin.indicators.flow import InpatientStays, flow_rows, inpatient_stays
from twin.indicators.measure import EVERYBODY, Measure, Occupations, Row, by_site
from twin.indicators.place_rules import place_rows
from twin.indicators.territory import territory_rows
from twin.indicators.transfers import transfer_rows, transferred

__all__ = ["Measure", "Row", "hourly_census", "indicator_rows", "measured", "offered_load"]


def indicator_rows(measure: Measure, milestones: Milestones) -> list[Row]:
    """All indicators of one replication; ``measured`` gives the census as well.

    A mean over nobody has no row, nor has what the run cannot do. Waits that still last at the
    end, or end in a refusal, count as long as they have lasted; those who left unseen have no
    wait but are counted as such.
    """
    return measured(measure, milestones)[0]


def measured(measure: Measure, milestones: Milestones) -> tuple[list[Row], Census]:
    """All indicators of one replication, and the places taken by unit and hour."""
    held = Occupations.of(milestones)
    census = hourly_census(measure, milestones, held)
    waits = visit_waits(measure, milestones)
    stays = inpatient_stays(measure, milestones)
    main = _main_values(milestones, waits, stays)
    rows = [
        *bed_rows(measure, held, stays, census),
        *flow_rows(measure, milestones, held, stays),
        *emergency_rows(measure, milestones, waits),
        *transfer_rows(measure, milestones),
        *_share_rows(measure, main),
        *group_rows(measure, milestones, main),
        *place_rows(measure, milestones),
        *territory_rows(measure, milestones),
    ]
    return rows, census


def _main_values(
    milestones: Milestones, waits: VisitWaits, stays: InpatientStays
) -> tuple[Valued, ...]:
    """What is said of provinces, sexes and ages too: one value for each patient counted."""
    site = milestones.table.site

    def share(happened: np.ndarray, among: np.ndarray) -> np.ndarray:
        return np.where(among, 100.0 * happened, np.nan)

    return (
        Valued(Indicator.CUBICLE_WAIT, waits.cubicle_minutes, site),
        Valued(Indicator.BOARDING, waits.boarding_hours, site),
        Valued(Indicator.LENGTH_OF_STAY, stays.days, stays.site),
        Valued(Indicator.LEFT_UNSEEN, share(milestones.left_unseen, waits.visits), site),
        Valued(Indicator.TRANSFERRED, share(transferred(milestones), stays.ends), stays.site),
        Valued(Indicator.DIED, share(milestones.died, stays.ends), stays.site),
    )


def _share_rows(measure: Measure, main: tuple[Valued, ...]) -> Iterator[Row]:
    """Transferred and died, in percent of the stays that end."""
    for one in main:
        if one.indicator in (Indicator.TRANSFERRED, Indicator.DIED):
            for code, here in by_site(measure.network, one.place):
                known = one.values[here & ~np.isnan(one.values)]
                if known.size:
                    yield (one.indicator, code, EVERYBODY, float(known.mean()))
