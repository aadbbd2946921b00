"""What tests of changes share: the small demo, calibrated once for each file."""

from __future__ import annotations

import pytest

from scenarios.demo import DemoSize, generate
from tests.scenarios.changing import Demo
from twin.calibration import calibrate


@pytest.fixture(scope="module")
def demo() -> Demo:
    """The small demo and what the twin believes of it."""
    gst, history = generate(DemoSize.SMALL, 1)[:2]
    return gst, calibrate(gst, history)
