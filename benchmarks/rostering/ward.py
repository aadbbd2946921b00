"""Wards under all Moroccan rules, built in stages: 40 nurses and 120, four weeks.

    python -m benchmarks.rostering.ward [--work 40:30,120:16]

``work`` is given for each size in deterministic seconds; the wall seconds are those of a first
build after one warm-up for compiled kernels. Bars: 40 nurses within 3 % in 120 s, 120 nurses
without a broken rule in 60 s.
"""

from __future__ import annotations

import argparse
import sys
from time import perf_counter, process_time

from benchmarks.rostering.wards import Ward, ward
from scheduling.rosters.exchanges import Exchanges, exchanged
from scheduling.rosters.staged import build_in_stages

BARS = {40: (120.0, 3.0), 120: (60.0, float("inf"))}
"""For each size the most wall seconds and the widest gap [percent]."""


def holds(nurses: int, work: float) -> bool:
    """Build, print what each stage reached, and say whether the bar holds."""
    problem = ward(Ward(nurses))
    wall, cpu = perf_counter(), process_time()
    roster = build_in_stages(problem, 1, work)
    wall, cpu = perf_counter() - wall, process_time() - cpu
    broken, missing = len(roster.violations()), sum(gap.missing for gap in roster.shortfall())
    stages = ", ".join(f"{s.stage} {s.reached:g} (bound {s.bound:g})" for s in roster.stages)
    print(f"{nurses} nurses: wall {wall:.1f} s, CPU {cpu:.1f} s, broken rules {broken}, ", end="")
    print(f"missing {missing}, gap {roster.gap_percent:.1f} %; {stages}", flush=True)
    seconds, gap = BARS.get(nurses, (float("inf"), float("inf")))
    return wall <= seconds and roster.gap_percent <= gap and not broken


def main() -> None:
    """Print a line for each ward; the exit status is 1 where a bar falls short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", default="40:30,120:16")
    sizes = [part.split(":") for part in parser.parse_args().work.split(",")]
    exchanged(ward(Ward(8)), 1, Exchanges(10))
    held = [holds(int(nurses), float(work)) for nurses, work in sizes]
    print("holds" if all(held) else "FALLS SHORT")
    sys.exit(not all(held))


if __name__ == "__main__":
    main()
