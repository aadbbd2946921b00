"""Every role and every action: command, API and the dashboard's service let the same persons in.

The site is empty, so that whoever may act is refused for another reason at most: the gate comes
first. What a way does not offer is named, and the list of it is held to the description.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from application.settings import Settings
from application.use_cases import audit_head, models, post_stock, privacy
from application.use_cases.accounts import list_accounts, sign_in, sign_out
from application.use_cases.build_roster import RosterRequest, build_roster
from application.use_cases.calendar_events import add_event
from application.use_cases.decide import Opinion, decide, recommendations
from application.use_cases.folders import import_folder
from application.use_cases.forecast_demand import forecast_demand
from application.use_cases.plan_theatre import plan_theatre
from application.use_cases.propose_order import propose_order
from application.use_cases.session import Session, open_session
from application.use_cases.simulate import TwinDesign, simulate
from governance.access import MAY, Action
from governance.decision import Role, Verdict
from governance.promotion import Stage
from hospital.calendar import UserEvent
from hospital.errors import GstError
from tests.application.api.conftest import PASSWORD, PEOPLE, Asker, serving, staff
from tests.application.conftest import settings_in

pytestmark = [pytest.mark.integration, pytest.mark.slow]

NOBODY_RUN = "abcdef"
FILE = "nowhere.csv"
LONG_AGO = date(2000, 1, 1)
MOUSSEM = UserEvent(name="Moussem", first_day=date(2026, 12, 1), last_day=date(2026, 12, 1))

SERVICES: dict[Action, Callable[[Session, Path], Any]] = {
    Action.READ: lambda s, f: recommendations(s),
    Action.IMPORT: import_folder,
    Action.FORECAST: lambda s, f: forecast_demand(s),
    Action.SIMULATE: lambda s, f: simulate(s, TwinDesign()),
    Action.BUILD_ROSTER: lambda s, f: build_roster(s, RosterRequest("CHR-MED")),
    Action.PLAN_THEATRE: lambda s, f: plan_theatre(s, "CHR", TwinDesign()),
    Action.PLAN_STOCK: lambda s, f: propose_order(s),
    Action.POST_STOCK: lambda s, f: post_stock.post_file(s.settings, f / FILE, "me"),
    Action.TELL_EVENTS: lambda s, f: add_event(s.settings, MOUSSEM),
    Action.DECIDE: lambda s, f: decide(s, NOBODY_RUN, Opinion(Verdict.ACCEPTED, "", Role.MANAGER)),
    Action.READ_AUDIT: lambda s, f: audit_head.verify_record(s),
    Action.REGISTER_MODEL: lambda s, f: models.register_model(s, f / "m.json", f / "a", ""),
    Action.PROMOTE_MODEL: lambda s, f: models.promote_model(s, "visits", Stage.SHADOW, "", "r"),
    Action.MANAGE_ACCOUNTS: lambda s, f: list_accounts(s),
    Action.PURGE: lambda s, f: privacy.purge(s, LONG_AGO, ""),
}

COMMANDS: dict[Action, tuple[str, ...]] = {
    Action.READ: ("decide",),
    Action.IMPORT: ("import", "{folder}"),
    Action.FORECAST: ("forecast", "run"),
    Action.SIMULATE: ("twin",),
    Action.BUILD_ROSTER: ("roster", "build", "--unit", "CHR-MED"),
    Action.PLAN_THEATRE: ("theatre", "plan", "--hospital", "CHR"),
    Action.PLAN_STOCK: ("stock", "order"),
    Action.POST_STOCK: ("stock", "post", f"{{folder}}/{FILE}", "--by", "me"),
    Action.DECIDE: ("decide", NOBODY_RUN, "--verdict", "accepted"),
    Action.READ_AUDIT: ("audit", "verify"),
    Action.REGISTER_MODEL: ("model", "register", "{folder}/m.json", "--artefact", "{folder}/a"),
    Action.PROMOTE_MODEL: ("model", "promote", "visits", "--to", "shadow", "--reason", "r"),
    Action.MANAGE_ACCOUNTS: ("account", "list"),
    Action.PURGE: ("privacy", "purge", "--before", LONG_AGO.isoformat()),
}

A_MODEL: dict[str, Any] = {
    "document": {
        "schema_version": 1,
        "name": "visits",
        "version": "1.0.0",
        "model_type": "forecast",
        "hyperparameters": {},
        "random_seed": 1,
        "library_versions": {"prophet": "1.5.0"},
        "code_sha256": "0" * 64,
        "training_data": {
            "sha256": "0" * 64,
            "first_day": "2025-01-01",
            "last_day": "2025-12-31",
            "rows": 365,
        },
        "metrics": [{"name": "mase", "value": 0.8, "cases": 90}],
        "intended_use": "Visits of the next weeks.",
        "limits": "None known.",
        "owner": "GST",
        "artefact_sha256": "1" * 64,
    },
    "artefact_base64": "e30=",
}

REQUESTS: dict[Action, tuple[str, str, Any]] = {
    Action.READ: ("GET", "/decisions", None),
    Action.FORECAST: ("POST", "/forecasts", {}),
    Action.SIMULATE: ("POST", "/twin-runs", {}),
    Action.BUILD_ROSTER: ("POST", "/rosters", {"unit": "CHR-MED"}),
    Action.PLAN_THEATRE: ("POST", "/theatre-plans", {"hospital": "CHR"}),
    Action.PLAN_STOCK: ("POST", "/stock-orders", {}),
    Action.DECIDE: ("POST", f"/decisions/{NOBODY_RUN}", {"verdict": "accepted"}),
    Action.READ_AUDIT: ("GET", "/audit/verification", None),
    Action.REGISTER_MODEL: ("POST", "/models", A_MODEL),
    Action.PROMOTE_MODEL: ("POST", "/models/visits/promotions", {"to": "shadow", "reason": "r"}),
    Action.MANAGE_ACCOUNTS: ("GET", "/accounts", None),
}

NOT_BY_COMMAND = {Action.TELL_EVENTS}
NOT_BY_API = {Action.IMPORT, Action.POST_STOCK, Action.TELL_EVENTS, Action.PURGE}
"""A page tells events; files come in, and what is old goes, on the machine itself."""

MORE_REQUESTS: tuple[tuple[Action, str, str, Any], ...] = (
    (Action.READ, "GET", "/decision-rates", None),
    (Action.READ, "GET", f"/decisions/{NOBODY_RUN}", None),
    (Action.READ, "GET", "/forecasts", None),
    (Action.READ, "GET", "/models/visits", None),
    (Action.READ, "GET", "/models/visits/artefact", None),
    (Action.READ, "GET", "/jobs", None),
    (Action.READ_AUDIT, "GET", "/audit/entries", None),
    (Action.READ_AUDIT, "GET", "/audit/head", None),
    (Action.MANAGE_ACCOUNTS, "DELETE", "/accounts/Nobody", None),
    (
        Action.MANAGE_ACCOUNTS,
        "PUT",
        "/accounts/Omar%20Bennani",
        {"role": "administrator", "password": PASSWORD, "hospitals": ["NOWHERE"]},
    ),
    (
        Action.SIMULATE,
        "POST",
        "/scenarios",
        {
            "scenario": {
                "name": "more-beds",
                "changes": [{"kind": "open_beds", "unit": "CHR-MED", "beds": 2}],
            }
        },
    ),
    (
        Action.DECIDE,
        "POST",
        f"/decisions/{NOBODY_RUN}",
        {"verdict": "rejected", "reason": "no", "reason_code": "budget"},
    ),
)


@dataclass(frozen=True)
class Site:
    """An empty site with an account for each role, as one of them works on it."""

    settings: Settings
    role: Role
    asker: Asker


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = settings_in(tmp_path_factory.mktemp("roles"))
    staff(settings)
    return settings


@pytest.fixture(scope="module")
def api(settings: Settings) -> Iterator[Asker]:
    with serving(settings) as nobody:
        yield nobody


@pytest.fixture(scope="module", params=Role)
def site(request: pytest.FixtureRequest, settings: Settings, api: Asker) -> Iterator[Site]:
    """Signed in on the machine, for command and dashboard, and with a token for the API."""
    person = PEOPLE[request.param]
    with open_session(settings) as session:
        sign_in(session, person.name, PASSWORD)
    yield Site(settings, request.param, api.as_(person))
    with open_session(settings) as session:
        sign_out(session)


def code_of(call: Callable[[], Any]) -> str:
    try:
        call()
    except GstError as error:
        return error.code
    return ""


def typed(words: tuple[str, ...], folder: Path) -> None:
    """The command in this process, as ``main`` calls it."""
    from application.cli.app import app  # noqa: PLC0415

    app([word.format(folder=folder) for word in words], standalone_mode=False)


def test_every_action_is_tried_by_every_way_that_offers_it() -> None:
    assert set(SERVICES) == set(Action)
    assert set(COMMANDS) == set(Action) - NOT_BY_COMMAND
    assert set(REQUESTS) == set(Action) - NOT_BY_API


@pytest.mark.parametrize("action", Action)
def test_three_ways_let_the_same_persons_in(
    site: Site, action: Action, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = "not_allowed" if action not in MAY[site.role] else "another reason or none"
    with open_session(site.settings) as session:
        found = code_of(lambda: SERVICES[action](session, tmp_path))
        assert (found == "not_allowed") == (refused == "not_allowed"), found
    if action in COMMANDS:
        monkeypatch.setenv("TADBIR_HOME", str(site.settings.folder))
        monkeypatch.setenv("TADBIR_PROCESSES", "1")
        found = code_of(lambda: typed(COMMANDS[action], tmp_path))
        assert (found == "not_allowed") == (refused == "not_allowed"), found
    if action in REQUESTS:
        answer = site.asker.ask(*REQUESTS[action])
        assert answer.status < 500, answer.content
        assert (answer.code == "not_allowed") == (refused == "not_allowed"), answer.content


@pytest.mark.parametrize("request_", MORE_REQUESTS, ids=lambda r: f"{r[1]} {r[2]}")
def test_other_paths_ask_the_same_gates(site: Site, request_: tuple[Action, str, str, Any]) -> None:
    action, method, path, body = request_
    answer = site.asker.ask(method, path, body)
    assert answer.status < 500, answer.content
    assert (answer.code == "not_allowed") == (action not in MAY[site.role]), answer.content


def test_the_refusal_says_who_may(api: Asker) -> None:
    answer = api.as_(PEOPLE[Role.AUDITOR]).post("/forecasts", {})
    assert answer.status == 403
    assert "manager" in answer.json["detail"]
