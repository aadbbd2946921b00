"""A forecast of beds: quantiles that are numbers of patients, and the record of past ones."""

from datetime import date

import numpy as np
import pytest

from hospital.bed_forecast import BedForecast, BedForecastRecord, BedForecastScore

pytestmark = pytest.mark.unit

DAY = date(2026, 11, 23)


def forecast() -> BedForecast:
    members = np.array([[[3, 5]], [[4, 5]], [[5, 6]], [[6, 7]], [[6, 9]]])
    return BedForecast(DAY, ("A",), np.array([6]), np.array([4]), members)


def test_quantiles_are_patients_that_some_member_has() -> None:
    """p10 is the smallest number not exceeded with probability 0.1, never a fraction of one."""
    found = forecast()
    assert [found.quantile(level).tolist() for level in (0.1, 0.5, 0.9)] == [
        [[3, 5]],
        [[5, 6]],
        [[6, 9]],
    ]
    assert found.mean.tolist() == [[pytest.approx(4.8), pytest.approx(6.4)]]
    assert found.days == (DAY, date(2026, 11, 24))


def test_full_is_as_many_patients_as_beds_or_more() -> None:
    found = forecast()
    assert found.full_probability.tolist() == [[pytest.approx(0.4), pytest.approx(0.6)]]
    probabilities = found.probabilities()
    assert probabilities.shape == (1, 2, 10)
    assert probabilities.sum(axis=2).tolist() == [[pytest.approx(1), pytest.approx(1)]]
    assert probabilities[0, 1, 6:].sum() == pytest.approx(found.full_probability[0, 1])


def test_some_units_keep_their_own_members() -> None:
    one = forecast()
    members = np.concatenate([one.members, one.members + 1], axis=1)
    two = BedForecast(DAY, ("A", "B"), np.array([6, 8]), np.array([4, 5]), members)
    kept = two.of_units(("B",))
    assert (kept.units, kept.beds.tolist(), kept.today.tolist()) == (("B",), [8], [5])
    assert np.array_equal(kept.members, one.members + 1)


def scored(crps: float, persistence: float, spread: float, pit: float) -> BedForecastScore:
    grids = (np.full((1, 2), value) for value in (crps, persistence, spread, pit))
    return BedForecastScore(DAY, ("A",), np.array([[4, 4]]), *grids)


def test_the_record_counts_the_days_won_and_the_share_inside() -> None:
    """A draw is not won; a rank of 0.9 is outside and one of 0.1 inside."""
    scores = (scored(1, 2, 1, 0.1), scored(2, 2, 3, 0.9), scored(3, 5, 4, 0.95))
    record = BedForecastRecord.of(scores)
    assert (record.origins, record.wins, record.spread_wins) == (3, 2, 2)
    assert record.crps == pytest.approx(2)
    assert record.coverage_80 == pytest.approx(1 / 3)
    assert record.pit_deciles == pytest.approx((0, 1 / 3, *(0,) * 7, 2 / 3))
