"""Who lies in a unit or waits for it: a ward leaves no bed free while somebody waits."""

from types import SimpleNamespace

import numpy as np
import pytest

from hospital.tables import Col
from twin.bed_forecast import patients_at
from twin.laws import Endless, Exponential
from twin.parameters import ArrivalStream
from twin.run_plan import RunPlan
from twin.simulation import Prepared, prepare
from twin.wanted_beds import wanted_at, wanted_beds

pytestmark = pytest.mark.integration

DAYS, WARMUP = 40, 10
BEDS = 5


def busy_ward(build: SimpleNamespace, beds: int = BEDS) -> Prepared:
    """A ward of four patients offered on average, who all wait as long as it takes."""
    gst, parameters = build.ward_queue(beds, 4.0, Exponential(mean_hours=24))
    hospital = parameters.hospitals[0]
    stream = ArrivalStream(
        stream="S", unit=gst.units[0].unit, rates=(4.0 / 24,) * 168, patience=Endless()
    )
    only = parameters.but(hospitals=(hospital.but(electives=(), streams=(stream,)),))
    plan = RunPlan(
        first_day=gst.identity.as_of, horizon_days=DAYS, warmup_days=WARMUP, replications=6
    )
    return prepare(gst, only, plan)


def test_the_beds_taken_are_those_wanted_as_far_as_there_are_beds(build: SimpleNamespace) -> None:
    ready = busy_ward(build)
    milestones = ready.replay(0)
    wanted = wanted_at(milestones, 1, (WARMUP * 24.0, DAYS * 24))[0]
    hours = WARMUP * 24 + np.arange(DAYS * 24, dtype=np.float64)
    taken = patients_at(milestones, hours, 1)[0]
    assert np.array_equal(taken, np.minimum(wanted, BEDS))
    assert wanted.max() > BEDS, "somebody waits"
    arrived = (milestones.table.arrive[:, None] <= hours).sum(axis=0)
    gone = (milestones.out[:, None] <= hours).sum(axis=0)
    assert np.array_equal(wanted, arrived - gone)


def test_fewer_beds_are_wanted_by_more(build: SimpleNamespace) -> None:
    """The same patients: who got no bed of four still wants one, so the need does not fall."""
    few, many = (wanted_beds(busy_ward(build, beds)) for beds in (4, 8))
    assert (few[Col.P50] >= many[Col.P50]).all()
    assert few[Col.P50].mean() > many[Col.P50].mean()


def test_percentiles_are_in_order_for_each_hour_of_the_run(build: SimpleNamespace) -> None:
    found = wanted_beds(busy_ward(build))
    assert found[Col.HOUR].tolist() == list(range(DAYS * 24))
    assert (found[Col.P10] <= found[Col.P50]).all()
    assert (found[Col.P50] <= found[Col.P90]).all()
    assert found.equals(wanted_beds(busy_ward(build)))
