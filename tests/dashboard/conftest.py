"""Two homes for pages: an empty one, and one with the loop done on a cut of the small demo."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from streamlit.components.v2 import manifest_scanner

from application.settings import load_settings
from application.use_cases.build_roster import RosterRequest, build_roster
from application.use_cases.compare_scenario import compare_scenario
from application.use_cases.folders import import_data
from application.use_cases.plan_theatre import default_hospital, plan_theatre
from application.use_cases.propose_order import propose_order
from application.use_cases.run_demo import more_intensive_care
from application.use_cases.session import open_session
from application.use_cases.simulate import TwinDesign
from tests.application.jobs.waiting import end_workers
from tests.homes import cut_demo, made_once, work_in

if TYPE_CHECKING:
    from application.use_cases.session import Session

SMALLEST_WARD = "HP-SEA-PED"
DESIGN = TwinDesign(horizon_days=21, replications=4)


def run_the_loop(session: Session) -> None:
    """The loop of ``tadbir demo``, without its report."""
    import_data(session, cut_demo())
    compare_scenario(session, more_intensive_care(session.gst), DESIGN)
    build_roster(session, RosterRequest(SMALLEST_WARD))
    plan_theatre(session, default_hospital(session), DESIGN)
    propose_order(session, DESIGN.horizon_days, DESIGN.seed)


@pytest.fixture(scope="session", autouse=True)
def components_are_sought_once() -> Iterator[None]:
    """Streamlit reads the metadata of all packages as it starts; each test's page is a start."""
    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(scope="session")
def finished_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A home with every result; made once for all workers, and never written by a test."""

    def make(home: Path) -> None:
        settings = load_settings({"TADBIR_HOME": str(home), "TADBIR_PROCESSES": "1"})
        with open_session(settings) as session:
            run_the_loop(session)

    return made_once(tmp_path_factory.getbasetemp(), worker_id, "finished-home", make)[0]


@pytest.fixture
def demo_home(
    finished_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A copy of the finished home that a test may write into; no worker outlives the test."""
    home = tmp_path / "home"
    shutil.copytree(finished_home, home)
    work_in(home, monkeypatch)
    yield home
    end_workers(home)


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home in which nothing was imported; no worker outlives the test."""
    home = tmp_path / "empty"
    work_in(home, monkeypatch)
    yield home
    end_workers(home)
