"""One finished loop on the small demo GST, shared by the tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from application.settings import Settings, load_settings

if TYPE_CHECKING:
    from application.use_cases.loop import FinishedLoop
    from application.use_cases.session import Session


def settings_in(folder: Path, **more: str) -> Settings:
    return load_settings({"TADBIR_HOME": str(folder), "TADBIR_PROCESSES": "1", **more})


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="session")
def demo(demo_home: Path) -> FinishedLoop:
    from application.use_cases.run_demo import run_demo  # noqa: PLC0415
    from application.use_cases.session import open_session  # noqa: PLC0415
    from application.use_cases.simulate import TwinDesign  # noqa: PLC0415

    design = TwinDesign(horizon_days=7, replications=4)
    with open_session(settings_in(demo_home)) as session:
        return run_demo(session, "small", design)


@pytest.fixture
def session(demo: FinishedLoop, demo_home: Path) -> Iterator[Session]:
    from application.use_cases.session import open_session  # noqa: PLC0415

    with open_session(settings_in(demo_home)) as opened:
        yield opened
