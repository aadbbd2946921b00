"""How long the script of each page runs at a click, the page having been open before.

    TADBIR_HOME=HOME python -m benchmarks.dashboard.reruns

Prints JSON: page, median milliseconds of the script. The clock stands around the script itself,
so that what the test harness does with its output is not counted.
"""

from __future__ import annotations

import json
import sys
from statistics import median

from streamlit.testing.v1 import AppTest

from benchmarks.dashboard.clock import taken
from dashboard import shell

RERUNS, SECONDS = 11, 300
MILLISECONDS = 1_000


def rerun_ms(page: str) -> float:
    """The median over eleven reruns of a page in French [ms]."""
    script = f"from benchmarks.dashboard.clock import timed\ntimed({page!r})"
    app = AppTest.from_string(script, default_timeout=SECONDS)
    app.query_params["lang"] = "fr"
    app.run()
    if app.exception or app.error:
        raise RuntimeError(f"{page}: {[*app.exception, *app.error]}")
    before = len(taken)
    for _ in range(RERUNS):
        app.run()
    return MILLISECONDS * median(taken[before:])


def main() -> None:
    """Every page of the navigation."""
    found = {view.name: rerun_ms(view.name) for view in shell.VIEWS}
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
