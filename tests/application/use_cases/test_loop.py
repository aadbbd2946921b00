from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from application.folder.reading import GstData
from application.identity import run_identity
from application.language import Language
from application.settings import load_settings
from application.store.runs import find_run, list_runs
from application.store.snapshots import snapshot_hash
from application.use_cases.build_roster import next_monday
from application.use_cases.compare_scenario import compare_scenario
from application.use_cases.folders import export_folder, import_data, import_folder
from application.use_cases.forecast_demand import forecast_demand
from application.use_cases.loop import FinishedLoop
from application.use_cases.loop_summary import loop_summary
from application.use_cases.run_demo import run_demo
from application.use_cases.session import Session, open_session
from application.use_cases.simulate import TheatreDays, TwinDesign, simulate
from application.use_cases.write_report import write_report
from hospital.errors import GstError
from hospital.forecast import SeriesKind
from hospital.tables import Col
from hospital.twin_result import Indicator
from scenarios.demo import DemoSize, generate
from scenarios.language import OpenBeds, Scenario, apply

pytestmark = pytest.mark.integration

DESIGN = TwinDesign(horizon_days=7, replications=4)


def test_every_engine_is_in_the_loop(demo: FinishedLoop) -> None:
    loop = demo.loop
    assert {f.key.kind for f in loop.forecasts.forecasts} >= {
        SeriesKind.VISITS,
        SeriesKind.CONSUMPTION,
    }
    assert any("prophet" in forecast.model for forecast in loop.forecasts.forecasts)
    assert loop.scenario.comparison.replications == DESIGN.replications
    assert loop.roster.roster.assignments
    assert loop.theatre.plan.cases
    assert loop.order.plan.lines


def test_no_plan_is_shown_that_breaks_its_own_rules(demo: FinishedLoop) -> None:
    assert demo.loop.roster.roster.violations() == ()
    assert demo.loop.theatre.plan.violations() == ()
    assert demo.loop.order.plan.violations() == ()


def test_the_order_keeps_within_the_budget(demo: FinishedLoop, session: Session) -> None:
    assert demo.loop.order.plan.cost_mad <= session.gst.identity.medicine_budget_mad


def test_more_beds_leave_the_arrivals_exactly_as_they_were(demo: FinishedLoop) -> None:
    """Common random numbers: the same patients come to both hospitals."""
    row = demo.loop.scenario.comparison.row(Indicator.VISITS)
    assert row["difference"] == row["low"] == row["high"] == 0


def test_a_run_that_was_done_is_read_and_is_equal_to_the_last_bit(
    demo: FinishedLoop, session: Session
) -> None:
    again = simulate(session, DESIGN)
    assert again.run == demo.loop.scenario.baseline.run
    pd.testing.assert_frame_equal(
        again.result.indicators, demo.loop.scenario.baseline.result.indicators, check_exact=True
    )
    stored = forecast_demand(session, DESIGN.horizon_days).forecasts
    for one, other in zip(stored, demo.loop.forecasts.forecasts, strict=True):
        assert one.key == other.key
        assert (one.sample_paths == other.sample_paths).all()
        assert one.backtest == other.backtest


@pytest.mark.slow
def test_one_process_and_two_give_the_same_numbers(demo: FinishedLoop, tmp_path: Path) -> None:
    settings = load_settings({"TADBIR_HOME": str(tmp_path), "TADBIR_PROCESSES": "2"})
    with open_session(settings) as other:
        again = run_demo(other, "small", DESIGN)
    assert json.dumps(loop_summary(again)) == json.dumps(loop_summary(demo))
    assert again.report.read_bytes() == demo.report.read_bytes()


def test_one_bed_more_is_another_gst_and_another_run() -> None:
    gst, history = generate(DemoSize.SMALL, 1)
    change = Scenario(name="one", changes=(OpenBeds(unit="CHR-KEN-CHIR", beds=1),))
    before = snapshot_hash(GstData(gst, history))
    after = snapshot_hash(GstData(apply(gst, change), history))
    assert before != after
    assert run_identity("twin", before, 1, {}) != run_identity("twin", after, 1, {})


def test_another_seed_is_another_run() -> None:
    assert run_identity("twin", "a", 1, {}) != run_identity("twin", "a", 2, {})


def test_the_exported_demo_imports_as_the_same_gst(session: Session, tmp_path: Path) -> None:
    export_folder(session, tmp_path / "out")
    settings = load_settings({"TADBIR_HOME": str(tmp_path / "home"), "TADBIR_PROCESSES": "1"})
    with open_session(settings) as other:
        snapshot = import_folder(other, tmp_path / "out")
        assert snapshot.snapshot == session.snapshot.snapshot
        assert snapshot.synthetic


def test_an_unknown_unit_stores_no_run(session: Session) -> None:
    before = len(list_runs(session.database, None, None, 500))
    wrong = Scenario(name="wrong", changes=(OpenBeds(unit="NOWHERE", beds=1),))
    with pytest.raises(GstError, match="unknown_unit"):
        compare_scenario(session, wrong, DESIGN)
    assert len(list_runs(session.database, None, None, 500)) == before


def test_without_a_gst_the_person_is_told_what_to_do(tmp_path: Path) -> None:
    with (
        open_session(load_settings({"TADBIR_HOME": str(tmp_path)})) as empty,
        pytest.raises(GstError, match="no_gst"),
    ):
        forecast_demand(empty)


def test_the_imported_gst_replaces_the_one_before(tmp_path: Path) -> None:
    first, second = (GstData(*generate(DemoSize.SMALL, seed)) for seed in (1, 2))
    with open_session(load_settings({"TADBIR_HOME": str(tmp_path)})) as opened:
        one = import_data(opened, first)
        assert import_data(opened, second).snapshot != one.snapshot
        assert import_data(opened, first).snapshot == one.snapshot
        assert opened.snapshot == opened.snapshot
        assert opened.data.gst == first.gst


def test_beds_free_for_the_theatre_are_counted_without_its_operations(
    demo: FinishedLoop, session: Session
) -> None:
    twin_run = find_run(session.database, demo.loop.theatre.twin_run)
    assert twin_run is not None
    days = twin_run.inputs["design"]["theatre_days"]
    monday = next_monday(session.gst.identity.as_of)
    assert (days["first_day"], days["days"]) == (monday.isoformat(), 7)
    planned = TheatreDays(hospital=days["hospital"], first_day=monday, days=7)
    without = simulate(session, DESIGN.but(theatre_days=planned, replications=10)).result
    everybody = simulate(session, DESIGN.but(replications=10)).result
    assert without.occupancy[Col.MEAN].sum() < everybody.occupancy[Col.MEAN].sum()


def test_the_demo_never_takes_the_place_of_a_real_gst(tmp_path: Path) -> None:
    gst, history = generate(DemoSize.SMALL, 1)
    real = gst.model_copy(update={"identity": gst.identity.but(synthetic=False)})
    with open_session(load_settings({"TADBIR_HOME": str(tmp_path)})) as opened:
        import_data(opened, GstData(real, history))
        with pytest.raises(GstError, match="real_gst_present"):
            run_demo(opened, "small", DESIGN)
        assert not opened.snapshot.synthetic


@pytest.mark.parametrize("language", list(Language))
def test_the_report_stands_alone_in_each_language(
    demo: FinishedLoop, session: Session, language: Language, tmp_path: Path
) -> None:
    session.settings = replace(session.settings, language=language, folder=tmp_path)
    page = write_report(session, demo.loop).read_text(encoding="utf-8")
    assert f'lang="{language}"' in page
    assert ('dir="rtl"' in page) is language.is_right_to_left
    assert session.gst.identity.name in page
    assert page.count("<svg") >= 4
    fetched = re.findall(r'(?:src|href)\s*=\s*"(?!#)[^"]*"|@import|url\(\s*["\']?http', page)
    assert fetched == []
    assert "synthetic" in page
