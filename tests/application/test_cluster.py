"""A Dask cluster of two workers on this machine gives the bytes of one process."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest

from application.cluster import Cluster
from application.compute import Remembering, Silent, Workers, workers
from application.store.database import Database, sqlite_url
from application.store.unfinished import UnfinishedRun
from hospital.errors import GstError
from twin.outcomes import outcome_bytes
from twin.simulation import replicate, replication_outcome
from twin.study_file import parse_study
from twin.study_model import study_model

pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("distributed") is None, reason="`make cluster` installs Dask"
    ),
]

# A cluster is processes of its own, as in a computing centre; no port for a page of its own.
SERVE = """
from distributed import LocalCluster
import sys
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1",
                      dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""

STUDY = """
study: A ward
units: [{unit: W, beds: 12, stay: {law: exponential, mean_days: 2}}]
arrivals: [{stream: all, to: W, per_day: 5}]
run: {days: 60, warmup_days: 10, replications: 6, seed: 7}
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    script = tmp_path_factory.mktemp("cluster") / "serve.py"
    script.write_text(SERVE, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.communicate("", timeout=60)


def test_one_process_two_processes_and_a_cluster_give_the_same_bytes(
    address: str, tmp_path: Path
) -> None:
    run = study_model(parse_study(STUDY)).prepared()
    database = Database(sqlite_url(tmp_path / "kept.sqlite"))
    with workers(1) as alone, workers(2) as two, workers(1, cluster=address) as cluster:
        one = [outcome_bytes(outcome) for outcome in replicate(run, range(6), alone)]
        assert [outcome_bytes(outcome) for outcome in replicate(run, range(6), two)] == one
        kept = Remembering(cluster, UnfinishedRun(database, "a-run"))
        assert [outcome_bytes(outcome) for outcome in replicate(run, range(6), kept)] == one
        assert isinstance(cluster.backend, Cluster)
    again = Remembering(Workers(cluster.backend, Silent()), UnfinishedRun(database, "a-run"))
    assert [outcome_bytes(outcome) for outcome in replicate(run, range(6), again)] == one
    database.close()


def test_a_worker_killed_in_the_middle_loses_nothing(address: str) -> None:
    """What it had in hand, and what it had done and not yet told, is done by the others."""
    from distributed import Client  # noqa: PLC0415 - an extra of the installation

    run = study_model(parse_study(STUDY)).prepared()
    with workers(1) as alone:
        one = [outcome_bytes(outcome) for outcome in replicate(run, range(6), alone)]

    def slowly(replication: int) -> bytes:  # inside, so that it travels by value
        sleep(0.5)
        return outcome_bytes(replication_outcome(run, replication))

    with Client(address, set_as_default=False) as client:
        killed = min(client.run(os.getpid).values())
    found: list[bytes] = []
    with workers(1, cluster=address) as pool:
        for outcome in pool(slowly, range(6), "twin"):
            if not found:
                os.kill(killed, signal.SIGKILL)
            found.append(outcome)
    assert found == one


def test_what_a_worker_refuses_is_told_as_it_was_said(address: str) -> None:
    def refuse(task: int) -> int:  # inside, so that it travels by value: workers lack this file
        raise GstError("refused", f"task {task}")

    with workers(1, cluster=address) as pool, pytest.raises(GstError, match="task"):
        list(pool(refuse, [1, 2], "twin"))


def test_a_cluster_that_does_not_answer_is_named() -> None:
    with (
        pytest.raises(GstError, match="cluster_unreachable"),
        workers(1, cluster="tcp://127.0.0.1:1"),
    ):
        pass


def test_workers_with_other_code_are_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine pretends to have another Tadbir; pickled by name, the workers answer theirs."""
    monkeypatch.setattr("application.cluster.code_hash", lambda: "another")
    with pytest.raises(GstError, match="cluster_with_other_code"):
        Cluster(address)
