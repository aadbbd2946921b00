"""A database of each kind, and one finished loop on the small demo that tests only read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from application.settings import Settings, load_settings
from application.store.database import sqlite_url
from tests.application import postgres_server
from tests.application.postgres_server import PostgresServer
from tests.homes import cut_demo, made_once

if TYPE_CHECKING:
    from application.use_cases.loop import FinishedLoop
    from application.use_cases.session import Session


BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
"""The two kinds of database: what is tested on one is tested on the other."""


def settings_in(folder: Path, **more: str) -> Settings:
    return load_settings({"TADBIR_HOME": str(folder), "TADBIR_PROCESSES": "1", **more})


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of these tests' own."""
    if reason := postgres_server.missing():
        pytest.skip(reason)
    server = PostgresServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new database of each kind; it is migrated when it is opened."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "tadbir.sqlite")
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new()


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """This worker's copy of a home in which the loop was run."""
    base = tmp_path_factory.getbasetemp()
    made, _ = made_once(base, worker_id, "demo", run_the_loop)
    return Path(shutil.copytree(made, base / "demo-of-this-worker"))


@pytest.fixture(scope="session")
def demo(demo_home: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> FinishedLoop:
    """What the loop in that home found."""
    base = tmp_path_factory.getbasetemp()
    loop: FinishedLoop = made_once(base, worker_id, "demo", run_the_loop)[1]
    return loop


def run_the_loop(home: Path) -> FinishedLoop:
    """The main job, from data to decisions, on a cut of the small demo."""
    from application.use_cases.folders import import_data  # noqa: PLC0415
    from application.use_cases.run_demo import run_loop  # noqa: PLC0415
    from application.use_cases.session import open_session  # noqa: PLC0415
    from application.use_cases.simulate import TwinDesign  # noqa: PLC0415

    with open_session(settings_in(home)) as session:
        import_data(session, cut_demo())
        return run_loop(session, TwinDesign(horizon_days=7, replications=4))


@pytest.fixture
def session(demo: FinishedLoop, demo_home: Path) -> Iterator[Session]:
    from application.use_cases.session import open_session  # noqa: PLC0415

    with open_session(settings_in(demo_home)) as opened:
        yield opened
