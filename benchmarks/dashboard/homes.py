"""A home with a demo in it and everything planned, tonight's beds too: what pages show.

TADBIR_HOME=HOME python -m benchmarks.dashboard.homes default
"""

from __future__ import annotations

import sys

from application.settings import load_settings
from application.use_cases.beds_now import BedDesign, beds_now
from application.use_cases.run_demo import run_demo
from application.use_cases.session import open_session
from application.use_cases.simulate import TwinDesign


def main() -> None:
    """The demo of the size that is named."""
    with open_session(load_settings()) as session:
        run_demo(session, sys.argv[1], TwinDesign())
        beds_now(session, BedDesign())


if __name__ == "__main__":
    main()
