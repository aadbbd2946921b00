"""The generated GSTs, each drawn once for all the tests."""

import pytest

from hospital.gst import Gst
from hospital.history import History
from scenarios.demo import DemoSize, generate

SEED = 20261123

Demo = tuple[Gst, History]


@pytest.fixture(scope="session")
def small() -> Demo:
    return generate(DemoSize.SMALL, SEED)


@pytest.fixture(scope="session")
def default() -> Demo:
    return generate(DemoSize.DEFAULT, SEED)


@pytest.fixture(scope="session")
def region() -> Demo:
    return generate(DemoSize.REGION, SEED)


@pytest.fixture(scope="session", params=["small", "default"])
def demo(request: pytest.FixtureRequest) -> Demo:
    chosen: Demo = request.getfixturevalue(request.param)
    return chosen
