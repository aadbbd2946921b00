"""A run whose process is killed goes on where it was: the same bytes, hardly anything twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.scenarios.interrupted import KILLED_AT, Job, begun, done, killed_and_resumed

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

JOB = Job("small", scenarios=2, replications=20, horizon=7)


def test_three_kills_cost_no_more_than_what_the_workers_had_in_hand(tmp_path: Path) -> None:
    untouched, killed = tmp_path / "untouched", tmp_path / "killed"
    killed.mkdir()
    digest = done(JOB, untouched)["digest"]
    whole = begun(untouched)
    found, count = killed_and_resumed(JOB, killed, whole)
    assert found == digest
    in_hand = 2 * JOB.processes  # one begun in each worker, and one ended but not yet kept
    assert whole <= count <= whole + len(KILLED_AT) * in_hand
