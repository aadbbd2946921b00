"""What a page asks for arrives in the worker as it was meant."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from application.jobs import works
from application.jobs.work import WORKS, Work, arguments_of, do
from application.use_cases.build_roster import RosterRequest
from application.use_cases.change_theatre import TodaysNews
from application.use_cases.forecast_demand import ForecastRequest
from application.use_cases.simulate import TwinDesign
from application.use_cases.smallest_beds import SmallestBedsDesign
from hospital.forecast import Level
from scenarios.language import CloseBeds, DemandGrowth, Scenario

pytestmark = pytest.mark.unit

SCENARIO = Scenario(name="two", changes=(CloseBeds(unit="U", beds=2), DemandGrowth(factor=1.1)))
ASKED: dict[str, tuple[Work, tuple[Any, ...]]] = {
    "load_demo": (works.load_demo(), ()),
    "plan_everything": (works.plan_everything(), ()),
    "forecast": (
        works.forecast(ForecastRequest(levels=(next(iter(Level)),))),
        (ForecastRequest(levels=(next(iter(Level)),)),),
    ),
    "forecast_beds": (works.forecast_beds(), ()),
    "watch_drift": (works.watch_drift(), ()),
    "compare": (
        works.compare(SCENARIO, TwinDesign(replications=5)),
        (SCENARIO, TwinDesign(replications=5)),
    ),
    "smallest_beds": (
        works.smallest_beds(SmallestBedsDesign(unit="U")),
        (SmallestBedsDesign(unit="U"),),
    ),
    "roster": (
        works.roster(RosterRequest("U", first_day=date(2026, 12, 7), in_stages=True)),
        (RosterRequest("U", first_day=date(2026, 12, 7), in_stages=True),),
    ),
    "mended_roster": (
        works.mended_roster("r", ("A", "B"), date(2026, 12, 7), 3),
        ("r", ("A", "B"), date(2026, 12, 7), 3),
    ),
    "twin_run": (works.twin_run(TwinDesign(seed=7)), (TwinDesign(seed=7),)),
    "theatre_week": (
        works.theatre_week("H", TwinDesign(seed=7), date(2026, 12, 7)),
        ("H", TwinDesign(seed=7), date(2026, 12, 7)),
    ),
    "theatre_day": (
        works.theatre_day("r", TodaysNews(datetime(2026, 12, 7, 8), absent=("S",))),  # noqa: DTZ001
        ("r", TodaysNews(datetime(2026, 12, 7, 8), absent=("S",))),  # noqa: DTZ001
    ),
    "order": (works.order(14, 7), (14, 7)),
    "transfers": (works.transfers("o", 2, ("M",)), ("o", 2, ("M",))),
    "emergency": (
        works.emergency("o", {"failed_supplier": "S", "failed_days": 60, "price_factor": 1.5}),
        ("o", {"failed_supplier": "S", "failed_days": 60, "price_factor": 1.5}),
    ),
    "substitutes": (works.substitutes("o"), ("o",)),
    "tender": (works.tender("o", 0.95, 4), ("o", 0.95, 4)),
}


def test_every_work_is_tried_here() -> None:
    assert set(ASKED) == {name for name, done in WORKS.items() if done.__module__ == works.__name__}


@pytest.mark.parametrize("name", ASKED)
def test_arguments_arrive_as_they_were_given(name: str) -> None:
    asked, given = ASKED[name]
    assert asked.name == name
    assert tuple(arguments_of(asked).values()) == given


def test_nothing_else_is_done_whatever_a_row_says() -> None:
    with pytest.raises(KeyError):
        do(None, Work("os.system", '{"command": "true"}'))  # type: ignore[arg-type]
