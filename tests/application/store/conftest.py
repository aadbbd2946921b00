"""Databases in a temporary folder, closed at the end, and a small GST to store."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from application.folder.reading import GstData
from application.store.database import Database, sqlite_url
from scenarios.demo import DemoSize, generate


@pytest.fixture(scope="session")
def demo() -> GstData:
    return GstData(*generate(DemoSize.SMALL, seed=1))


@pytest.fixture(scope="session")
def other(demo: GstData) -> GstData:
    """The same GST with one bed less."""
    changed = demo.gst.model_copy(update={"beds": demo.gst.beds[1:]})
    return GstData(changed, demo.history)


@pytest.fixture
def opened() -> Iterator[Callable[[Path], Database]]:
    databases: list[Database] = []

    def open_it(file: Path) -> Database:
        databases.append(Database(sqlite_url(file)))
        return databases[-1]

    yield open_it
    for database in databases:
        database.close()


@pytest.fixture
def database(tmp_path: Path, opened: Callable[[Path], Database]) -> Database:
    return opened(tmp_path / "tadbir.sqlite")
