"""Medicines follow the bed-days of their hospital: in proportion, on the days of the run."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from hospital.forecast import SeriesKind
from hospital.places import UnitKind
from hospital.tables import Col
from hospital.twin_result import Indicator
from scenarios.demo import DemoSize
from scenarios.language import DemandGrowth, Scenario, lasts_beyond
from scenarios.medicine_demand import bed_day_ratios, means_of, medicine_demand, with_bed_days
from tests.scenarios.trial import Trial

pytestmark = [pytest.mark.integration, pytest.mark.slow]

GROWTH = Scenario(name="a-fifth-more", changes=(DemandGrowth(factor=1.2),))


@pytest.fixture(scope="module")
def trial() -> Trial:
    made = Trial.of(DemoSize.SMALL)
    return Trial(made.gst, made.parameters, made.demand, days=14, replications=6)


def test_a_ratio_is_of_inpatients_hospital_by_hospital_and_replication(trial: Trial) -> None:
    before, after = trial.baseline, trial.under(GROWTH)
    ratios = bed_day_ratios(trial.gst, before, after)
    assert set(ratios.columns) == {"", *(one.hospital for one in trial.gst.hospitals)}
    inpatient = {u.unit for u in trial.gst.units if u.kind is not UnitKind.EMERGENCY}

    def bed_days(rows: object, replication: int) -> float:
        frame = rows.indicators  # type: ignore[attr-defined]  # a result of the twin
        own = frame[
            (frame[Col.INDICATOR] == Indicator.BED_DAYS)
            & (frame[Col.REPLICATION] == replication)
            & (frame[Col.GROUP] == "")
            & frame[Col.PLACE].isin(inpatient)
        ]
        return float(own[Col.VALUE].sum())

    for replication in range(6):
        found = bed_days(after, replication) / bed_days(before, replication)
        assert ratios[""][replication] == pytest.approx(found)
    assert (bed_day_ratios(trial.gst, before, before) == 1).all(axis=None)


def test_demand_rises_as_bed_days_do_and_only_in_the_days_of_the_run(trial: Trial) -> None:
    demand = {one.key: one for one in trial.demand if one.key.kind is SeriesKind.CONSUMPTION}
    ratios = bed_day_ratios(trial.gst, trial.baseline, trial.under(GROWTH))
    last_day = trial.gst.identity.as_of + timedelta(days=13)
    changed = with_bed_days(demand, means_of(ratios), last_day)
    for key, one in demand.items():
        factor = changed[key].sample_paths.sum(axis=0) / one.sample_paths.sum(axis=0).clip(1e-9)
        used = one.sample_paths.sum(axis=0) > 0
        expected = np.where(np.arange(one.horizon) < 2, ratios[key.hospital].mean(), 1.0)
        assert factor[used] == pytest.approx(expected[used])
    found = medicine_demand(trial.gst, demand, ratios, last_day)
    assert found.bed_days.low > 1
    assert found.demand.value == pytest.approx(found.bed_days.value, abs=0.01)
    least, most = min(found.by_hospital.values()), max(found.by_hospital.values())
    assert least <= found.demand.value <= most


def test_a_change_without_an_end_lasts_beyond_the_run(trial: Trial) -> None:
    last_day = trial.gst.identity.as_of + timedelta(days=13)
    assert lasts_beyond(GROWTH, last_day)
    ended = GROWTH.but(changes=(DemandGrowth(factor=1.2, last_day=last_day),))
    assert not lasts_beyond(ended, last_day)
