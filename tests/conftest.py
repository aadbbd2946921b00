"""What tests rely on: one level each, repeatable examples, the shared folder, a browser."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LEVELS = frozenset({"unit", "integration", "e2e"})

CHROMIUM = Path("/usr/bin/chromium")
# No sandbox: the tests run as root in CI. The other switches keep Chromium off the network.
CHROMIUM_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--shared",
        default="../shared",
        help="folder of real data, relative to the repository (default: %(default)s)",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test that does not say, itself or in its module, on which level it stands."""
    refused = [item.nodeid for item in items if len(_levels(item)) != 1]
    if refused:
        raise pytest.UsageError(
            "each test carries exactly one of the markers unit, integration, e2e "
            "(for a whole module: `pytestmark = pytest.mark.unit`):\n  " + "\n  ".join(refused)
        )


def pytest_collection_finish() -> None:
    """What is imported by now stays: no collection of garbage has to look at it again."""
    gc.collect()
    gc.freeze()


def _levels(item: pytest.Item) -> set[str]:
    return {marker.name for marker in item.iter_markers()} & LEVELS


@pytest.fixture(scope="session")
def shared(pytestconfig: pytest.Config) -> Path:
    """The folder of real data and yardsticks; tests that need it are skipped where it is absent."""
    given: str = pytestconfig.getoption("--shared")
    folder = (pytestconfig.rootpath / given).resolve()
    if not folder.is_dir():
        pytest.skip(f"no shared folder at {folder}; name one with --shared")
    return folder


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """The name of this xdist worker, ``master`` where xdist is not at work."""
    config = request.config
    return str(getattr(config, "workerinput", {}).get("workerid", "master"))


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    playwright = pytest.importorskip("playwright.sync_api", reason="`make browser` installs it")
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}; `make browser` installs it as root")
    home = tmp_path_factory.mktemp("chromium-home")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=list(CHROMIUM_SWITCHES),
            env={**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home)},
        )
        yield browser
        browser.close()
