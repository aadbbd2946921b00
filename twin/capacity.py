"""Places open and close by the hour: one SimPy process for each timetable.

When fewer are open than are taken nobody is put out: a place closes as it empties, which is what
``Pool.free`` below zero means. A consultation in progress ends before its physician goes.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import simpy

from twin.actors import Pool
from twin.opening import Timetable

if TYPE_CHECKING:
    from twin.flow import Flow


def keep_hours(flow: Flow, timetable: Timetable) -> Generator[simpy.Event]:
    """Opens and closes places of one unit, or changes its physicians, hour by hour."""
    unit = flow.pools[timetable.unit]
    for at_hours, places in zip(timetable.at_hours, timetable.places, strict=True):
        if at_hours > flow.env.now:
            yield flow.env.timeout(at_hours - flow.env.now)
        flow.bring_up_to_date(unit)
        flow.bring_up_to_date(unit.physicians)
        _change_places(flow, unit.physicians if timetable.of_physicians else unit, places)


def _change_places(flow: Flow, pool: Pool, places: int) -> None:
    ordinary = pool.capacity if pool.surge is None else pool.surge.ordinary
    more = places - ordinary
    pool.capacity += more
    if more < 0:
        pool.free += more
        flow._desk.watch(pool, flow.env.now)
    elif pool.rules is not None:
        pool.free += more
        flow._desk.serve(pool, flow.env.now)
    else:
        for _ in range(more):
            flow._release(pool, flow.env.now)
