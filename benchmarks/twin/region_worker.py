"""What a worker of the region does, and nothing else: it loads only what a worker loads."""

import pickle
import time
from pathlib import Path

from twin.simulation import replication_outcome


def work(path: str) -> None:
    """Prints CPU seconds, peak memory [MB] and patients of one replication of a resolved run."""
    prepared = pickle.loads(Path(path).read_bytes())
    start = time.process_time()
    outcome = replication_outcome(prepared, 0)
    seconds = time.process_time() - start
    peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    del outcome
    print(seconds, peak, len(prepared.patients(0)))
