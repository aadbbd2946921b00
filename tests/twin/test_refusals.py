"""Who asks for a bed and is refused, patient by patient."""

from types import SimpleNamespace

import pytest

from twin.laws import Endless, Exponential, Fixed
from twin.parameters import ArrivalStream, TwinParameters
from twin.refusals import refusal_counts
from twin.run_plan import RunPlan
from twin.simulation import Prepared, prepare

pytestmark = pytest.mark.integration


def loss_unit(build: SimpleNamespace, beds: int, patience: Fixed | Endless) -> Prepared:
    """A ward with one stream of patients who wait for a bed as long as their patience says."""
    gst, parameters = build.ward_queue(beds, 4.0, Exponential(mean_hours=24))
    hospital = parameters.hospitals[0]
    unit = gst.units[0].unit
    stream = ArrivalStream(stream="S", unit=unit, rates=(4.0 / 24,) * 168, patience=patience)
    only: TwinParameters = parameters.but(
        hospitals=(hospital.but(electives=(), streams=(stream,)),)
    )
    plan = RunPlan(first_day=gst.identity.as_of, horizon_days=100, warmup_days=20)
    return prepare(gst, only, plan)


def test_nobody_is_refused_who_waits_for_ever(build: SimpleNamespace) -> None:
    ready = loss_unit(build, 6, Endless())
    unit = ready.network.units[0].unit
    refused, asked = refusal_counts(ready, unit, None, 0)
    assert refused == 0
    assert 300 < asked < 500
    waited, same = refusal_counts(ready, unit, 0, 0)
    assert 0 < waited < same == asked
    assert refusal_counts(ready, unit, 24, 0)[0] < waited


def test_whoever_cannot_wait_is_refused_when_every_bed_is_taken(build: SimpleNamespace) -> None:
    ready = loss_unit(build, 4, Fixed(mean_hours=0))
    unit = ready.network.units[0].unit
    refused, asked = refusal_counts(ready, unit, None, 0)
    milestones = ready.replay(0)
    inside = milestones.table.arrive >= 20 * 24
    assert asked == inside.sum()
    assert refused == (milestones.left_unseen & inside).sum() > 0
