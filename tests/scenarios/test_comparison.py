import numpy as np
import pandas as pd
import pytest
from scipy import stats

from hospital.errors import GstError
from hospital.tables import Col
from hospital.twin_result import TwinResult
from scenarios.comparison import compare

pytestmark = pytest.mark.unit


def result(values: list[float], *, seed: int = 1, indicator: str = "boarding_hours") -> TwinResult:
    indicators = pd.DataFrame(
        {
            Col.REPLICATION: range(len(values)),
            Col.INDICATOR: indicator,
            Col.PLACE: "",
            Col.GROUP: "",
            Col.VALUE: values,
        }
    )
    return TwinResult(len(values), 28, 14, seed, indicators, pd.DataFrame())


def test_the_interval_is_the_paired_t_interval() -> None:
    """Against SciPy's own confidence interval of the paired test."""
    rng = np.random.default_rng(7)
    before = rng.normal(10, 3, 30)
    after = before - rng.normal(1, 0.5, 30)
    row = compare("x", result(list(before)), result(list(after))).row("boarding_hours")
    expected = stats.ttest_rel(after, before).confidence_interval(0.95)
    assert row["difference"] == pytest.approx(np.mean(after - before))
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))


def test_common_random_numbers_narrow_the_interval() -> None:
    rng = np.random.default_rng(8)
    shared = rng.normal(0, 5, 40)
    before, after = shared + rng.normal(0, 0.1, 40), shared - 1 + rng.normal(0, 0.1, 40)
    paired = compare("x", result(list(before)), result(list(after))).row("boarding_hours")
    shuffled = compare("x", result(list(before)), result(list(rng.permutation(after))))
    unpaired = shuffled.row("boarding_hours")
    assert (paired["high"] - paired["low"]) < (unpaired["high"] - unpaired["low"]) / 10


def test_what_a_scenario_does_not_touch_differs_by_exactly_nothing() -> None:
    row = compare("x", result([1.5, 2.5, 9.1]), result([1.5, 2.5, 9.1])).row("boarding_hours")
    assert row["difference"] == row["low"] == row["high"] == 0
    assert row["share_equal"] == 1


def test_swapping_the_two_runs_turns_the_interval_round() -> None:
    one, two = result([1.0, 2.0, 4.0]), result([2.0, 2.5, 4.2])
    there = compare("x", one, two).row("boarding_hours")
    back = compare("x", two, one).row("boarding_hours")
    assert there["low"] == pytest.approx(-back["high"])


def test_one_pair_gives_no_interval() -> None:
    row = compare("x", result([1.0]), result([2.0])).row("boarding_hours")
    assert row["difference"] == 1
    assert np.isnan(row["low"])


def test_a_replication_without_the_indicator_is_left_out_of_its_pair() -> None:
    row = compare("x", result([1.0, np.nan, 3.0]), result([2.0, 5.0, 4.0])).row("boarding_hours")
    assert row["difference"] == 1


def test_runs_on_other_random_numbers_are_not_compared() -> None:
    with pytest.raises(GstError, match="runs_not_paired"):
        compare("x", result([1.0, 2.0]), result([1.0, 2.0], seed=2))


def test_what_is_counted_in_one_run_only_did_not_happen_in_the_other() -> None:
    """Diversions exist where a rule makes them; a mean stay that nobody had stays unknown."""
    with_rule, without = result([3.0, 5.0], indicator="diversions_per_day"), result([1.0, 1.0])
    both = TwinResult(
        2, 28, 14, 1, pd.concat([with_rule.indicators, without.indicators]), pd.DataFrame()
    )
    row = compare("x", without, both).row("diversions_per_day")
    assert (row["baseline"], row["scenario"], row["difference"]) == (0, 4, 4)
    assert compare("x", both, without).row("diversions_per_day")["difference"] == -4
    stays = result([3.0, 5.0], indicator="length_of_stay_days")
    with_stays = TwinResult(
        2, 28, 14, 1, pd.concat([stays.indicators, without.indicators]), pd.DataFrame()
    )
    with pytest.raises(KeyError):
        compare("x", without, with_stays).row("length_of_stay_days")


def test_without_a_fleet_nobody_waits_for_an_ambulance() -> None:
    plain, waits = result([1.0, 1.0]), result([30.0, 50.0], indicator="ambulance_wait_minutes")
    fleet = TwinResult(
        2, 28, 14, 1, pd.concat([plain.indicators, waits.indicators]), pd.DataFrame()
    )
    row = compare("x", plain, fleet).row("ambulance_wait_minutes")
    assert (row["baseline"], row["scenario"]) == (0, 40)
