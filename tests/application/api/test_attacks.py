"""SQL in every text, script in every text: kept as the words that they are, or refused."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from sqlalchemy import inspect

from application.settings import Settings
from application.store.database import Database
from governance.decision import Role
from tests.application.api.conftest import PEOPLE, Asker, serving, staffed_copy
from tests.application.api.test_roles_everywhere import A_MODEL

if TYPE_CHECKING:
    from application.use_cases.loop import FinishedLoop

pytestmark = [pytest.mark.integration, pytest.mark.slow]

SQL = (
    "'; DROP TABLE audit; --",
    "' OR '1'='1",
    '" OR 1=1 --',
    "1); DELETE FROM runs; --",
    "' UNION SELECT password_hash FROM accounts --",
    "%' ESCAPE '!",
)
SCRIPT = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "</textarea><svg/onload=alert(1)>",
    "{{7*7}}${7*7}",
    "=cmd|' /C calc'!A0",
)
HOSTILE = SQL + SCRIPT


@dataclass(frozen=True)
class Site:
    """The demo with accounts, and three who ask."""

    settings: Settings
    scenario: str
    nobody: Asker
    manager: Asker
    administrator: Asker


@pytest.fixture(scope="module")
def site(
    demo: FinishedLoop, demo_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    settings = staffed_copy(demo_home, tmp_path_factory.mktemp("hostile"))
    with serving(settings) as nobody:
        yield Site(
            settings,
            demo.loop.scenario.run,
            nobody,
            nobody.as_(PEOPLE[Role.MANAGER]),
            nobody.as_(PEOPLE[Role.ADMINISTRATOR]),
        )


def rows(settings: Settings) -> dict[str, int]:
    """How many rows each table has."""
    database = Database(settings.database_url)
    with database.reading() as connection:
        names = inspect(connection).get_table_names()
        found = {
            name: int(connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar() or 0)
            for name in names
        }
    database.close()
    return found


def requests(text: str, run: str) -> Iterator[tuple[str, str, Any]]:
    """Every place of a request that takes a text, with this one in it."""
    there = quote(text, safe="")
    yield "POST", f"/decisions/{there}", {"verdict": "accepted"}
    yield "GET", f"/decisions?kind={there}", None
    yield "GET", f"/decisions?cursor={there}&limit={there}", None
    yield "GET", f"/forecasts/{there}/series?cursor={there}", None
    yield "GET", f"/models/{there}/artefact", None
    yield "GET", f"/models?cursor={there}", None
    yield "GET", f"/audit/entries?cursor={there}", None
    yield "GET", f"/audit/verification?sequence=1&head={there}", None
    yield "GET", f"/jobs/{there}", None
    yield "DELETE", f"/accounts/{there}", None
    yield "POST", f"/models/{there}/promotions", {"to": text, "reason": text}
    yield "POST", "/models/visits/promotions", {"to": "shadow", "reason": text}
    yield "POST", "/rosters", {"unit": text}
    yield "POST", "/theatre-plans", {"hospital": text}
    yield "POST", "/forecasts", {"as_of": text}
    yield "POST", "/scenarios", {"scenario": {"name": text, "changes": []}}
    yield "POST", f"/decisions/{run}", {"verdict": text}
    yield "POST", f"/decisions/{run}", {"verdict": "accepted", "shown_at": text}
    yield (
        "POST",
        f"/decisions/{run}",
        {
            "verdict": "modified",
            "reason": text,
            "edits": [{"op": "replace", "place": text, "was": text, "value": text}],
        },
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_does_nothing_anywhere(site: Site, text: str) -> None:
    before = rows(site.settings)
    for asker in (site.manager, site.administrator):
        for method, path, body in requests(text, site.scenario):
            found = asker.ask(method, path, body)
            assert 400 <= found.status < 500, (method, path, found.content)
            assert found.headers["content-type"] == "application/problem+json"
            assert found.headers["x-content-type-options"] == "nosniff"
    assert rows(site.settings) == before


@pytest.mark.parametrize("text", HOSTILE)
def test_headers_are_words_too(site: Site, text: str) -> None:
    before = rows(site.settings)
    asked = text.replace("\n", " ")
    assert site.nobody.get("/models", Authorization=f"Bearer {asked}").status == 401
    assert site.manager.get("/models", Accept_Language=asked).status == 200
    found = site.nobody.post("/sign-ins", {"name": text, "password": text})
    assert found.code in {"sign_in_refused", "too_many_requests"}
    after = rows(site.settings)
    assert after.pop("audit") - before.pop("audit") in {0, 1}
    assert after == before


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_reason_is_kept_as_the_words_that_it_is(site: Site, text: str) -> None:
    before = rows(site.settings)
    said = {"verdict": "rejected", "reason": text, "reason_code": "other"}
    recorded = site.manager.post(f"/decisions/{site.scenario}", said, Idempotency_Key=text)
    assert recorded.status == 201, recorded.content
    told = site.manager.get(f"/decisions/{site.scenario}")
    assert told.json["decisions"][-1]["reason"] == text
    assert told.headers["content-type"] == "application/json"
    assert told.headers["content-security-policy"].startswith("default-src 'none'")
    after = rows(site.settings)
    assert after.pop("audit") == before.pop("audit") + 1
    assert after.pop("api_answers") == before.pop("api_answers") + 1
    assert after == before
    assert site.manager.get("/audit/verification").json["holds"]


def test_a_hostile_model_is_kept_as_the_words_that_it_is(site: Site) -> None:
    for number, text in enumerate(HOSTILE):
        words = dict.fromkeys(("intended_use", "limits", "owner"), text)
        document = A_MODEL["document"] | words
        document |= {
            "version": f"1.0.{number}",
            "hyperparameters": {text: text},
            "library_versions": {text: text},
            "artefact_sha256": sha256(text.encode()).hexdigest(),
        }
        artefact = b64encode(text.encode()).decode()
        new = {"document": document, "artefact_base64": artefact}
        made = site.administrator.post("/models", new)
        assert made.status == 201, made.content
        assert made.json["document"] == document | {"metrics": made.json["document"]["metrics"]}
        back = site.administrator.get(f"/models/visits@1.0.{number}/artefact")
        assert back.content == text.encode()
        assert back.headers["content-type"] == "application/octet-stream"
        assert back.headers["content-disposition"].startswith("attachment")
    assert site.administrator.get("/audit/verification").json["holds"]


def test_an_artefact_above_the_limit_is_refused(site: Site) -> None:
    before = rows(site.settings)
    found = site.administrator.post("/models", b"x" * 30_000_001)
    assert (found.status, found.code) == (413, "request_too_large")
    assert rows(site.settings) == before
