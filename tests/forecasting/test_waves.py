"""Waves over ordinary demand: their curve, their height, and sums that stay sums."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from forecasting.coherence import total_of
from forecasting.totals import added_up_again
from forecasting.waves import EDGE_SHARE, EpidemicWave, StatedWave, Wave, seir_curve
from forecasting.what_if import with_waves
from hospital.forecast import QUANTILE_LEVELS, DemandForecast, Period, SeriesKey, SeriesKind

pytestmark = pytest.mark.unit

MONDAY = date(2026, 11, 23)
PATHS, DAYS = 200, 28
TOTAL = SeriesKey(SeriesKind.VISITS, "")


def hospital(name: str, seed: int, period: Period = Period.DAY) -> DemandForecast:
    paths = np.random.default_rng(seed).poisson(60, size=(PATHS, DAYS)).astype(float)
    mean = paths.mean(axis=0)
    return DemandForecast(
        key=SeriesKey(SeriesKind.VISITS, name),
        first_day=MONDAY,
        period=period,
        mean=mean,
        quantiles=np.quantile(paths, QUANTILE_LEVELS, axis=0).T.copy(),
        sample_paths=paths,
        model="prophet-log",
        components={"trend": 0.9 * mean, "weekly": 0.1 * mean},
    )


def territory() -> tuple[DemandForecast, ...]:
    parts = hospital("A", 1), hospital("B", 2)
    return (*parts, total_of(TOTAL, parts))


def wave(**changes: object) -> EpidemicWave:
    usual = EpidemicWave(
        name="Grippe",
        first_day=MONDAY + timedelta(days=3),
        peak_day=MONDAY + timedelta(days=13),
        last_day=MONDAY + timedelta(days=24),
        peak_share=0.4,
    )
    return usual.but(**changes)


def test_a_wave_is_of_hospitals_and_not_of_what_they_are_made_of() -> None:
    """A service takes a share that a wave does not state, and a total follows its hospitals."""
    admitted = wave(counts=(SeriesKind.ADMISSIONS,))
    assert admitted.touches(SeriesKey(SeriesKind.ADMISSIONS, "A"))
    assert not admitted.touches(SeriesKey(SeriesKind.ADMISSIONS, "A", "A-MED"))
    assert not admitted.touches(SeriesKey(SeriesKind.ADMISSIONS, "", "Kénitra"))
    assert not admitted.touches(SeriesKey(SeriesKind.ADMISSIONS, ""))


def half_widths(curve: np.ndarray) -> tuple[int, int]:
    """Steps from half of the peak to the peak, and from the peak to half of it."""
    peak = int(np.argmax(curve))
    above = np.flatnonzero(curve >= 0.5)
    return peak - int(above[0]), int(above[-1]) - peak


def test_a_mild_epidemic_rises_as_it_falls_and_a_fierce_one_does_not() -> None:
    """Near the threshold new cases go as 1 / cosh² (Kermack and McKendrick 1927): symmetric."""
    rise, fall = half_widths(seir_curve(1.05))
    assert rise == pytest.approx(fall, rel=0.05)
    fierce = seir_curve(15.0)
    peak = int(np.argmax(fierce))
    assert len(fierce) - 1 - peak > 1.15 * peak


def test_a_mild_epidemic_is_as_wide_as_the_hyperbolic_secant_says() -> None:
    """1 / cosh² is a half at 0.8814 and a twentieth at 2.1838: widths in this ratio."""
    curve = seir_curve(1.05)
    peak = int(np.argmax(curve))
    rise, _ = half_widths(curve)
    assert rise / peak == pytest.approx(np.arccosh(2**0.5) / np.arccosh(20**0.5), rel=0.03)


def test_the_stated_days_are_its_edges_and_its_peak() -> None:
    shares = wave().extra_shares(MONDAY, DAYS)
    assert shares[13] == 0.4 == shares.max()
    assert shares[[3, 24]] == pytest.approx(0.4 * EDGE_SHARE, rel=0.1)
    assert not shares[:3].any()
    assert not shares[25:].any()
    assert (np.diff(shares[3:14]) > 0).all()
    assert (np.diff(shares[13:25]) < 0).all()


def test_without_a_last_day_it_goes_no_faster_than_it_came() -> None:
    shares = wave(last_day=None, reproduction_number=3).extra_shares(MONDAY, 60)
    assert shares[13 + 5] >= shares[13 - 5]
    assert shares[-1] == 0


@pytest.mark.parametrize(
    "days",
    [
        {"peak_day": MONDAY},
        {"last_day": MONDAY + timedelta(days=13)},
        {"peak_share": 0},
        {"high_factor": 0.5},
    ],
)
def test_days_out_of_order_and_impossible_heights_are_refused(days: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        wave(**days)


def test_a_stated_wave_is_followed_week_by_week_whatever_the_window() -> None:
    stated = StatedWave(name="2018", first_day=MONDAY, weekly_shares=(0.1, 0.3))
    assert stated.extra_shares(MONDAY, 16).tolist() == [0.1] * 7 + [0.3] * 7 + [0.0] * 2
    later = stated.extra_shares(MONDAY + timedelta(days=10), 6)
    assert later.tolist() == [0.3] * 4 + [0.0] * 2
    assert not stated.extra_shares(MONDAY - timedelta(days=9), 9).any()


def test_weeks_take_the_mean_of_their_days() -> None:
    stated = StatedWave(name="2018", first_day=MONDAY + timedelta(days=3), weekly_shares=(0.7,))
    weekly = hospital("A", 1, Period.WEEK)
    raised = stated.on(weekly, seed=1)
    assert raised.mean[:3] / weekly.mean[:3] == pytest.approx([1.4, 1.3, 1.0])


def test_one_height_in_ten_is_beyond_the_high_factor() -> None:
    heights = wave(high_factor=1.5).heights(PATHS, seed=1)
    assert (heights > 1.5).mean() == pytest.approx(0.1, abs=1 / PATHS)
    assert np.median(heights) == pytest.approx(1, abs=0.01)
    assert (wave().heights(PATHS, seed=1) == 1).all()


def test_the_same_seed_gives_the_same_heights_and_another_others() -> None:
    one, again, other = (wave(high_factor=1.5).heights(PATHS, seed) for seed in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).any()


def test_a_known_height_moves_all_quantiles_by_its_share_exactly() -> None:
    before = hospital("A", 1)
    after = wave().on(before, seed=1)
    shares = wave().extra_shares(MONDAY, DAYS)
    assert after.quantiles == pytest.approx(before.quantiles * (1 + shares)[:, None])
    assert after.sample_paths == pytest.approx(before.sample_paths * (1 + shares))


def test_the_mean_is_that_of_the_paths_also_where_the_height_is_unsure() -> None:
    """Of a log-normal height; the middle height alone would be lower."""
    before = hospital("A", 1)
    unsure = wave(high_factor=2.5)
    after = unsure.on(before, seed=1)
    assert after.mean == pytest.approx(after.sample_paths.mean(axis=0), rel=0.02)
    at_middle = before.mean * (1 + unsure.extra_shares(MONDAY, DAYS))
    assert after.mean[13] > 1.05 * at_middle[13]


def test_it_says_what_it_is_and_has_no_record() -> None:
    after = wave().on(hospital("A", 1), seed=1)
    assert after.what_if == ("Grippe",)
    assert "what_if" in after.warnings
    assert after.backtest is None
    assert after.components["what-if Grippe"][13] == pytest.approx(0.4 * 60, rel=0.1)


def test_a_wave_that_is_over_changes_nothing() -> None:
    before = territory()
    over = EpidemicWave(
        name="Grippe", first_day=date(2026, 1, 1), peak_day=date(2026, 1, 20), peak_share=0.5
    )
    assert all(
        after is one for after, one in zip(with_waves(before, [over], 1), before, strict=True)
    )


def test_a_wave_in_one_hospital_leaves_the_other_and_raises_the_total() -> None:
    before = territory()
    first, second, total = with_waves(before, [wave(hospital="A")], seed=1)
    assert second is before[1]
    assert not second.what_if
    assert total.what_if == ("Grippe",)
    assert total.mean == pytest.approx(before[2].mean + first.mean - before[0].mean)


def test_an_epidemic_is_as_high_in_every_hospital() -> None:
    """So the total is less sure than if each hospital had a height of its own."""
    first, second, total = with_waves(territory(), [wave(high_factor=2)], seed=1)
    alone = wave(high_factor=2).on(hospital("B", 2), seed=99)
    wrong = total_of(TOTAL, [first, alone])
    spread, narrower = (one.sample_paths.sum(axis=1).std() for one in (total, wrong))
    assert spread > 1.15 * narrower
    assert second.what_if == ("Grippe",)


waves = st.builds(
    EpidemicWave,
    name=st.sampled_from(["Grippe", "Bronchiolite"]),
    first_day=st.integers(-20, 10).map(lambda days: MONDAY + timedelta(days=days)),
    peak_day=st.integers(11, 40).map(lambda days: MONDAY + timedelta(days=days)),
    peak_share=st.floats(0.01, 3),
    high_factor=st.floats(1, 4),
    reproduction_number=st.sampled_from([1.1, 1.28, 2.0, 8.0]),
    hospital=st.sampled_from([None, "A"]),
)


@settings(max_examples=40)
@given(st.lists(waves, min_size=1, max_size=2, unique_by=lambda one: one.name))
def test_sums_stay_sums_and_quantiles_stay_in_order(found: list[Wave]) -> None:
    """Hospitals add up to the total in every path, parts to the mean; a wave only adds."""
    before = territory()
    after = with_waves(before, found, seed=3)
    total = added_up_again(after, {TOTAL})[-1]
    for what in ("mean", "sample_paths"):
        assert getattr(after[-1], what) == pytest.approx(getattr(total, what))
    for old, new in zip(before, after, strict=True):
        assert np.sum([*new.components.values()], axis=0) == pytest.approx(new.mean)
        assert (np.diff(new.quantiles, axis=1) >= 0).all()
        assert (new.sample_paths >= old.sample_paths).all()
