"""From milestones to the indicators of one replication; every census is a time integral."""

from twin.event_log import Milestones
from twin.indicators.beds import bed_rows, hourly_census, offered_load
from twin.indicators.emergency import emergency_rows
from twin.indicators.flow import flow_rows
from twin.indicators.measure import Measure, Row
from twin.indicators.transfers import transfer_rows

__all__ = ["Measure", "Row", "hourly_census", "indicator_rows", "offered_load"]


def indicator_rows(measure: Measure, milestones: Milestones) -> list[Row]:
    """All indicators of one replication.

    A mean over nobody has no row. Waits that still last at the end, or end in a refusal, count as
    long as they have lasted; those who left unseen have no wait but are counted as such.
    """
    rows: list[Row] = []
    rows += bed_rows(measure, milestones)
    rows += flow_rows(measure, milestones)
    rows += emergency_rows(measure, milestones)
    rows += transfer_rows(measure, milestones)
    return rows
