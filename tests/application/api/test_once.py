"""A request with a key is done once, whatever is sent again, by whom and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from application.store import api_answers
from application.store.api_answers import KEPT_FOR, Answer, Key, keep, release, reserve
from application.store.database import Database, sqlite_url
from governance.decision import Role
from hospital.errors import GstError
from tests.application.api.conftest import PEOPLE, Asker, serving, staff
from tests.application.api.test_roles_everywhere import A_MODEL
from tests.application.conftest import settings_in

pytestmark = pytest.mark.integration

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
KEY = Key("Amina Tazi", "k-1", "a" * 64)
ANSWER = Answer(201, {"content-type": "application/json"}, b"{}")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(sqlite_url(tmp_path / "t.sqlite"))


def model(artefact: bytes = b"{}") -> dict[str, Any]:
    """A version whose artefact is the one that it names."""
    document = A_MODEL["document"] | {"artefact_sha256": sha256(artefact).hexdigest()}
    return A_MODEL | {"document": document}


def test_the_same_key_and_body_get_the_same_answer(database: Database) -> None:
    assert reserve(database, KEY, NOW) is None
    keep(database, KEY, ANSWER)
    assert reserve(database, KEY, NOW + timedelta(hours=1)) == ANSWER
    other_spelling = Key("  amina TAZI ", KEY.key, KEY.request_hash)
    assert reserve(database, other_spelling, NOW) == ANSWER


def test_the_same_key_with_another_body_is_refused(database: Database) -> None:
    reserve(database, KEY, NOW)
    keep(database, KEY, ANSWER)
    with pytest.raises(GstError, match="key_reused"):
        reserve(database, Key(KEY.person, KEY.key, "b" * 64), NOW)


def test_a_key_of_somebody_else_is_another_key(database: Database) -> None:
    reserve(database, KEY, NOW)
    assert reserve(database, Key("Salma Idrissi", KEY.key, "b" * 64), NOW) is None


def test_where_the_server_died_nothing_is_done_a_second_time(database: Database) -> None:
    reserve(database, KEY, NOW)
    with pytest.raises(GstError, match="key_without_answer"):
        reserve(database, KEY, NOW + timedelta(hours=23))


def test_a_key_is_forgotten_after_a_day_or_when_nothing_was_begun(database: Database) -> None:
    reserve(database, KEY, NOW)
    assert reserve(database, KEY, NOW + KEPT_FOR + timedelta(seconds=1)) is None
    release(database, KEY)
    assert reserve(database, KEY, NOW) is None


def test_of_two_at_once_one_begins(database: Database) -> None:
    outcomes: list[str] = []

    def attempt() -> None:
        try:
            outcomes.append(str(reserve(database, KEY, NOW)))
        except GstError as error:
            outcomes.append(error.code)

    threads = [Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["None"] + ["key_without_answer"] * 7


def test_a_registration_sent_twice_is_done_once(administrator: Asker) -> None:
    first = administrator.post("/models", model(), Idempotency_Key="register-1")
    again = administrator.post("/models", model(), Idempotency_Key="register-1")
    assert first.status == again.status == 201
    assert first.content == again.content
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    without = administrator.post("/models", model())
    assert (without.status, without.code) == (409, "model_exists")
    registered = [
        one
        for one in administrator.get("/audit/entries?limit=200").json["items"]
        if one["content"].get("event") == "model_registered"
    ]
    assert len(registered) == 1


def test_a_refusal_is_kept_too(manager: Asker) -> None:
    body = {"to": "shadow", "reason": "why not"}
    sent = [
        manager.post("/models/nothing/promotions", body, Idempotency_Key="refused-1")
        for _ in range(2)
    ]
    assert [one.code for one in sent] == ["no_model", "no_model"]
    assert sent[1].headers["idempotent-replayed"] == "true"


def test_the_key_with_another_body_path_or_person(
    nobody: Asker, administrator: Asker, manager: Asker
) -> None:
    administrator.post("/models", model(b"other"), Idempotency_Key="shared")
    changed = administrator.post("/models", model(b"changed"), Idempotency_Key="shared")
    assert (changed.status, changed.code) == (409, "key_reused")
    elsewhere = administrator.post(
        "/models/x/promotions", {"to": "shadow", "reason": "r"}, Idempotency_Key="shared"
    )
    assert elsewhere.code == "key_reused"
    other = manager.post(
        "/models/x/promotions", {"to": "shadow", "reason": "r"}, Idempotency_Key="shared"
    )
    assert other.code == "no_model"


@pytest.mark.parametrize("key", ["", "x" * 129, "a\tb"])
def test_a_key_that_is_none_is_refused(manager: Asker, key: str) -> None:
    found = manager.post("/forecasts", {}, Idempotency_Key=key)
    assert (found.status, found.code) == (422, "wrong_key")


def test_a_password_or_token_is_never_kept(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    staff(settings)
    with serving(settings) as nobody:
        body = {"name": PEOPLE[Role.MANAGER].name, "password": "une phrase assez longue"}
        first = nobody.post("/sign-ins", body, Idempotency_Key="sign-in")
        again = nobody.post("/sign-ins", body, Idempotency_Key="sign-in")
    assert first.json["token"] != again.json["token"]
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("tadbir.sqlite*"))
    assert first.json["token"].encode() not in kept
    assert body["password"].encode() not in kept


def test_answers_are_kept_for_a_day() -> None:
    assert timedelta(days=1) == api_answers.KEPT_FOR
