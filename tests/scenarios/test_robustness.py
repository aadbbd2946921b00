"""Changed, thinned-out and reordered inputs: what must follow does, and what is wrong is seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from application.language import Language, Translator
from application.robustness_words import report
from hospital.gst import Gst
from hospital.history import History
from hospital.tables import Col
from hospital.twin_result import Indicator, TwinResult
from scenarios import robustness as tried
from scenarios.demo import DemoSize, generate
from scenarios.language import OpenBeds, Scenario
from scenarios.robustness import (
    LOST,
    MUTATIONS,
    Robustness,
    RobustnessQuestion,
    degraded_history,
    robustness,
)
from twin.run_plan import RunPlan, Start

pytestmark = [pytest.mark.integration, pytest.mark.slow]

MORE = Scenario(name="more", changes=(OpenBeds(unit="CHR-KEN-MED", beds=15),))


@pytest.fixture(scope="module")
def demo() -> tuple[Gst, History]:
    return generate(DemoSize.SMALL, 1)[:2]


@pytest.fixture(scope="module")
def found(demo: tuple[Gst, History]) -> Robustness:
    plan = RunPlan(
        first_day=date(2026, 11, 23),
        horizon_days=14,
        replications=6,
        start=Start.EMPTY,
        warmup_days=14,
    )
    return robustness(demo, RobustnessQuestion(MORE, Indicator.BOARDING.value, plan))


def test_every_mutation_does_what_must_follow(found: Robustness) -> None:
    rows = {one.name.value: one for one in found.mutations}
    assert len(rows) == len(MUTATIONS)
    assert [one.name for one in found.mutations if not one.holds] == []
    assert rows["rows_in_another_order"].difference == 0
    assert rows["tenth_more_visits"].low > 0
    assert rows["stays_a_tenth_longer"].low > 0


def test_the_twin_drifts_with_the_data_lost_and_does_not_jump(found: Robustness) -> None:
    assert [one.lost for one in found.degraded] == list(LOST)
    assert set(found.degraded[0].drift_percent.values()) == {0.0}
    worst = [max(map(abs, one.drift_percent.values())) for one in found.degraded]
    assert worst == sorted(worst)
    assert all(one <= 100 * lost + 5 for one, lost in zip(worst, LOST, strict=True))


def test_nobody_more_urgent_waits_longer_under_any_inputs(found: Robustness) -> None:
    assert len(found.triage) == 1 + len(MUTATIONS) + len(LOST)
    for one in found.triage:
        assert len(one.waits_minutes) == 5
        assert not one.inverted


def test_what_is_lost_with_a_tenth_is_lost_with_a_fifth(demo: tuple[Gst, History]) -> None:
    tenth, fifth = (degraded_history(demo[1], lost, 1).stays for lost in (0.1, 0.2))
    assert len(tenth) / len(demo[1].stays) == pytest.approx(0.9, abs=0.01)
    assert set(fifth.index) < set(tenth.index)
    assert degraded_history(demo[1], 0.0, 1).stays.equals(demo[1].stays)
    with pytest.raises(ValueError, match="share"):
        degraded_history(demo[1], 1.0, 1)


def test_an_inverted_order_of_triage_is_seen() -> None:
    """The wrong twin: level 2 is seen after level 3."""
    rng = np.random.default_rng(1)
    rows = [
        (
            replication,
            Indicator.PHYSICIAN_WAIT_P90.value,
            "",
            f"triage:{level}",
            wait + rng.normal(),
        )
        for replication in range(10)
        for level, wait in ((1, 5.0), (2, 40.0), (3, 20.0))
    ]
    columns = [Col.REPLICATION, Col.INDICATOR, Col.PLACE, Col.GROUP, Col.VALUE]
    frame = pd.DataFrame(rows, columns=columns)
    result = TwinResult(10, 14, 0, 1, frame, pd.DataFrame())
    assert tried._triage("try", result).inverted == (2,)


@pytest.mark.parametrize("language", list(Language))
def test_the_report_is_told_in_three_languages_and_says_what_does_not_hold(
    found: Robustness, language: Language
) -> None:
    t = Translator(language)
    text = report(found, t)
    assert text.count("\n| ") >= len(MUTATIONS) + len(LOST) + len(found.triage)
    assert t("rows in another order") in text
    assert "more" in text
    broken = replace(found, mutations=(replace(found.mutations[0], holds=False),))
    assert t("Not everything holds: see below.") in report(broken, t)
    if language is not Language.ENGLISH:
        assert "holds" not in text
