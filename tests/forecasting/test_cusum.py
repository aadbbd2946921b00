"""The CUSUM cries wolf as often as published, and finds a shift as soon."""

from itertools import pairwise

import numpy as np
import pytest

from forecasting.cusum import ALLOWANCE, cusum, limit_for, periods_between_false_alarms
from forecasting.series import Floats

pytestmark = pytest.mark.unit

# Montgomery 2013, table 9.3: k = 0.5, limit 4 and 5, by shift of the mean in deviations.
PUBLISHED = {4.0: {0.0: 168.0, 1.0: 8.38, 2.0: 3.34}, 5.0: {0.0: 465.0, 1.0: 10.4, 2.0: 4.01}}
WITHIN_STANDARD_ERRORS = 3.3


def run_lengths(errors: Floats, limit: float) -> Floats:
    """Periods from one alarm to the next; the sums start again after each."""
    ups, downs = cusum(errors.tolist(), limit)
    alarms = np.flatnonzero(np.maximum(ups, downs) > limit)
    return np.diff(np.concatenate([[-1], alarms])).astype(float)


def agrees(lengths: Floats, published: float) -> bool:
    standard_error = lengths.std(ddof=1) / np.sqrt(len(lengths))
    # Published lengths are rounded to three figures.
    return abs(lengths.mean() - published) < WITHIN_STANDARD_ERRORS * standard_error + 0.005 * (
        published
    )


@pytest.mark.parametrize("limit", [4.0, 5.0])
@pytest.mark.parametrize("shift", [0.0, 1.0, 2.0])
def test_run_lengths_are_the_published_ones(limit: float, shift: float) -> None:
    periods = 300_000 if shift == 0.0 else 30_000
    errors = np.random.default_rng(1).standard_normal(periods) + shift
    assert agrees(run_lengths(errors, limit), PUBLISHED[limit][shift])


def test_errors_that_echo_have_other_run_lengths() -> None:
    """What ``scaled_errors`` allows for: an autocorrelation of 0.3 alone is seen."""
    errors = np.random.default_rng(1).standard_normal(100_000)
    for period in range(1, len(errors)):
        errors[period] = 0.3 * errors[period - 1] + np.sqrt(1 - 0.3**2) * errors[period]
    assert not agrees(run_lengths(errors, 4.0), PUBLISHED[4.0][0.0])


@pytest.mark.parametrize("limit", [4.0, 5.0])
def test_siegmund_is_within_a_few_percent_of_the_exact_length(limit: float) -> None:
    assert periods_between_false_alarms(limit) == pytest.approx(PUBLISHED[limit][0.0], rel=0.02)


def test_a_rarer_false_alarm_asks_for_a_higher_limit() -> None:
    limits = [limit_for(periods) for periods in (100, 168, 465, 1300, 9000)]
    assert all(low < high for low, high in pairwise(limits))
    assert periods_between_false_alarms(limits[-1]) == pytest.approx(9000, rel=1e-3)


def test_a_collapse_alarms_at_once_and_the_sums_start_again() -> None:
    ups, downs = cusum([0.0, -13.0, 0.0, 1.0], limit=6.0)
    assert downs == [0.0, 13.0 - ALLOWANCE, 0.0, 0.0]
    assert ups == [0.0, 0.0, 0.0, 1.0 - ALLOWANCE]
