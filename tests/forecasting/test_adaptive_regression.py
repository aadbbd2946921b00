"""The regression's level walks: it follows a step that a line takes years to believe."""

from datetime import date

import numpy as np
import pytest

from forecasting.adaptive_regression import regression_outlook
from forecasting.calendar_columns import ProphetSpec, Timeline
from forecasting.calendar_design import CalendarDesign
from forecasting.outlook import Outlook
from forecasting.series import Floats
from hospital.forecast import Period

pytestmark = pytest.mark.unit

FIRST = date(2023, 1, 2)
PAST, AHEAD = 730, 28
SPEC = ProphetSpec(
    changepoint_prior_scale=0.01, weekly_order=3, yearly_order=4, yearly_prior_scale=10.0
)
NO_CALENDAR = CalendarDesign(FIRST, np.zeros((PAST + AHEAD, 3)), ())


def logs(seed: int, step: float = 0.0, noise: float = 0.05) -> Floats:
    """Logarithms of daily counts: a week, chance, and a step 60 days before the end."""
    days = np.arange(PAST + AHEAD)
    chance = noise * np.random.default_rng(seed).standard_normal(len(days))
    return 5 + 0.2 * (days % 7 == 0) + step * (days >= PAST - 60) + chance


def seen(values: Floats) -> Outlook:
    past = np.where(np.arange(len(values)) < PAST, values, np.nan)
    timeline = Timeline(FIRST, Period.DAY, past)
    return regression_outlook(timeline, SPEC, NO_CALENDAR, np.random.default_rng(1))


def test_it_follows_a_step_and_keeps_the_week() -> None:
    outlook = seen(logs(seed=1, step=0.3))
    truth = 5.3 + 0.2 * (np.arange(PAST, PAST + AHEAD) % 7 == 0)
    assert outlook.expected == pytest.approx(truth, abs=0.08)
    assert np.sum([*outlook.parts.values()], axis=0) == pytest.approx(outlook.expected)


def test_totals_of_its_paths_are_as_unsure_as_they_should_be() -> None:
    """Of 60 histories without any step, 80 % intervals of the total hold about four in five."""
    hits = 0
    for seed in range(60):
        values = logs(seed)
        totals = np.exp(seen(values).paths).sum(axis=1)
        low, high = np.quantile(totals, [0.1, 0.9])
        hits += low <= np.exp(values[PAST:]).sum() <= high
    assert 0.8 * 60 - 3.3 * np.sqrt(60 * 0.8 * 0.2) <= hits


def test_an_unknown_stretch_teaches_nothing_and_breaks_nothing() -> None:
    whole = logs(seed=2)
    holed = whole.copy()
    holed[300:320] = np.nan
    assert seen(holed).expected == pytest.approx(seen(whole).expected, abs=0.02)


def test_a_series_without_chance_is_continued() -> None:
    outlook = seen(logs(seed=1, noise=0.0))
    assert outlook.expected == pytest.approx(logs(seed=1, noise=0.0)[PAST:], abs=0.01)
