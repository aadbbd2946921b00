"""Wards under all Moroccan rules, built in stages: 40 nurses and 120, four weeks.

    python -m benchmarks.rostering.ward [--work 40:30,120:16]

``work`` is given for each size in deterministic seconds; the wall seconds are those of a first
build after one warm-up for compiled kernels. Bars: 40 nurses within 3 % in 120 s, 120 nurses
without a broken rule in 60 s.
"""

from __future__ import annotations

import argparse
from time import perf_counter, process_time

from benchmarks.bars import Bar, at_most, conclude
from benchmarks.rostering.wards import Ward, ward
from scheduling.rosters.exchanges import Exchanges, exchanged
from scheduling.rosters.staged import build_in_stages

WORK = "40:30,120:16"
BARS = {40: (120.0, 3.0), 120: (60.0, float("inf"))}
"""For each size the most wall seconds and the widest gap [percent]."""


def measured(nurses: int, work: float) -> list[Bar]:
    """Build, print what each stage reached, and the bars of this size."""
    problem = ward(Ward(nurses))
    wall, cpu = perf_counter(), process_time()
    roster = build_in_stages(problem, 1, work)
    wall, cpu = perf_counter() - wall, process_time() - cpu
    broken, missing = len(roster.violations()), sum(gap.missing for gap in roster.shortfall())
    stages = ", ".join(f"{s.stage} {s.reached:g} (bound {s.bound:g})" for s in roster.stages)
    print(f"{nurses} nurses: wall {wall:.1f} s, CPU {cpu:.1f} s, broken rules {broken}, ", end="")
    print(f"missing {missing}, gap {roster.gap_percent:.1f} %; {stages}", flush=True)
    seconds, gap = BARS.get(nurses, (float("inf"), float("inf")))
    name = f"ward of {nurses}"
    return [
        at_most(f"{name}, wall seconds", wall, seconds),
        at_most(f"{name}, gap, %", roster.gap_percent, gap),
        at_most(f"{name}, broken rules", broken, 0),
    ]


def bars(work: str = WORK) -> list[Bar]:
    """Every size, after one warm-up for compiled kernels."""
    exchanged(ward(Ward(8)), 1, Exchanges(10))
    sizes = [part.split(":") for part in work.split(",")]
    return [bar for nurses, limit in sizes for bar in measured(int(nurses), float(limit))]


def main() -> None:
    """Print a line for each ward; the exit status is 1 where a bar falls short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", default=WORK)
    conclude(bars(parser.parse_args().work))


if __name__ == "__main__":
    main()
