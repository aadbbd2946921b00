"""A demo GST is the same whichever process draws it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
SCRIPT = """
from hashlib import sha256
import pandas as pd
from scenarios.demo import DemoSize, generate
gst, history = generate(DemoSize.SMALL, 5)
seen = sha256(gst.model_dump_json().encode())
for each in (history.visits, history.stays, history.consumption, history.referrals):
    seen.update(pd.util.hash_pandas_object(each).to_numpy().tobytes())
print(seen.hexdigest())
"""


def digest(hash_seed: str) -> str:
    """Hash of the small GST, drawn in a process with this seed of Python's own hashes."""
    return subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@pytest.mark.slow
def test_the_bytes_do_not_depend_on_the_process() -> None:
    assert digest("1") == digest("2")
