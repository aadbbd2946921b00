"""The API on a real socket of this machine, and somebody who asks it."""

from __future__ import annotations

import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import uvicorn
from sqlalchemy import insert, select
from starlette.applications import Starlette

from application.api.application import PATH, build_api, mounted
from application.settings import Settings
from application.store.accounts import put_account
from application.store.database import Database, sqlite_url
from application.store.schema import accounts
from governance.access import Person
from governance.decision import Role
from tests.application.conftest import settings_in
from tests.homes import copy_database

PASSWORD = "une phrase assez longue"
ADMINISTRATOR = Person(name="Omar Bennani", role=Role.ADMINISTRATOR)
PEOPLE = {
    Role.ADMINISTRATOR: ADMINISTRATOR,
    Role.MANAGER: Person(name="Amina Tazi", role=Role.MANAGER),
    Role.PHARMACIST: Person(name="Salma Idrissi", role=Role.PHARMACIST),
    Role.SCHEDULER: Person(name="Driss Alaoui", role=Role.SCHEDULER),
    Role.SURGEON_COORDINATOR: Person(name="Nadia Berrada", role=Role.SURGEON_COORDINATOR),
    Role.AUDITOR: Person(name="Hind Chraibi", role=Role.AUDITOR),
}
PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def code(self) -> str:
        """The code of a refusal; empty where nothing was refused."""
        is_problem = self.headers.get("content-type") == "application/problem+json"
        return str(self.json["code"]) if is_problem else ""


@dataclass(frozen=True)
class Asker:
    """Somebody who asks the API, with a token or without."""

    address: str
    token: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request; a body that is not bytes is sent as JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Content-Type": "application/json", **self.headers, **named}
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}{path}", content, sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as found:
                return _answer(found.status, found.headers, found.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return _answer(refused.code, refused.headers, refused.read())

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        return self.ask("POST", path, body, **headers)

    def as_(self, person: Person) -> Asker:
        """The same with a token of this person."""
        found = self.post("/sign-ins", {"name": person.name, "password": PASSWORD})
        assert found.status == 201, found.content
        return replace(self, token=found.json["token"])


def _answer(status: int, headers: Any, content: bytes) -> Answer:
    return Answer(status, {name.lower(): value for name, value in headers.items()}, content)


@contextmanager
def serving(settings: Settings, **environment: str) -> Iterator[Asker]:
    """The API on these settings; nobody has a token yet."""
    many = {"TADBIR_API_REQUESTS_PER_MINUTE": "100000"}
    api = build_api(settings, many | environment)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        config = uvicorn.Config(Starlette(routes=[mounted(api)]), log_level="critical", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            give_up = time.monotonic() + PATIENCE_SECONDS
            while not server.started and time.monotonic() < give_up:
                time.sleep(0.01)
            yield Asker(f"http://127.0.0.1:{port}{PATH}/v1")
        finally:
            server.should_exit = True
            thread.join()
            api.state.office.close()


@cache
def _staffed() -> tuple[tuple[str, Any], ...]:
    """The rows of an account for each role, hashed once: scrypt is slow on purpose."""
    with TemporaryDirectory() as folder:
        database = Database(sqlite_url(Path(folder) / "t.sqlite"))
        for person in PEOPLE.values():
            put_account(database, person, PASSWORD, "test")
        with database.reading() as connection:
            rows = [tuple(row._mapping.items()) for row in connection.execute(select(accounts))]
        database.close()
    return tuple(rows)


def staff(settings: Settings) -> None:
    """An account for each role."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    with database.writing() as connection:
        connection.execute(insert(accounts), [dict(row) for row in _staffed()])
    database.close()


def staffed_copy(demo_home: Path, home: Path) -> Settings:
    """The database of the demo copied into another home, with an account for each role."""
    copy_database(demo_home, home)
    settings = settings_in(home)
    staff(settings)
    return settings


@pytest.fixture(scope="module")
def nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """The API of a site with accounts and no GST; each test that needs other limits serves anew."""
    settings = settings_in(tmp_path_factory.mktemp("site"))
    staff(settings)
    with serving(settings) as asker:
        yield asker


@pytest.fixture(scope="module")
def administrator(nobody: Asker) -> Asker:
    return nobody.as_(PEOPLE[Role.ADMINISTRATOR])


@pytest.fixture(scope="module")
def manager(nobody: Asker) -> Asker:
    return nobody.as_(PEOPLE[Role.MANAGER])
