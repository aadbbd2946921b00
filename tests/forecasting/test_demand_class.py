"""The four classes of Syntetos and Boylan, and the two ends of life."""

import numpy as np
import pytest

from forecasting.demand_class import DemandClass, demand_class

pytestmark = pytest.mark.unit

EVEN = np.array([9.0, 10, 11, 10])
UNEVEN = np.array([1.0, 2, 1, 40])


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.tile(EVEN, 10), DemandClass.SMOOTH),
        (np.tile(UNEVEN, 10), DemandClass.ERRATIC),
        (np.tile(np.append(EVEN, np.zeros(4)), 10), DemandClass.INTERMITTENT),
        (np.tile(np.append(UNEVEN, np.zeros(4)), 10), DemandClass.LUMPY),
        (np.append(np.tile(EVEN, 10), np.zeros(13)), DemandClass.DISCONTINUED),
        (np.zeros(30), DemandClass.NEVER_USED),
    ],
)
def test_each_class_is_recognised(values: np.ndarray, kind: DemandClass) -> None:
    assert demand_class(values) is kind


def test_one_quiet_week_ends_nothing() -> None:
    assert demand_class(np.append(np.tile(EVEN, 10), 0.0)) is DemandClass.SMOOTH


def test_a_silence_usual_for_a_rare_item_ends_nothing() -> None:
    monthly = np.tile([0.0, 0, 0, 5], 30)
    assert demand_class(np.append(monthly, np.zeros(8))) is DemandClass.INTERMITTENT


def test_unknown_weeks_are_no_silence() -> None:
    values = np.append(np.tile(EVEN, 10), np.full(13, np.nan))
    assert demand_class(values) is DemandClass.SMOOTH


def test_limits_are_those_of_the_paper() -> None:
    """132 weeks with 100 demands lie on the limit of 1.32: intermittent."""
    demand = np.append(np.zeros(32), np.full(100, 5.0))
    assert demand_class(demand) is DemandClass.INTERMITTENT
    assert demand_class(demand[1:]) is DemandClass.SMOOTH
