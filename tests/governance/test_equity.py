"""A model that is 10 % worse for some is found; twenty cases prove nothing, either way."""

import numpy as np
import pytest

from governance.equity import (
    LEAST_CASES,
    Cases,
    EquityReport,
    EquityVerdict,
    GroupEquity,
    equity_report,
    judged,
)
from hospital.errors import GstError

pytestmark = pytest.mark.unit


def cases_of(**groups: tuple[int, float]) -> Cases:
    """Errors with a spread of half their mean: how many, and how far above one, in each group."""
    chance = np.random.default_rng(20_261_123)
    errors, labels = [], []
    for name, (count, deviation) in groups.items():
        errors += chance.gamma(4.0, 0.25 * (1 + deviation), count).tolist()
        labels += [name] * count
    return Cases(
        metric="error",
        errors=tuple(errors),
        weights=(1.0,) * len(errors),
        groups={"province": tuple(labels)},
    )


def of_group(report: EquityReport, name: str) -> GroupEquity:
    return next(group for group in report.groups if group.group == name)


def test_a_planted_ten_percent_is_found() -> None:
    report = equity_report(cases_of(kenitra=(20_000, 0.0), sidi_kacem=(3_000, 0.13)))
    found = of_group(report, "sidi_kacem")
    assert found.verdict is EquityVerdict.UNFAIR
    assert found.low > 0.05
    assert found.low < found.deviation < found.high
    assert report.verdict is EquityVerdict.UNFAIR


def test_ten_percent_over_all_is_called_by_its_size() -> None:
    report = equity_report(cases_of(kenitra=(40_000, 0.0), sidi_kacem=(5_000, 0.10)))
    found = of_group(report, "sidi_kacem")
    assert found.verdict is EquityVerdict.UNFAIR
    assert found.deviation == pytest.approx(0.10 / 1.011, abs=0.03)
    assert of_group(report, "kenitra").verdict is EquityVerdict.FAIR


@pytest.mark.parametrize("deviation", [0.0, 0.10, 0.5])
def test_twenty_cases_are_inconclusive_whatever_they_show(deviation: float) -> None:
    report = equity_report(cases_of(kenitra=(20_000, 0.0), ouezzane=(20, deviation)))
    assert of_group(report, "ouezzane").verdict is EquityVerdict.INCONCLUSIVE
    assert report.verdict is EquityVerdict.INCONCLUSIVE


def test_groups_that_are_alike_are_fair_with_enough_cases() -> None:
    report = equity_report(cases_of(kenitra=(20_000, 0.0), sale=(20_000, 0.0)))
    assert {group.verdict for group in report.groups} == {EquityVerdict.FAIR}


def test_a_model_that_is_better_for_some_is_told_too() -> None:
    report = equity_report(cases_of(kenitra=(20_000, 0.0), rabat=(5_000, -0.2)))
    found = of_group(report, "rabat")
    assert (found.verdict, found.high < -0.05) == (EquityVerdict.UNFAIR, True)


def test_the_same_seed_says_the_same_and_each_attribute_is_judged_alone() -> None:
    cases = cases_of(kenitra=(400, 0.0), sale=(300, 0.1))
    assert equity_report(cases, seed=3) == equity_report(cases, seed=3)
    sexes = ("f", "m") * 350
    both = equity_report(cases.but(groups={**cases.groups, "sex": sexes}), seed=3)
    assert [g for g in both.groups if g.attribute == "province"] == list(
        equity_report(cases, seed=3).groups
    )


def test_weights_make_an_error_in_percent_of_what_came() -> None:
    """Ten wrong of a hundred weigh as one wrong of ten."""
    cases = Cases(
        metric="wape",
        errors=(10.0,) * 40 + (1.0,) * 40,
        weights=(100.0,) * 40 + (10.0,) * 40,
        groups={"level": ("chr",) * 40 + ("hp",) * 40},
    )
    report = equity_report(cases)
    assert [group.figure for group in report.groups] == [0.1, 0.1]
    assert report.verdict is EquityVerdict.FAIR


@pytest.mark.parametrize(
    ("low", "high", "cases", "verdict"),
    [
        (-0.05, 0.05, LEAST_CASES, EquityVerdict.FAIR),
        (-0.05, 0.05, LEAST_CASES - 1, EquityVerdict.INCONCLUSIVE),
        (0.04, 0.06, 100, EquityVerdict.INCONCLUSIVE),
        (0.05, 0.06, 100, EquityVerdict.INCONCLUSIVE),
        (0.0501, 0.06, 100, EquityVerdict.UNFAIR),
        (-0.2, -0.0501, 100, EquityVerdict.UNFAIR),
        (-0.2, 0.2, 100, EquityVerdict.INCONCLUSIVE),
    ],
)
def test_the_whole_interval_decides(
    low: float, high: float, cases: int, verdict: EquityVerdict
) -> None:
    assert judged(low, high, cases, 0.05) is verdict


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"errors": (), "weights": (), "groups": {"g": ()}}, "cases_do_not_match"),
        ({"weights": (1.0,)}, "cases_do_not_match"),
        ({"groups": {"g": ("a",)}}, "cases_do_not_match"),
        ({"errors": (float("nan"), 1.0)}, "not_a_case"),
        ({"weights": (-1.0, 1.0)}, "not_a_case"),
        ({"weights": (0.0, 1.0)}, "weightless_group"),
        ({"errors": (0.0, 0.0)}, "no_error_at_all"),
    ],
)
def test_cases_that_cannot_be_compared_are_refused(changes: dict[str, object], code: str) -> None:
    two = {"metric": "e", "errors": (1.0, 2.0), "weights": (1.0, 1.0), "groups": {"g": ("a", "b")}}
    with pytest.raises(GstError, match=code):
        equity_report(Cases.model_validate({**two, **changes}))
