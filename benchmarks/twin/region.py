"""A year of 1 to 20 hospitals of the demo region: CPU seconds, patients and memory.

Seconds are the least of three runs: whoever else uses the machine can only add to them.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import tempfile
from dataclasses import replace

from hospital.gst import Gst
from scenarios.demo import DemoSize, generate
from twin.calibration import calibrate
from twin.run_plan import RunPlan, Start
from twin.simulation import prepare

SIZES = (1, 5, 10, 20)
DAYS = 365
ROUNDS = 3
LINEAR = 1.3
"""Cost of a patient at 20 hospitals over that at one, at most: linear but for memory caches."""

WORK = "from benchmarks.twin.region_worker import work; import sys; work(sys.argv[1])"
CODE = "from benchmarks.twin.region import one; import sys; one(int(sys.argv[1]))"


def measure() -> list[tuple[str, float, float, bool]]:
    """Rows of a ``Bar``: time and memory of the whole region, and how linear the cost is."""
    rows = {size: _in_a_fresh_process(size) for size in SIZES}
    for size, (seconds, megabytes, patients) in rows.items():
        each = 1e6 * seconds / patients
        print(
            f"{size:3} hospitals {patients:9.0f} patients {seconds:7.2f} CPU s "
            f"{each:6.2f} us a patient {megabytes:6.0f} MB"
        )
    seconds, megabytes, patients = rows[SIZES[-1]]
    alone = rows[SIZES[0]]
    growth = (seconds / patients) / (alone[0] / alone[2])
    return [
        ("region, one year [CPU s]", seconds, 15.0, False),
        ("region, peak memory [MB]", megabytes, 600.0, False),
        ("region, CPU s a patient: 20 hospitals beside 1", growth, LINEAR, False),
    ]


def _in_a_fresh_process(size: int) -> tuple[float, float, float]:
    """Least seconds, most memory [MB], patients."""
    runs = [map(float, line.split()) for line in _child(CODE, str(size)).splitlines()]
    seconds, megabytes, patients = zip(*runs, strict=True)
    return min(seconds), max(megabytes), patients[0]


def _child(code: str, argument: str) -> str:
    command = [sys.executable, "-c", code, argument]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def one(size: int) -> None:
    """Prints CPU seconds, peak memory and patients of one replication, a line for each round."""
    gst, history = generate(DemoSize.REGION, 1)
    smaller = first_hospitals(gst, size)
    plan = RunPlan(
        first_day=gst.identity.as_of, horizon_days=DAYS, replications=1, start=Start.CENSUS
    )
    kept = {unit.unit for unit in smaller.units}
    stays = history.stays[history.stays["unit"].astype(str).isin(kept)]
    parameters = calibrate(smaller, replace(history, stays=stays))
    del history, stays
    prepared = prepare(smaller, parameters, plan)
    with tempfile.NamedTemporaryFile() as file:
        file.write(pickle.dumps(prepared))
        file.flush()
        for _ in range(ROUNDS):
            print(_child(WORK, file.name))


def first_hospitals(gst: Gst, size: int) -> Gst:
    """The GST of its first hospitals, with the roads between them."""
    kept = {one.hospital for one in gst.hospitals[:size]}
    units = tuple(unit for unit in gst.units if unit.hospital in kept)
    codes = {unit.unit for unit in units}
    return gst.but(
        hospitals=gst.hospitals[:size],
        units=units,
        beds=tuple(bed for bed in gst.beds if bed.unit in codes),
        links=tuple(road for road in gst.links if {road.origin, road.destination} <= kept),
        triage=tuple(row for row in gst.triage if row.hospital in kept),
        staff=(),
        coverage=(),
        leave=(),
        requests=(),
        surgeons=(),
        sessions=(),
        waiting_list=(),
        lots=(),
        orders=(),
    )
