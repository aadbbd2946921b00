"""No path publishes without a decision: every use case, as every role, in every state."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import application.use_cases as package
from application.files_out import may_leave, whose_word
from application.language import Language, Translator
from application.store import decisions as log
from application.use_cases import (
    accounts,
    audit_head,
    change_order,
    change_transfers,
    chosen_run,
    data_age,
    drift_states,
    export_fhir,
    export_order,
    export_roster,
    export_theatre,
    federated,
    forecast_by_hour,
    keep_database,
    models,
    observed_indicators,
    presets,
    privacy,
    publishing,
    read_fairness,
    read_record,
    read_results,
    read_theatre,
    roster_memory,
    smallest_beds,
    state_change,
    stock_answers,
    territory,
)
from application.use_cases import (
    decide as deciding,
)
from application.use_cases.access import USE_CASES
from application.use_cases.change_roster import Move, move, replacements_for
from application.use_cases.decide import Opinion, decide, find_recommendation, recommendations
from application.use_cases.folders import export_folder
from application.use_cases.forecast_background import forecast_background
from application.use_cases.forecast_demand import ForecastRequest, forecast_chosen, forecast_demand
from application.use_cases.loop import FinishedLoop, Loop
from application.use_cases.propose_order import propose_order
from application.use_cases.propose_transfers import TransfersDraft, propose_transfers
from application.use_cases.session import Session, open_session
from governance.access import MAY, Action, Person
from governance.decision import (
    DECIDES,
    PUBLISHED,
    ReasonCode,
    RecommendationKind,
    Role,
    State,
    Verdict,
)
from governance.difference import Edit, Operation
from hospital.errors import GstError
from inventory.transfers import TransferRules
from tests.application.conftest import settings_in
from tests.homes import copy_database

pytestmark = pytest.mark.integration

DAYS = 7
SPEAKS = Translator(Language.ENGLISH)
KINDS = (
    RecommendationKind.SCENARIO,
    RecommendationKind.ROSTER,
    RecommendationKind.THEATRE_PLAN,
    RecommendationKind.STOCK_ORDER,
    RecommendationKind.STOCK_TRANSFERS,
)
PARTS = {
    "asked_series.series_asked",
    "asked_series.known_series",
    "asked_series.family_of",
    "asked_series.short_series",
    "build_roster.default_unit",
    "build_roster.roster_question",
    "decide.find_recommendation",
    "decide.hospital_of",
    "follow_staff.staffed",
    "follow_stock.medicines_under",
    "follow_theatre.theatre_under",
    "forecast_demand.first_day_of",
    "forecast_demand.plan_of",
    "forecast_demand.left_out",
    "overview.intensive_care",
    "overview.unit_name",
    "overview.medicine_name",
    "plan_theatre.closed_days",
    "plan_theatre.default_hospital",
    "propose_order.pharmacy_under",
    "simulate.starting_point",
    "simulate.twin_inputs",
    "beds_now.read_beds",
    "watch_drift.watch_one",
    "access.require",
    "accounts.sign_in",
    "accounts.sign_out",
    "models.signed",
    "tokens.end_token",
    "tokens.give_token",
    "tokens.person_of",
}
"""Parts of use cases, which are called behind their gates, and the door itself."""


@dataclass(frozen=True)
class World:
    """The demo with each kind of recommendation in one state."""

    home: Path
    state: State
    loop: Loop
    transfers: TransfersDraft

    @property
    def runs(self) -> dict[RecommendationKind, str]:
        """The recommendation of each kind."""
        loop = self.loop
        made = (loop.scenario, loop.roster, loop.theatre, loop.order, self.transfers)
        return {kind: draft.run for kind, draft in zip(KINDS, made, strict=True)}


Call = Callable[[Session, World, Path], Any]


def first_night(loop: Loop) -> Any:
    return next(a for a in loop.roster.roster.assignments if a.shift == "N")


def one_forecast(world: World) -> Any:
    return world.loop.forecasts.forecasts[0]


def moved(session: Session, world: World, _: Path) -> Any:
    night = first_night(world.loop)
    return move(session, world.loop.roster.run, [Move(night.staff, night.day, None)])


def replaced(session: Session, world: World, _: Path) -> Any:
    night = first_night(world.loop)
    return replacements_for(session, world.loop.roster.run, night.staff, night.day)


def explained(session: Session, world: World, _: Path) -> Any:
    night = first_night(world.loop)
    return read_fairness.explained(session, world.loop.roster.run, night.staff, night.day)


def changed(session: Session, world: World, _: Path) -> Any:
    return state_change.edits_of(session, world.loop.scenario.run, ["/name=tried"])


def refused(call: Callable[[], Any]) -> str | None:
    """The code of the refusal, None where it was done."""
    try:
        call()
    except GstError as error:
        return error.code
    return None


def leaves_if_published(world: World, folder: Path, call: Callable[[], Any]) -> None:
    """What leaves Tadbir to be acted on leaves in two states, and otherwise writes nothing."""
    expected = None if world.state in PUBLISHED else "not_published"
    assert refused(call) == expected
    assert bool(list(folder.iterdir())) == (expected is None)


def calendars(session: Session, world: World, folder: Path) -> Any:
    """A telephone shows no warning that a roster is a draft."""
    run = world.loop.roster.run
    leaves_if_published(
        world, folder, lambda: export_roster.export_roster(session, run, folder / "a.zip", SPEAKS)
    )


def decided(session: Session, world: World, folder: Path) -> Any:
    run = world.loop.order.run
    leaves_if_published(
        world, folder, lambda: publishing.write_published(session, run, folder / "order.json")
    )


def remembered(session: Session, world: World, _: Path) -> Any:
    problem = world.loop.roster.roster.problem
    later = problem.calendar()[-1].replace(year=problem.first_day.year + 1)
    found = roster_memory.memory_before(session, problem.unit, later)
    assert bool(found.runs) == (world.state in PUBLISHED)
    return found


def surgeons_calendars(session: Session, world: World, folder: Path) -> Any:
    said = str(whose_word(session, world.loop.theatre.run))
    assert ("nobody has published" in said) == (world.state not in PUBLISHED)
    run = world.loop.theatre.run
    leaves_if_published(
        world, folder, lambda: export_theatre.export_theatre(session, run, folder / "a.zip", SPEAKS)
    )


def fhir_order(session: Session, world: World, folder: Path) -> Any:
    run = world.loop.order.run
    content = export_fhir.Content.ORDER
    leaves_if_published(
        world,
        folder,
        lambda: export_fhir.export_fhir(session, content, folder / "order.json", run),
    )


def fhir_resources(session: Session, world: World, _: Path) -> Any:
    """The gate of an order and of a theatre plan, before a file is thought of."""
    expected = None if world.state in PUBLISHED else "not_published"
    assert refused(lambda: export_fhir.fhir_order(session, world.loop.order.run)) == expected
    assert refused(lambda: export_fhir.fhir_theatre(session, world.loop.theatre.run)) == expected


def gated(session: Session, world: World, _: Path) -> Any:
    code = refused(lambda: publishing.published(session, world.loop.scenario.run))
    assert code == (None if world.state in PUBLISHED else "not_published")


def left(session: Session, world: World, _: Path) -> Any:
    run = world.loop.roster.run
    assert may_leave(session, run, ".zip") == (world.state in PUBLISHED)
    assert may_leave(session, run, ".pdf")
    return export_roster.roster_file(session, run, ".csv", SPEAKS)


def fewer_boxes(session: Session, world: World, _: Path) -> Any:
    line = world.loop.order.plan.lines[0]
    packs = {change_order.key_of(line): line.packs - 1}
    return change_order.edits_of_packs(session, world.loop.order.run, packs)


def fewer_units(session: Session, world: World, _: Path) -> Any:
    return change_transfers.edits_of_units(session, world.transfers.run, {})


def verified(session: Session, world: World, _: Path) -> Any:
    assert audit_head.verify_record(session).broken is None


CALLS: dict[str, Call] = {
    "presets.presets": lambda s, w, f: presets.presets(s, 28),
    "territory.territory": lambda s, w, f: territory.territory(s),
    "data_age.history_ends": lambda s, w, f: data_age.history_ends(s),
    "drift_states.newest_drift": lambda s, w, f: drift_states.newest_drift(s),
    "smallest_beds.smallest_beds_runs": lambda s, w, f: smallest_beds.smallest_beds_runs(s),
    "stock_answers.newest_answer": lambda s, w, f: stock_answers.newest_answer(
        s, stock_answers.TENDER, w.loop.order.run
    ),
    "audit_head.exported_head": lambda s, w, f: (
        audit_head.exported_head(s) if w.state is not State.DRAFT else None
    ),
    "audit_head.write_head": lambda s, w, f: (
        audit_head.write_head(s, f / "head.json") if w.state is not State.DRAFT else None
    ),
    "audit_head.verify_record": verified,
    "accounts.list_accounts": lambda s, w, f: accounts.list_accounts(s),
    "models.list_models": lambda s, w, f: models.list_models(s),
    "privacy.register_of_processing": lambda s, w, f: privacy.register_of_processing(s),
    "change_roster.move": moved,
    "change_roster.replacements_for": replaced,
    "decide.recommendations": lambda s, w, f: recommendations(s),
    "decide.clock_behind": lambda s, w, f: deciding.clock_behind(s),
    "keep_database.database_state": lambda s, w, f: keep_database.database_state(s),
    "decide.recommendations_page": lambda s, w, f: deciding.recommendations_page(s, KINDS, 10),
    "read_results.runs_page": lambda s, w, f: read_results.runs_page(s, ("forecast", "twin"), 10),
    "read_results.run_of": lambda s, w, f: read_results.run_of(
        s, w.loop.order.run, ("stock_order",)
    ),
    "read_record.read_record": lambda s, w, f: read_record.read_record(s, 0, 10),
    "decide.decision_rates": lambda s, w, f: deciding.decision_rates(s),
    "federated.known_parameters": lambda s, w, f: federated.known_parameters(s),
    "export_fhir.export_fhir": fhir_order,
    "export_fhir.fhir_indicators": lambda s, w, f: export_fhir.fhir_indicators(s),
    "export_fhir.fhir_order": fhir_resources,
    "export_fhir.fhir_record": lambda s, w, f: export_fhir.fhir_record(s),
    "export_fhir.fhir_theatre": fhir_resources,
    "observed_indicators.observed_figures": lambda s, w, f: observed_indicators.observed_figures(s),
    "export_roster.roster_file": left,
    "export_roster.export_roster": calendars,
    "chosen_run.chosen_run": lambda s, w, f: chosen_run.chosen_run(
        s, RecommendationKind.STOCK_ORDER, None
    ),
    "change_order.edits_of_packs": fewer_boxes,
    "export_order.order_file": lambda s, w, f: export_order.order_file(
        s, w.loop.order.run, ".csv", SPEAKS
    ),
    "export_order.export_order": lambda s, w, f: export_order.export_order(
        s, w.loop.order.run, f / "order.csv", SPEAKS
    ),
    "export_theatre.theatre_file": lambda s, w, f: export_theatre.theatre_file(
        s, w.loop.theatre.run, ".csv", SPEAKS
    ),
    "export_theatre.export_theatre": surgeons_calendars,
    "read_theatre.indicators_of": lambda s, w, f: read_theatre.indicators_of(s, w.loop.theatre.run),
    "read_theatre.offers_of": lambda s, w, f: read_theatre.offers_of(s, w.loop.theatre.run),
    "read_theatre.equity_of": lambda s, w, f: read_theatre.equity_of(s, w.loop.theatre.run),
    "publishing.theatre_plan_in_force": lambda s, w, f: publishing.theatre_plan_in_force(
        s, find_recommendation(s, w.loop.theatre.run)
    ),
    "folders.export_folder": lambda s, w, f: export_folder(s, f / "gst"),
    "forecast_background.forecast_background": lambda s, w, f: forecast_background(
        s, one_forecast(w)
    ),
    "forecast_by_hour.hours_behind": lambda s, w, f: forecast_by_hour.hours_behind(
        s, w.loop.forecasts.run, one_forecast(w)
    ),
    "forecast_demand.forecast_demand": lambda s, w, f: forecast_demand(s),
    "forecast_demand.forecast_chosen": lambda s, w, f: forecast_chosen(s, ForecastRequest()),
    "propose_order.propose_order": lambda s, w, f: propose_order(s),
    "publishing.published": gated,
    "publishing.document_of": lambda s, w, f: publishing.document_of(
        s, find_recommendation(s, w.loop.order.run)
    ),
    "publishing.order_in_force": lambda s, w, f: publishing.order_in_force(
        s, find_recommendation(s, w.loop.order.run)
    ),
    "change_transfers.edits_of_units": fewer_units,
    "propose_transfers.propose_transfers": lambda s, w, f: propose_transfers(
        s, DAYS, 1, TransferRules()
    ),
    "publishing.transfers_in_force": lambda s, w, f: publishing.transfers_in_force(
        s, find_recommendation(s, w.transfers.run)
    ),
    "read_results.read_transfers": lambda s, w, f: read_results.read_transfers(s, w.transfers.run),
    "publishing.roster_in_force": lambda s, w, f: publishing.roster_in_force(
        s, find_recommendation(s, w.loop.roster.run)
    ),
    "publishing.write_published": decided,
    "read_fairness.fairness_of": lambda s, w, f: read_fairness.fairness_of(s, w.loop.roster.run),
    "read_fairness.explained": explained,
    "read_results.runs_of": lambda s, w, f: read_results.runs_of(s, RecommendationKind.ROSTER),
    "read_results.latest_forecast_run": lambda s, w, f: read_results.latest_forecast_run(s),
    "read_results.read_forecast": lambda s, w, f: read_results.read_forecast(
        s, w.loop.forecasts.run
    ),
    "read_results.knows_the_events": lambda s, w, f: read_results.knows_the_events(
        s, w.loop.forecasts.run
    ),
    "read_results.levels_of": lambda s, w, f: read_results.levels_of(s, w.loop.forecasts.run),
    "read_results.latest_baseline_run": lambda s, w, f: read_results.latest_baseline_run(s),
    "read_results.latest_beds_run": lambda s, w, f: read_results.latest_beds_run(s),
    "read_results.read_twin": lambda s, w, f: read_results.read_twin(
        s, w.loop.scenario.baseline.run
    ),
    "read_results.read_comparison": lambda s, w, f: read_results.read_comparison(
        s, w.loop.scenario.run
    ),
    "read_results.read_roster": lambda s, w, f: read_results.read_roster(s, w.loop.roster.run),
    "read_results.read_theatre_plan": lambda s, w, f: read_results.read_theatre_plan(
        s, w.loop.theatre.run
    ),
    "read_results.read_order": lambda s, w, f: read_results.read_order(s, w.loop.order.run),
    "roster_memory.memory_before": remembered,
    "state_change.edits_of": changed,
}
"""Use cases that answer in a moment on the demo, each as it is asked."""

ELSEWHERE = {
    "keep_database.back_up",
    "keep_database.copy_to",
    "keep_database.restore_backup",
    "accounts.close_account",
    "accounts.put_account",
    "federated.take_parameters",
    "federated.tell_parameters",
    "lifecycle.lifecycle_report",
    "lifecycle.write_lifecycle",
    "measure_equity.measure_equity",
    "models.attach_drift",
    "models.attach_equity",
    "models.load_model",
    "models.promote_model",
    "models.register_model",
    "models.show_model",
    "privacy.purge",
}
"""Done with files, models and accounts of their own in ``test_models``, ``test_accounts``,
``test_federated``, ``test_keep_database`` and ``test_privacy``; here their gates are tried."""

MINUTES = {
    "federated.own_parameters",
    "backtest_forecast.backtest_forecast",
    "beds_now.beds_now",
    "build_roster.build_roster",
    "build_roster.keep_roster",
    "change_roster.mend",
    "change_theatre.replan",
    "change_theatre.share_list",
    "check_theatre.check_theatre",
    "change_roster.options",
    "check_robustness.check_robustness",
    "compare_scenario.compare_scenario",
    "describe_twin.describe_twin",
    "drift_states.find_drift",
    "drift_states.read_drift",
    "exchange.export_replication",
    "exchange.import_adt_folder",
    "exchange.import_hl7_folder",
    "exchange.write_animation",
    "exchange.write_event_log",
    "explain_forecast.explain_forecast",
    "explain_forecast.explain_one",
    "explore_scenario.explore_scenario",
    "fit_twin.fit_twin",
    "follow_scenario.follow_scenario",
    "folders.import_data",
    "folders.import_folder",
    "forecast_by_hour.forecast_by_hour",
    "forecast_what_if.forecast_what_if",
    "import_fhir.import_fhir_folder",
    "measure_impact.measure_impact",
    "needs_from_beds.foreseen_cover",
    "needs_from_beds.needs_from_beds",
    "overview.overview",
    "plan_theatre.plan_theatre",
    "rank_scenarios.rank_scenarios",
    "read_fairness.fairness_prices",
    "read_results.read_beds",
    "run_demo.run_demo",
    "run_demo.run_loop",
    "scenario_cost.scenario_cost",
    "simulate.prepare_twin",
    "simulate.simulate",
    "smallest_beds.find_smallest_beds",
    "smallest_beds.read_smallest_beds",
    "stock_answers.find_emergency",
    "stock_answers.find_substitutes",
    "stock_answers.find_tender",
    "stock_answers.find_transfers",
    "stock_answers.read_emergency",
    "stock_answers.read_substitutes",
    "stock_answers.read_tender",
    "stock_desk.emergency_now",
    "stock_desk.replayed",
    "stock_desk.substitutions_now",
    "stock_desk.tender_now",
    "stock_desk.half_year",
    "stock_desk.moves_now",
    "stock_desk.stock_now",
    "watch_drift.watch_drift",
    "watch_drift.watch_shift",
    "write_report.write_report",
}
"""Engines run for minutes or a folder is read: their gate is tried with every role that may not
pass, and ``test_only_one_use_case_writes_decisions`` reads their code."""


def modules() -> Iterator[Any]:
    for found in pkgutil.iter_modules(package.__path__):
        yield importlib.import_module(f"{package.__name__}.{found.name}")


def use_cases() -> dict[str, Callable[..., Any]]:
    """Every public function of the use cases that works in a session."""
    found = {}
    for module in modules():
        for name, function in vars(module).items():
            own = inspect.isfunction(function) and function.__module__ == module.__name__
            if not own or name.startswith("_"):
                continue
            first = next(iter(inspect.signature(function).parameters.values()), None)
            if first is not None and str(first.annotation).strip("'\"").endswith("Session"):
                found[f"{module.__name__.rpartition('.')[2]}.{name}"] = function
    return found


def test_every_use_case_has_its_gate_and_its_place_in_the_walk() -> None:
    """A new use case fails here until it says which action it is."""
    names = set(use_cases())
    assert names - PARTS == set(USE_CASES)
    assert set(CALLS) | MINUTES | ELSEWHERE | {"decide.decide"} == set(USE_CASES)
    assert names >= PARTS


def test_only_one_use_case_writes_decisions() -> None:
    """And only one module knows which states publish."""
    writers, judges = set(), set()
    for file in sorted(Path("application").rglob("*.py")) + sorted(Path("dashboard").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node).startswith("log.record"):
                writers.add(file.stem)
            if isinstance(node, ast.ImportFrom) and node.module == "application.store.decisions":
                assert not any(n.name.startswith("record") for n in node.names), file
            if isinstance(node, ast.ImportFrom) and any(n.name == "PUBLISHED" for n in node.names):
                judges.add(file.stem)
    assert writers == {"decide"}
    assert judges == {"publishing"}


def opinions(kind: RecommendationKind, state: State) -> list[Opinion]:
    """What has to be said for a recommendation to stand in this state; edits come with the run."""
    role = sorted(DECIDES[kind])[0]
    yes = Opinion(Verdict.ACCEPTED, "Amina Tazi", role)
    no = Opinion(Verdict.REJECTED, "Amina Tazi", role, "no", "", ReasonCode.BUDGET)
    return {
        State.DRAFT: [],
        State.SECOND_NEEDED: [yes],
        State.ACCEPTED: [yes],
        State.MODIFIED: [yes],
        State.REJECTED: [yes, no],
    }[state]


def same_again(session: Session, run: str) -> tuple[Edit, ...]:
    """An edit that changes the first figure that the document holds, or its name."""
    document = publishing.document_of(session, find_recommendation(session, run))
    name, value = next(
        (name, value)
        for name, value in document.items()
        if name == "name" or (type(value) in {int, float} and name != "schema_version")
    )
    value_now = f"{value}.tried" if isinstance(value, str) else value + 1
    return (Edit(op=Operation.REPLACE, place=f"/{name}", was=value, value=value_now),)


@pytest.fixture(scope="module", params=State)
def world(
    request: pytest.FixtureRequest,
    demo: FinishedLoop,
    demo_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> World:
    state: State = request.param
    home = tmp_path_factory.mktemp(state.value)
    copy_database(demo_home, home)
    if state is State.SECOND_NEEDED:
        rules = "".join(f"\n  {kind.value}: 2" for kind in KINDS)
        (home / "decision_rules.yaml").write_text(f"schema_version: 1\npersons:{rules}\n")
    with open_session(settings_in(home)) as session:
        found = World(home, state, demo.loop, propose_transfers(session, DAYS, 1, TransferRules()))
        for kind, run in found.runs.items():
            for opinion in opinions(kind, state):
                if state is State.MODIFIED:
                    edits = same_again(session, run)
                    decide(
                        session,
                        run,
                        Opinion(
                            Verdict.MODIFIED, opinion.actor, opinion.role, "r", "", None, edits
                        ),
                    )
                else:
                    decide(session, run, opinion)
            assert find_recommendation(session, run).state is state
    return found


def published_runs(session: Session) -> set[str]:
    return {found.run.run for found in recommendations(session) if publishing.is_published(found)}


@pytest.mark.slow
@pytest.mark.parametrize("role", Role)
def test_no_use_case_publishes_but_the_decision(world: World, role: Role, tmp_path: Path) -> None:
    functions = use_cases()
    with open_session(settings_in(world.home)) as session:
        before, said = published_runs(session), len(log.entries(session.database))
        assert bool(before) == (world.state in PUBLISHED)
        session.person = Person(name="Salma Idrissi", role=role)
        for at, (name, action) in enumerate(sorted(USE_CASES.items())):
            folder = tmp_path / str(at)
            folder.mkdir()
            if action not in MAY[role]:
                with pytest.raises(GstError, match="not_allowed"):
                    functions[name](session)
            elif name in CALLS:
                CALLS[name](session, world, folder)
            session.person = None
            assert published_runs(session) == before, name
            assert len(log.entries(session.database)) == said, name
            session.person = Person(name="Salma Idrissi", role=role)


@pytest.mark.slow
@pytest.mark.parametrize("role", Role)
def test_the_decision_itself_publishes_for_its_roles_only(
    world: World, role: Role, tmp_path: Path
) -> None:
    """In every state: the right role publishes (or waits for a second), any other is refused."""
    copy_database(world.home, tmp_path)
    rules = world.home / "decision_rules.yaml"
    if rules.exists():
        (tmp_path / rules.name).write_text(rules.read_text())
    with open_session(settings_in(tmp_path)) as session:
        for kind, run in world.runs.items():
            session.person = Person(name="Salma Idrissi", role=role)
            said = len(log.entries(session.database))
            opinion = Opinion(Verdict.ACCEPTED, "", role)
            if Action.DECIDE in MAY[role] and role in DECIDES[kind]:
                decide(session, run, opinion)
                session.person = None
                assert find_recommendation(session, run).state in PUBLISHED
                assert log.entries(session.database)[-1].sequence == said + 1
            else:
                with pytest.raises(GstError, match=r"not_allowed|role_may_not_decide"):
                    decide(session, run, opinion)
                assert len(log.entries(session.database)) == said
