"""A basket of medicines by the month: shared season, record, peers, money-aware service."""

from __future__ import annotations

import numpy as np
import pytest

from hospital.errors import GstError
from inventory.lead_demand import LeadDemand, MoneyAware
from inventory.monthly_record import monthly_record
from inventory.peers import steadied_variance
from inventory.shared_season import MONTHS, TRUST, season_of

pytestmark = pytest.mark.unit


def test_a_season_is_found_and_partly_believed() -> None:
    wave = 1 + 0.3 * np.cos(2 * np.pi * np.arange(60) / MONTHS)
    assert season_of(1000 * wave) == pytest.approx(1 + TRUST * (wave[:MONTHS] - 1), abs=1e-9)


def test_less_than_two_years_show_no_season() -> None:
    assert (season_of(np.arange(23.0)) == 1).all()


def test_the_record_of_steady_demand_is_without_error() -> None:
    record = monthly_record(np.full((3, 40), 7.0), months=2)
    assert record.mean_units == pytest.approx([14.0] * 3)
    assert record.variance == pytest.approx([0.0] * 3)


def test_the_record_of_independent_months_has_their_variance() -> None:
    """Two months at variance 25 vary by 50, and a level at pace 0.2 adds 4 × 25 / 9."""
    demand = np.random.default_rng(2).normal(100, 5, (400, 150))
    record = monthly_record(demand, months=2)
    assert record.variance.mean() == pytest.approx(50 + 100 / 9, rel=0.05)


def test_a_variance_on_the_line_of_its_peers_is_kept_and_an_odd_one_drawn_to_it() -> None:
    mean = np.geomspace(1, 1000, 60)
    variance = 3 * mean**1.5
    assert steadied_variance(mean, variance) == pytest.approx(variance)
    odd = variance.copy()
    odd[30] *= 50
    assert variance[30] < steadied_variance(mean, odd)[30] < 0.3 * odd[30]


def test_a_level_covers_a_log_normal_demand_as_often_as_asked() -> None:
    demand = LeadDemand(np.array([100.0]), np.array([60.0]))
    sigma2 = np.log1p(0.36)
    drawn = np.random.default_rng(3).lognormal(np.log(100) - sigma2 / 2, sigma2**0.5, 200_000)
    assert (drawn <= demand.level_units(0.95)[0]).mean() == pytest.approx(0.95, abs=0.002)


def test_nothing_is_stocked_where_nothing_is_used() -> None:
    assert LeadDemand(np.zeros(1), np.ones(1)).level_units(0.99)[0] == 0


def test_dear_medicines_run_shorter_but_never_below_their_floor() -> None:
    rule = MoneyAware(np.full(3, 1000.0), np.array([0.0, 0.0, 0.99]), np.full(3, 0.9999))
    service = rule.service(np.array([10.0, 400.0, 400.0]))
    assert service == pytest.approx([0.99, 0.6, 0.99])


def test_a_floor_above_the_ceiling_is_refused() -> None:
    with pytest.raises(GstError, match="service_floor_above_ceiling"):
        MoneyAware(np.ones(1), np.array([0.9]), np.array([0.5]))
