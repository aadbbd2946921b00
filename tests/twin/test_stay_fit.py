"""Lengths of stay: every law found again with stays still running, a wrong one rejected."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.laws import Empirical, Gamma, LogNormal, Weibull
from twin.stay_fit import MINIMUM_STAYS, sample_of, stay_fit_report, stay_fits, stay_law
from twin.stay_history import read_stays
from twin.stay_laws import (
    StayLaw,
    StaySample,
    cv_of,
    fit_empirical,
    fit_gamma,
    fit_log_normal,
    fit_weibull,
    survival,
    with_moments,
)
from twin.stays import need_before_clock

pytestmark = pytest.mark.unit

REPLICATIONS, STAYS = 24, 1200
Fit = Callable[[StaySample], tuple[StayLaw, float]]
FITS: dict[str, Fit] = {
    "log_normal": fit_log_normal,
    "gamma": fit_gamma,
    "weibull": fit_weibull,
}
TRUTHS: tuple[StayLaw, ...] = (
    LogNormal(mean_hours=120, cv=1.2),
    LogNormal(mean_hours=30, cv=0.4),
    Gamma(mean_hours=70, cv=0.8),
    Gamma(mean_hours=200, cv=1.6),
    Weibull(mean_hours=90, shape=1.6),
    Weibull(mean_hours=150, shape=0.8),
)
MOMENTS = (st.floats(20, 400), st.floats(0.2, 2.0))


def seen(law: StayLaw, seed: int, stays: int = STAYS, window: float = 4.0) -> StaySample:
    """Stays that began in the last ``window`` mean stays: many of them still run."""
    rng = np.random.default_rng(seed)
    hours = np.asarray(law.hours(rng.random(stays)))
    known = rng.uniform(0, window * law.mean_hours, stays)
    return StaySample(np.minimum(hours, known).clip(1e-3), hours <= known)


def ended(law: StayLaw, stays: int) -> StaySample:
    """The law at even probabilities, nobody present."""
    hours = law.hours((np.arange(stays) + 0.5) / stays)
    return StaySample(hours, np.ones(stays, dtype=np.bool_))


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda law: f"{law.kind}-{law.mean_hours:g}")
def test_each_law_finds_its_parameters_although_stays_still_run(truth: StayLaw) -> None:
    """Mean and variation within 3.3 standard errors; leaving the running out is rejected.

    Maximum likelihood misses the variation by itself in the order of 1/n: 0.003 here.
    """
    found = []
    for seed in range(REPLICATIONS):
        sample = seen(truth, seed)
        assert sample.censored_share > 0.1
        law, _ = FITS[truth.kind](sample)
        short, _ = FITS[truth.kind](StaySample(sample.ended, np.ones(sample.ended.size, bool)))
        found.append(np.log([law.mean_hours, cv_of(law), short.mean_hours]))
    mean, cv, short = np.mean(found, axis=0)
    errors = np.std(found, axis=0, ddof=1) / np.sqrt(REPLICATIONS)
    assert abs(mean - np.log(truth.mean_hours)) < 3.3 * errors[0]
    assert abs(cv - np.log(cv_of(truth))) < 3.3 * errors[1] + 0.003
    assert np.log(truth.mean_hours) - short > 3.3 * errors[2]


@pytest.mark.parametrize("name", FITS)
@given(factor=st.floats(0.01, 50), seed=st.integers(0, 20))
def test_another_unit_of_time_changes_the_mean_and_nothing_else(
    name: str, factor: float, seed: int
) -> None:
    sample = seen(TRUTHS[0], seed, stays=60)
    one, _ = FITS[name](sample)
    other, _ = FITS[name](StaySample(sample.hours * factor, sample.has_ended))
    assert other.mean_hours == pytest.approx(one.mean_hours * factor, rel=1e-3)
    assert cv_of(other) == pytest.approx(cv_of(one), rel=1e-3)


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda law: f"{law.kind}-{law.mean_hours:g}")
def test_no_other_parameters_are_likelier(truth: StayLaw) -> None:
    """The likelihood that is returned is the law's, and falls on every side of the fit."""
    sample = seen(truth, 3, stays=300)
    law, best = FITS[truth.kind](sample)
    assert likelihood(law, sample) == pytest.approx(best, abs=1e-2)
    for mean, cv in ((1.1, 1), (0.9, 1), (1, 1.1), (1, 0.9)):
        other = with_moments(law, law.mean_hours * mean, cv_of(law) * cv)
        assert likelihood(other, sample) < best


def likelihood(law: StayLaw, sample: StaySample) -> float:
    """From the survival alone: its logarithm, and that of its slope where the stay has ended."""
    step = 1e-4
    at, after = (np.exp(law.log_survival(sample.ended * x)) for x in (1 - step, 1 + step))
    density = np.log((at - after) / (2 * step * sample.ended))
    return float(density.sum() + law.log_survival(sample.running).sum())


# Survival


def test_survival_is_the_published_one_of_the_leukaemia_trial() -> None:
    """Weeks of remission under 6-MP (Freireich 1963; Kaplan-Meier in Lawless 2003, ex. 3.2.1)."""
    over = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    running = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    sample = StaySample(
        np.array([*over, *running], dtype=float), np.array([True] * 9 + [False] * 12)
    )
    found = survival(sample)
    assert found.hours.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert found.after == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4)
    assert found.before[0] == 1


@given(st.lists(st.floats(0.5, 1000), min_size=1, max_size=40))
def test_without_running_stays_survival_is_the_share_of_longer_ones(hours: list[float]) -> None:
    sample = StaySample(np.array(hours), np.ones(len(hours), dtype=np.bool_))
    found = survival(sample)
    longer = [(np.array(hours) > hour).mean() for hour in found.hours]
    assert found.after == pytest.approx(longer, abs=1e-12)
    assert fit_empirical(sample).mean_hours == pytest.approx(np.mean(hours))


def test_observed_lengths_allow_for_the_patients_who_are_present() -> None:
    """Up to the longest known time the empirical law is right; the ended stays alone are not."""
    truth = TRUTHS[0]
    sample = seen(truth, 5, stays=20_000, window=8.0)
    law = fit_empirical(sample)
    at = np.array([24.0, 72.0, 168.0, 400.0])
    exact = np.exp(truth.log_survival(at))
    assert np.exp(law.log_survival(at)) == pytest.approx(exact, abs=0.012)
    plain = (sample.ended[:, np.newaxis] > at).mean(axis=0)
    assert (exact - plain > 0.03).any()


# The rule


def test_a_wrong_law_is_rejected_and_the_right_one_chosen() -> None:
    """Gamma and Weibull stays: log-normal falls at 1 % and the right family takes its place."""
    for truth in (Gamma(mean_hours=120, cv=0.8), Weibull(mean_hours=90, shape=2.2)):
        by_law = {fit.law.kind: fit for fit in stay_fits(seen(truth, 9, stays=3000))}
        assert by_law["log_normal"].rejected
        assert not by_law[truth.kind].rejected
        assert by_law[truth.kind].chosen
        assert [fit.chosen for fit in by_law.values()].count(True) == 1
        assert by_law[truth.kind].aic < by_law["log_normal"].aic - 10


def test_log_normal_stays_keep_their_law_and_the_others_are_rejected() -> None:
    by_law = {fit.law.kind: fit for fit in stay_fits(seen(TRUTHS[0], 2, stays=3000))}
    assert by_law["log_normal"].chosen
    assert not by_law["log_normal"].rejected
    assert by_law["gamma"].rejected
    assert by_law["weibull"].rejected


def test_a_few_stays_are_no_reason_to_leave_the_log_normal() -> None:
    assert stay_law(seen(Gamma(mean_hours=100, cv=0.8), 1, stays=45)).kind == "log_normal"


def test_two_kinds_of_patients_in_one_unit_need_the_observed_lengths() -> None:
    """Day cases and weeks of rehabilitation: no law with one hump is near; 40 stays are too few."""
    rng = np.random.default_rng(3)
    hours = np.concatenate([rng.normal(8, 1, 600), rng.normal(400, 40, 400)])
    everybody = np.ones(1000, dtype=np.bool_)
    fits = {fit.law.kind: fit for fit in stay_fits(StaySample(hours, everybody))}
    assert fits["empirical"].chosen
    assert all(fit.distance > 0.1 for fit in fits.values() if fit.law.kind != "empirical")
    few = np.arange(0, 1000, 25)
    assert stay_law(StaySample(hours[few], everybody[few])).kind != "empirical"


def test_a_known_mean_is_kept_by_whatever_law() -> None:
    sample = ended(TRUTHS[3], 400)
    for fit in stay_fits(sample):
        assert fit.mean_hours == pytest.approx(sample.hours.mean(), rel=1e-9)
        assert fit.law.mean_hours == fit.mean_hours


@given(mean=MOMENTS[0], cv=MOMENTS[1])
def test_moments_are_changed_within_the_family(mean: float, cv: float) -> None:
    for law in TRUTHS:
        changed = with_moments(law, mean, cv)
        assert changed.kind == law.kind
        assert changed.mean_hours == pytest.approx(mean)
        assert cv_of(changed) == pytest.approx(cv, rel=1e-6)
    values = Empirical(observed_hours=tuple(range(50, 150)))
    assert with_moments(values, mean, cv).mean_hours == pytest.approx(mean)
    assert cv_of(with_moments(values, mean, 0.2)) == pytest.approx(0.2, rel=1e-6)


@pytest.mark.parametrize("truth", TRUTHS[:1] + TRUTHS[2:3] + TRUTHS[4:5], ids=lambda law: law.kind)
def test_need_and_wait_for_the_clock_add_up_to_the_stay(truth: StayLaw) -> None:
    need = need_before_clock(truth)
    rng = np.random.default_rng(1)
    hours = need.hours(rng.random(400_000)) + rng.uniform(0, 24, 400_000)
    assert hours.mean() == pytest.approx(truth.mean_hours, rel=0.01)
    assert hours.std() == pytest.approx(cv_of(truth) * truth.mean_hours, rel=0.02)


# The report


def test_the_report_has_every_unit_and_the_kinds_with_enough_stays(build: SimpleNamespace) -> None:
    rng = np.random.default_rng(6)
    count = 200
    opening = pd.Timestamp(date(2026, 3, 1))
    admitted = opening + pd.to_timedelta(np.arange(count), unit="D")
    hours = TRUTHS[2].hours(rng.random(count))
    stays = pd.DataFrame(
        {
            "patient": [f"P{at}" for at in range(count)],
            "unit": "A-MED",
            "admitted_at": admitted,
            "left_at": admitted + pd.to_timedelta(hours, unit="h"),
            "kind": np.where(np.arange(count) < MINIMUM_STAYS - 1, "elective", "emergency"),
            "sex": "male",
            "age_group": "15-64",
            "province": "Tanger",
            "outcome": "home",
        }
    )
    history = read_stays(build.district(("A",)), stays)
    report = stay_fit_report(history, ("A-MED", "A-SUR"))
    assert report["unit"].unique().tolist() == ["A-MED"]
    assert report["kind"].unique().tolist() == ["", "emergency"]
    assert report["law"].tolist() == ["log_normal", "gamma", "weibull", "empirical"] * 2
    assert report.groupby("kind")["chosen"].sum().tolist() == [1, 1]
    whole = report[report["kind"] == ""]
    assert whole["stays"].eq(len(history.of_unit("A-MED"))).all()
    chosen = whole.loc[whole["chosen"], "law"].item()
    assert chosen == stay_law(sample_of(history.of_unit("A-MED"))).kind
