"""A model enters a stage through its gates, one stage at a time; it leaves at any time."""

from itertools import pairwise, product

import pytest
from pydantic import ValidationError

from governance.model_version import ModelType
from governance.promotion import (
    ORDER,
    Evidence,
    Gate,
    Report,
    Stage,
    require_promotion,
    shipped_gates,
)
from hospital.errors import GstError

pytestmark = pytest.mark.unit

GOOD = Evidence(
    metrics={"mase": 0.8, "coverage_80": 0.8},
    reports={Report.EQUITY: "fair", Report.DRIFT: "watch"},
)


def forecast(now: Stage, wanted: Stage, known: Evidence = GOOD) -> None:
    require_promotion(now, wanted, shipped_gates().before(ModelType.FORECAST, wanted), known)


def test_a_good_forecast_goes_all_the_way() -> None:
    for now, wanted in pairwise(ORDER):
        forecast(now, wanted)


@pytest.mark.parametrize(
    ("wanted", "metrics", "reports"),
    [
        (Stage.SHADOW, {"mase": 1.0}, {}),
        (Stage.SHADOW, {}, {}),
        (Stage.SHADOW, {"mase": float("nan")}, {}),
        (Stage.PILOT, {"coverage_80": 0.74}, {}),
        (Stage.PILOT, {"coverage_80": 0.86}, {}),
        (Stage.PILOT, {}, {Report.EQUITY: "unfair"}),
        (Stage.LIVE, {}, {Report.EQUITY: "inconclusive"}),
        (Stage.LIVE, {}, {Report.DRIFT: "break"}),
    ],
)
def test_a_gate_that_is_not_passed_keeps_the_model_out(
    wanted: Stage, metrics: dict[str, float], reports: dict[Report, str]
) -> None:
    known = Evidence(
        metrics={**GOOD.metrics, **metrics} if metrics else GOOD.metrics,
        reports={**GOOD.reports, **reports},
    )
    if not metrics and not reports:
        known = Evidence(metrics={}, reports={})
    with pytest.raises(GstError, match="gate_closed"):
        forecast(ORDER[ORDER.index(wanted) - 1], wanted, known)


def test_a_report_that_nobody_made_is_not_a_good_one() -> None:
    with pytest.raises(GstError) as closed:
        forecast(Stage.PILOT, Stage.LIVE, GOOD.but(reports={}))
    assert len(closed.value.details["failures"]) == 2


@pytest.mark.parametrize(("now", "wanted"), list(product(Stage, Stage)))
def test_no_stage_is_skipped_and_nothing_comes_back_from_retirement(
    now: Stage, wanted: Stage
) -> None:
    steps = list(Stage)
    is_up = steps.index(wanted) == steps.index(now) + 1
    is_out = wanted is Stage.RETIRED or steps.index(wanted) < steps.index(now)
    if now is not wanted and now is not Stage.RETIRED and (is_up or is_out):
        forecast(now, wanted)
    else:
        with pytest.raises(GstError, match=r"same_stage|retired|stage_skipped"):
            forecast(now, wanted)


@pytest.mark.parametrize(
    "gate",
    [
        {},
        {"metric": "mase"},
        {"report": "equity"},
        {"below": 1},
        {"metric": "mase", "below": 1, "report": "equity", "never": ["unfair"]},
    ],
)
def test_a_gate_that_asks_nothing_or_two_things_is_no_gate(gate: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Gate.model_validate(gate)
