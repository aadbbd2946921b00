"""Lists come page by page without loss; a job runs in the name of who asked, and can be stopped."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from application.settings import Settings
from governance.decision import Role
from tests.application.api.conftest import PEOPLE, Answer, Asker, serving, staffed_copy

if TYPE_CHECKING:
    from application.use_cases.loop import FinishedLoop

pytestmark = [pytest.mark.integration, pytest.mark.slow]

PATIENCE_SECONDS = 300
LISTS = (
    "/decisions",
    "/audit/entries",
    "/forecasts",
    "/twin-runs",
    "/scenarios",
    "/rosters",
    "/theatre-plans",
    "/stock-orders",
)


@dataclass(frozen=True)
class Site:
    """The demo with accounts."""

    settings: Settings
    loop: Any
    nobody: Asker

    def as_(self, role: Role) -> Asker:
        return self.nobody.as_(PEOPLE[role])


@pytest.fixture(scope="module")
def site(
    demo: FinishedLoop, demo_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    settings = staffed_copy(demo_home, tmp_path_factory.mktemp("paged"))
    with serving(settings) as nobody:
        yield Site(settings, demo.loop, nobody)


@pytest.fixture(scope="module")
def manager(site: Site) -> Asker:
    return site.as_(Role.MANAGER)


def every(asker: Asker, path: str, limit: int) -> list[Any]:
    """All items, page by page."""
    found: list[Any] = []
    cursor = None
    while True:
        more = f"&cursor={cursor}" if cursor is not None else ""
        page = asker.get(f"{path}?limit={limit}{more}").json
        assert len(page["items"]) <= limit
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


@pytest.mark.parametrize("path", LISTS)
def test_pages_of_one_add_up_to_the_whole(manager: Asker, path: str) -> None:
    whole = every(manager, path, 200)
    assert whole
    assert every(manager, path, 1) == whole


def test_the_series_of_a_forecast_come_page_by_page(site: Site, manager: Asker) -> None:
    path = f"/forecasts/{site.loop.forecasts.run}/series"
    whole = every(manager, path, 200)
    assert [one["series"] for one in whole] == [
        str(one.key) for one in site.loop.forecasts.forecasts
    ]
    assert every(manager, path, 7) == whole
    assert all(len(one["mean"]) == len(one["p10"]) == len(one["p90"]) for one in whole)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "cursor=zz", "limit=99999999999999999999"]
)
def test_a_page_that_is_none_is_refused(manager: Asker, query: str) -> None:
    assert manager.get(f"/decisions?{query}").status == 422


def test_a_cursor_of_nothing_is_not_there(manager: Asker) -> None:
    assert manager.get(f"/forecasts?cursor={'0' * 64}").code == "unknown_run"
    assert manager.get("/models?cursor=nothing").code == "no_model"


def test_every_draft_is_told_with_its_document(site: Site, manager: Asker) -> None:
    loop = site.loop
    roster = manager.get(f"/rosters/{loop.roster.run}").json
    assert (roster["state"], roster["is_published"]) == ("draft", False)
    assert len(roster["roster"]["assignments"]) == len(loop.roster.roster.assignments)
    plan = manager.get(f"/theatre-plans/{loop.theatre.run}").json
    assert plan["plan"] == loop.theatre.plan.model_dump(mode="json")
    order = manager.get(f"/stock-orders/{loop.order.run}").json
    assert len(order["order"]["lines"]) == len(loop.order.plan.lines)
    scenario = manager.get(f"/scenarios/{loop.scenario.run}").json
    assert len(scenario["differences"]) == len(loop.scenario.comparison.differences)
    twin = manager.get(f"/twin-runs/{loop.scenario.baseline.run}").json
    assert twin["replications"] == loop.scenario.baseline.result.replications
    assert {one["indicator"] for one in twin["indicators"]} >= {"occupied_beds", "boarding_hours"}


def test_a_run_of_another_kind_is_not_there(site: Site, manager: Asker) -> None:
    assert manager.get(f"/rosters/{site.loop.order.run}").code == "unknown_run"
    assert manager.get(f"/forecasts/{site.loop.order.run}").code == "unknown_run"
    assert manager.get(f"/scenarios/{'0' * 64}").code == "unknown_recommendation"


def over(asker: Asker, begun: Answer) -> Any:
    """The job when it is over."""
    assert begun.status == 202, begun.content
    path = begun.headers["location"].removeprefix("/api/v1")
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        job = asker.get(path).json
        if job["state"] not in {"waiting", "running"}:
            return job
        time.sleep(0.2)
    return pytest.fail("the job did not end")


def test_a_job_that_was_done_before_is_there_at_once(site: Site, manager: Asker) -> None:
    job = over(manager, manager.post("/forecasts", {"horizon_days": 7}))
    assert (job["state"], job["run"]) == ("done", site.loop.forecasts.run)
    found = manager.get(job["result"].removeprefix("/api/v1"))
    assert found.json["run"] == job["run"]


def test_a_job_says_why_it_failed_in_the_language_of_who_asks(site: Site, manager: Asker) -> None:
    begun = manager.post("/rosters", {"unit": "NOWHERE"})
    job = over(manager, begun)
    assert job["state"] == "failed"
    assert job["problem"]["status"] in {404, 422}
    path = begun.headers["location"].removeprefix("/api/v1")
    in_english = manager.get(path, Accept_Language="en").json
    assert in_english["title"] == "Building a roster"
    assert in_english["problem"]["detail"] != job["problem"]["detail"]


def test_a_job_is_stopped_by_whoever_may_begin_it(site: Site, manager: Asker) -> None:
    begun = manager.post("/twin-runs", {"replications": 10_000, "seed": 99})
    path = begun.headers["location"].removeprefix("/api/v1")
    auditor = site.as_(Role.AUDITOR)
    assert auditor.get(path).status == 200
    assert auditor.ask("POST", f"{path}/stop").code == "not_allowed"
    assert manager.ask("POST", f"{path}/stop").status == 202
    assert over(manager, begun)["state"] == "stopped"
    assert manager.ask("POST", f"{path}/stop").code == "job_is_over"
    assert manager.get("/jobs/0123456789abcdef").code == "no_job"


def test_the_line_of_jobs_has_an_end(manager: Asker) -> None:
    begun = [
        manager.post("/twin-runs", {"replications": 10_000, "seed": 100 + at}) for at in range(8)
    ]
    refused = [one for one in begun if one.status != 202]
    assert {one.code for one in refused} == {"too_many_jobs"}
    assert all(one.status == 429 and "retry-after" in one.headers for one in refused)
    for one in begun:
        if one.status == 202:
            manager.ask("POST", one.headers["location"].removeprefix("/api/v1") + "/stop")
            assert over(manager, one)["state"] == "stopped"


def test_a_decision_through_the_api_publishes_in_the_name_of_who_asked(
    site: Site, manager: Asker
) -> None:
    path = f"/decisions/{site.loop.theatre.run[:12]}"
    pharmacist = site.as_(Role.PHARMACIST)
    assert pharmacist.post(path, {"verdict": "accepted"}).code == "role_may_not_decide"
    assert manager.post(path, {"verdict": "modified", "reason": "r", "edits": []}).status == 422
    assert manager.post(path, {"verdict": "rejected", "reason": "r"}).status == 422
    recorded = manager.post(path, {"verdict": "accepted", "shown_at": "2026-11-29T08:00:00+01:00"})
    assert (recorded.status, recorded.json["state"]) == (201, "accepted")
    told = manager.get(path).json
    assert told["decisions"][-1]["actor"] == "Amina Tazi"
    assert manager.get(f"/theatre-plans/{site.loop.theatre.run}").json["is_published"]
    head = manager.get("/audit/head").json
    assert (head["sequence"], head["hash"]) == (recorded.json["sequence"], recorded.json["hash"])
    query = f"sequence={head['sequence']}&head={head['hash']}"
    assert manager.get(f"/audit/verification?{query}").json["holds"]
    other = f"sequence={head['sequence']}&head={'0' * 64}"
    assert not manager.get(f"/audit/verification?{other}").json["holds"]


def test_an_edit_that_does_not_fit_changes_nothing(site: Site) -> None:
    pharmacist = site.as_(Role.PHARMACIST)
    path = f"/decisions/{site.loop.order.run}"
    line = pharmacist.get(path).json["document"]["lines"][0]
    edit = {"op": "replace", "place": "/lines/0/packs", "was": -7, "value": line["packs"] + 1}
    body = {"verdict": "modified", "reason": "r", "edits": [edit]}
    assert pharmacist.post(path, body).code == "edit_does_not_fit"
    for value in ("many", {"a": 1}, None, -1):
        broken = body | {"edits": [edit | {"was": line["packs"], "value": value}]}
        refused = "negative_packs" if value == -1 else "edits_break_it"
        assert pharmacist.post(path, broken).code == refused
    assert pharmacist.get(path).json["decisions"] == []
