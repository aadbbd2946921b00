"""stockpyl's simulator on row 17, run by its own environment: prints one JSON object a line.

    .venv-bench-inventory/bin/python peer_worker.py PERIODS

For each line read from its input it runs once, so that ours and the peer can take turns.
"""

import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")

from stockpyl.sim import simulation  # noqa: E402 - its imports warn
from stockpyl.supply_chain_network import single_stage_system  # noqa: E402


def run(periods: int, seed: int) -> dict[str, float]:
    """CPU seconds of so many periods, and their mean cost."""
    network = single_stage_system(
        holding_cost=1,
        stockout_cost=9,
        demand_type="P",
        mean=20,
        policy_type="sS",
        reorder_point=55,
        order_up_to_level=100,
        shipment_lead_time=2,
    )
    start = time.process_time()
    total = simulation(network, periods, rand_seed=seed, progress_bar=False)
    seconds = time.process_time() - start
    return {"cpu_seconds": seconds, "cost_per_period": total / periods}


def main() -> None:
    """One run for each line of the input."""
    periods = int(sys.argv[1])
    for seed, _ in enumerate(sys.stdin):
        sys.stdout.write(json.dumps(run(periods, seed)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
