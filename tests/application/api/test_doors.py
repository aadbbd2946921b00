"""Nobody gets in without a token, and nothing gets in that could not be kept or is too large."""

from __future__ import annotations

import http.client
import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from application.store import accounts as store
from application.store.database import Database
from application.use_cases.session import token_file
from governance.decision import Role
from tests.application.api.conftest import PASSWORD, PEOPLE, Asker, serving, staff
from tests.application.conftest import settings_in

pytestmark = pytest.mark.integration

GUARDED = (
    "/me",
    "/accounts",
    "/models",
    "/decisions",
    "/decision-rates",
    "/audit/entries",
    "/audit/verification",
    "/forecasts",
    "/twin-runs",
    "/scenarios",
    "/rosters",
    "/theatre-plans",
    "/stock-orders",
    "/jobs",
)
BAD_TOKENS = (
    "Bearer",
    "Bearer  ",
    "Bearer nobody",
    "Bearer ' OR 1=1 --",
    "Bearer " + "x" * 9_000,
    "Bearer a.b.c",
    "Basic T21hcjpwYXNz",
    "bearer\tx",
)


@pytest.mark.parametrize("path", GUARDED)
def test_nothing_is_told_without_a_token(nobody: Asker, path: str) -> None:
    found = nobody.get(path)
    assert (found.status, found.code) == (401, "token_missing")
    assert found.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", BAD_TOKENS)
def test_a_token_of_nobody_opens_nothing(nobody: Asker, header: str) -> None:
    found = nobody.get("/models", Authorization=header)
    assert found.status == 401
    assert found.code in {"token_missing", "token_refused"}


def test_every_path_of_the_description_but_the_door_asks_for_a_token(nobody: Asker) -> None:
    described = nobody.get("/openapi.json").json["paths"]
    for path, methods in described.items():
        address = path.removeprefix("/v1").replace("{run}", "a" * 64).replace("{key}", "visits")
        address = address.replace("{name}", "Omar").replace("{job}", "0123456789abcdef")
        for method in methods:
            found = nobody.ask(method.upper(), address, b"{not json")
            expected = 400 if path == "/v1/sign-ins" else 401
            assert found.status == expected, (method, path)


def test_who_signed_in_on_the_machine_opens_nothing_for_others(tmp_path: Path) -> None:
    """The dashboard works in that name; a request without a token must not."""
    settings = settings_in(tmp_path)
    staff(settings)
    database = Database(settings.database_url)
    token = store.sign_in(database, "Omar Bennani", PASSWORD, datetime.now(UTC))
    database.close()
    token_file(settings).write_text(token)
    with serving(settings) as nobody:
        assert nobody.get("/accounts").status == 401
        assert nobody.get("/accounts", Authorization=f"Bearer {token}").status == 200


def test_without_any_account_nobody_gets_in(tmp_path: Path) -> None:
    """The one user of a machine without accounts has the command; a program needs an account."""
    with serving(settings_in(tmp_path)) as nobody:
        assert nobody.get("/models").code == "token_missing"
        found = nobody.post("/sign-ins", {"name": "Omar", "password": PASSWORD})
        assert (found.status, found.code) == (401, "sign_in_refused")


def test_a_token_ends_when_its_owner_signs_out(nobody: Asker) -> None:
    auditor = nobody.as_(PEOPLE[Role.AUDITOR])
    assert auditor.get("/me").json["role"] == "auditor"
    assert auditor.ask("DELETE", "/sign-ins/mine").status == 204
    assert auditor.get("/me").code == "token_refused"


def test_a_closed_account_is_out_at_once(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    staff(settings)
    with serving(settings) as nobody:
        omar, hind = (nobody.as_(PEOPLE[r]) for r in (Role.ADMINISTRATOR, Role.AUDITOR))
        assert omar.ask("DELETE", "/accounts/Hind%20Chraibi").status == 204
        assert hind.get("/me").code == "token_refused"
        assert omar.ask("DELETE", "/accounts/Omar%20Bennani").code == "last_administrator"


def test_five_wrong_passwords_close_the_account_here_too(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    staff(settings)
    with serving(settings) as nobody:
        wrong = {"name": "Amina Tazi", "password": "une phrase assez fausse"}
        codes = [nobody.post("/sign-ins", wrong).code for _ in range(5)]
        assert codes == ["sign_in_refused"] * 5
        right = nobody.post("/sign-ins", wrong | {"password": PASSWORD})
        assert (right.status, right.code) == (403, "account_closed")


def test_passwords_are_tried_ten_times_a_minute_only(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with serving(settings) as stranger:
        body = {"name": "nobody at all"}
        codes = [stranger.post("/sign-ins", body).code for _ in range(12)]
    assert codes[:10] == ["invalid_request"] * 10
    assert codes[-1] == "too_many_requests"


def test_who_asks_too_often_waits(tmp_path: Path) -> None:
    with serving(settings_in(tmp_path), TADBIR_API_REQUESTS_PER_MINUTE="5") as nobody:
        found = [nobody.get("/openapi.json") for _ in range(7)]
    assert [one.status for one in found[:5]] == [200] * 5
    assert found[-1].code == "too_many_requests"
    assert int(found[-1].headers["retry-after"]) > 0


def test_another_name_of_the_server_is_refused(nobody: Asker) -> None:
    """A page of another site that points its name at this machine gets no answer."""
    found = nobody.get("/openapi.json", Host="evil.example")
    assert (found.status, found.code) == (421, "wrong_host")


@pytest.mark.parametrize("path", ["/decisions/aaaaaa", "/sign-ins", "/scenarios"])
def test_a_body_that_is_too_large_is_refused_unread(manager: Asker, path: str) -> None:
    found = manager.post(path, b'"' + b"x" * 1_000_001 + b'"')
    assert (found.status, found.code) == (413, "request_too_large")


def test_a_body_that_hides_its_length_is_refused_as_it_grows(manager: Asker) -> None:
    host, _, path = manager.address.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=60)
    connection.putrequest("POST", f"/{path}/scenarios")
    for name, value in (
        ("Transfer-Encoding", "chunked"),
        ("Content-Type", "application/json"),
        ("Authorization", f"Bearer {manager.token}"),
    ):
        connection.putheader(name, value)
    connection.endheaders()
    part = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    try:
        for _ in range(20):
            connection.send(part)
        connection.send(b"0\r\n\r\n")
    except (BrokenPipeError, ConnectionResetError):
        pass  # it was refused before all was sent
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    assert (answer.status, told["code"]) == (413, "request_too_large")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": "\\ud800"}',
        b'{"a": "\\u0000"}',
        b"[" * 100_000,
        b"1" * 10_000,
    ],
)
def test_what_no_store_could_keep_is_refused_at_the_door(manager: Asker, body: bytes) -> None:
    found = manager.post("/decisions/aaaaaa", body)
    assert (found.status, found.code) == (400, "unreadable_request")


def test_a_backslash_before_zeros_is_no_nul(manager: Asker) -> None:
    said = {"verdict": "rejected", "reason": "C:\\u0000", "reason_code": "other"}
    assert manager.post("/decisions/aaaaaa", said).code == "unknown_recommendation"


@pytest.mark.parametrize("name", ["Zoé d'Aït-Ben", "أمينة التازي", "ⵜⴰⵣⵉ 2"])
def test_a_name_is_written_as_people_write_it(administrator: Asker, name: str) -> None:
    wanted = {"role": "auditor", "password": PASSWORD}
    made = administrator.ask("PUT", f"/accounts/{quote(name)}", wanted)
    assert (made.status, made.json["name"]) == (200, name)


def test_a_line_break_in_a_path_is_answered_by_the_api_too(manager: Asker) -> None:
    """Starlette's pattern of a mounted application ends at a line break."""
    refused = manager.get("/rosters/a%0Ab")
    assert refused.status in {404, 422}
    assert refused.headers["content-type"] == "application/problem+json"


def test_a_form_of_another_site_is_no_request(manager: Asker) -> None:
    """A page elsewhere can send forms without asking; JSON it cannot."""
    body = {"verdict": "accepted"}
    found = manager.post("/decisions/aaaaaa", body, Content_Type="text/plain")
    assert found.status == 422


@pytest.mark.parametrize(
    "path",
    [
        "/models/..%2F..%2F..%2Fetc%2Fpasswd",
        "/models/../../../../etc/passwd",
        "/forecasts/..%2f..%2ftadbir.sqlite",
        "/decisions/%2e%2e%2f%2e%2e%2fsign-in.token",
        "/jobs/job-1%00",
        "/accounts/..%2Fsign-in.token",
        "/../../sign-in.token",
    ],
)
def test_no_path_leads_to_a_file(administrator: Asker, path: str) -> None:
    found = administrator.get(path)
    assert found.status in {404, 405, 422}
    assert b"root:" not in found.content
    assert found.headers["content-type"] == "application/problem+json"


def test_every_answer_tells_browsers_to_run_nothing(nobody: Asker, manager: Asker) -> None:
    for found in (nobody.get("/models"), manager.get("/models"), manager.get("/nowhere")):
        assert found.headers["content-security-policy"].startswith("default-src 'none'")
        assert found.headers["x-content-type-options"] == "nosniff"
        assert found.headers["x-frame-options"] == "DENY"
        assert found.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in found.headers


@pytest.mark.parametrize(
    ("asked", "language", "word"),
    [
        ("", "fr", "jeton"),
        ("ar-MA,fr;q=0.5", "ar", "رمز"),
        ("de, en;q=0.3", "en", "token"),
        ("zz", "fr", "jeton"),
    ],
)
def test_refusals_speak_the_language_that_is_asked_for(
    nobody: Asker, asked: str, language: str, word: str
) -> None:
    found = nobody.get("/models", Accept_Language=asked)
    assert found.headers["content-language"] == language
    assert word in found.json["detail"]


def test_a_method_that_is_not_offered_names_those_that_are(manager: Asker) -> None:
    found = manager.ask("PATCH", "/models")
    assert (found.status, found.code) == (405, "method_not_offered")
    assert "GET" in found.headers["allow"]


def test_the_description_is_there_without_a_token_and_asks_no_other_host(nobody: Asker) -> None:
    found = nobody.get("/openapi.json")
    assert found.json["openapi"].startswith("3.1")
    assert nobody.get("/docs").status == 404
