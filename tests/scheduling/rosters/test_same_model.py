"""The model that the solver sees is the same in every process, whatever Python's hash seed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.integration

SCRIPT = """
from datetime import date
from hashlib import sha256
from scenarios.demo import DemoSize, generate
from scheduling.rosters.cost import DEFAULT_WEIGHTS
from scheduling.rosters.objective import minimise
from scheduling.rosters.problem import roster_problem
from scheduling.rosters.rules import enforce
from scheduling.rosters.works import Works

gst, _ = generate(DemoSize.SMALL, 1)
works = Works(roster_problem(gst, "CHR-KEN-GYN", date(2026, 11, 23), 14))
enforce(works)
minimise(works, DEFAULT_WEIGHTS)
print(sha256(str(works.model.proto).encode()).hexdigest())
"""


def model_hash(hash_seed: int) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.slow
def test_the_model_does_not_depend_on_the_hash_seed_of_the_process() -> None:
    assert len({model_hash(seed) for seed in (1, 2, 3, 4)}) == 1
