"""With the first account everybody signs in; wrong passwords close, roles hold everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from application.store import accounts as store
from application.store import audit
from application.use_cases.accounts import (
    close_account,
    list_accounts,
    put_account,
    sign_in,
    sign_out,
)
from application.use_cases.calendar_events import add_event
from application.use_cases.decide import recommendations
from application.use_cases.post_stock import Stocktake, count_file, post_file
from application.use_cases.session import Session, open_session, token_file
from governance.access import Person
from governance.decision import Role
from governance.events import EventKind
from hospital.calendar import UserEvent
from hospital.errors import GstError
from tests.application.cli.conftest import typed
from tests.application.conftest import settings_in

pytestmark = [pytest.mark.integration, pytest.mark.slow]

RIGHT, WRONG = "une phrase assez longue", "une phrase assez fausse"
OMAR = Person(name="Omar Bennani", role=Role.ADMINISTRATOR)
SALMA = Person(name="Salma Idrissi", role=Role.PHARMACIST)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def work(tmp_path: Path, database_url: str) -> Iterator[Session]:
    with open_session(settings_in(tmp_path, TADBIR_DATABASE_URL=database_url)) as session:
        yield session


@pytest.fixture
def staffed(work: Session) -> Session:
    put_account(work, OMAR, RIGHT)
    sign_in(work, OMAR.name, RIGHT)
    put_account(work, SALMA, RIGHT)
    return work


def test_without_accounts_the_machine_has_one_user(work: Session) -> None:
    assert work.whoever() is None
    assert recommendations(work) == ()


def test_the_first_account_is_an_administrators_and_shuts_the_door(work: Session) -> None:
    with pytest.raises(GstError, match="administrator_first"):
        put_account(work, SALMA, RIGHT)
    put_account(work, OMAR, RIGHT)
    with pytest.raises(GstError, match="sign_in_needed"):
        recommendations(work)
    assert sign_in(work, "  omar   BENNANI ", RIGHT) == OMAR
    assert recommendations(work) == ()
    sign_out(work)
    with pytest.raises(GstError, match="sign_in_needed"):
        recommendations(work)


def test_the_token_is_of_its_owner_only_and_nothing_else_opens(staffed: Session) -> None:
    file = token_file(staffed.settings)
    assert file.stat().st_mode & 0o077 == 0
    token = file.read_text()
    with staffed.database.reading() as connection:
        kept = [
            str(connection.exec_driver_sql(f"SELECT * FROM {table}").all())
            for table in ("accounts", "sign_ins", "audit")
        ]
    assert all(token.strip() not in text and RIGHT not in text for text in kept)
    for forged in ("", "x", token.strip()[:-1], "\x00", "' OR 1=1 --"):
        file.write_text(forged)
        with pytest.raises(GstError, match="sign_in_needed"):
            list_accounts(staffed)


def test_roles_hold_where_there_is_no_session_too(staffed: Session, tmp_path: Path) -> None:
    sign_in(staffed, SALMA.name, RIGHT)
    for refused in (
        lambda: put_account(staffed, SALMA, RIGHT),
        lambda: list_accounts(staffed),
        lambda: add_event(
            staffed.settings, UserEvent(name="Moussem", first_day=NOW.date(), last_day=NOW.date())
        ),
    ):
        with pytest.raises(GstError, match="not_allowed"):
            refused()
    with pytest.raises(GstError, match="unreadable_file"):
        post_file(staffed.settings, tmp_path / "nowhere.csv", "me")
    sign_in(staffed, OMAR.name, RIGHT)
    stocktake = Stocktake("count", NOW.date())
    for refused in (
        lambda: post_file(staffed.settings, tmp_path / "nowhere.csv", "me"),
        lambda: count_file(staffed.settings, tmp_path / "nowhere.csv", stocktake, "me"),
    ):
        with pytest.raises(GstError, match="not_allowed"):
            refused()


def refused_code(work: Session, name: str, password: str, at: datetime) -> str:
    with pytest.raises(GstError) as refused:
        store.sign_in(work.database, name, password, at)
    return refused.value.code


def test_five_wrong_passwords_close_the_account_even_for_the_right_one(staffed: Session) -> None:
    codes = [refused_code(staffed, SALMA.name, WRONG, NOW) for _ in range(5)]
    assert codes == ["sign_in_refused"] * 5
    assert refused_code(staffed, SALMA.name, RIGHT, NOW) == "account_closed"
    assert refused_code(staffed, SALMA.name, RIGHT, NOW - timedelta(days=9)) == "account_closed"
    after = NOW + timedelta(minutes=1)
    assert store.sign_in(staffed.database, SALMA.name, RIGHT, after)
    assert refused_code(staffed, SALMA.name, WRONG, after) == "sign_in_refused"
    kinds = [event.event for event in audit.events(staffed.database)]
    assert kinds.count(EventKind.SIGN_IN_REFUSED) == 8


def test_an_unknown_name_says_no_more_than_a_wrong_password(staffed: Session) -> None:
    assert refused_code(staffed, "Nobody", RIGHT, NOW) == "sign_in_refused"
    assert refused_code(staffed, "' OR 1=1 --", RIGHT, NOW) == "sign_in_refused"
    names = {e.about for e in audit.events(staffed.database) if "refused" in e.event}
    assert names == {"?"}


def test_a_token_ends_after_twelve_hours_and_with_its_account(staffed: Session) -> None:
    token = store.sign_in(staffed.database, SALMA.name, RIGHT, NOW)
    assert store.signed_in(staffed.database, token, NOW) == SALMA
    for moment in (NOW + timedelta(hours=12), NOW - timedelta(seconds=1)):
        assert store.signed_in(staffed.database, token, moment) is None
    put_account(staffed, SALMA.but(role=Role.MANAGER), RIGHT)
    assert store.signed_in(staffed.database, token, NOW) is None
    again = store.sign_in(staffed.database, SALMA.name, RIGHT, NOW)
    close_account(staffed, SALMA.name)
    assert store.signed_in(staffed.database, again, NOW) is None
    assert refused_code(staffed, SALMA.name, RIGHT, NOW) == "sign_in_refused"


def test_the_last_administrator_stays(staffed: Session) -> None:
    with pytest.raises(GstError, match="last_administrator"):
        close_account(staffed, OMAR.name)
    with pytest.raises(GstError, match="no_account"):
        close_account(staffed, "Nobody")


def test_a_role_that_was_forged_in_the_file_is_no_role(staffed: Session) -> None:
    with staffed.database.writing() as connection:
        connection.exec_driver_sql("UPDATE accounts SET role = 'king'")
    with pytest.raises(ValueError, match="king"):
        list_accounts(staffed)


def test_the_commands_say_the_same_in_three_languages(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text(RIGHT + "\n")
    secret.chmod(0o644)
    put = ("account", "put", OMAR.name, "--role", "administrator", "--password-file", str(secret))
    open_file = typed(tmp_path, *put)
    assert "file_too_open" in open_file.stderr
    secret.chmod(0o600)
    assert typed(tmp_path, *put).returncode == 0
    shut = typed(tmp_path, "account", "list", language="fr")
    assert shut.returncode == 2
    assert "Connectez-vous" in shut.stderr
    entered = typed(
        tmp_path, "account", "sign-in", OMAR.name, "--password-file", str(secret), language="ar"
    )
    assert "تم تسجيل الدخول" in entered.stdout
    (one,) = json.loads(typed(tmp_path, "account", "list", "--json").stdout)
    assert (one["name"], one["role"]) == (OMAR.name, "administrator")
    assert "hash" not in json.dumps(one)
    denied = typed(
        tmp_path, "model", "promote", "visits", "--to", "shadow", "--reason", "x", language="fr"
    )
    assert "not_allowed" in denied.stderr
