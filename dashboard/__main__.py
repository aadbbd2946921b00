"""Opens the dashboard: ``python -m dashboard --port 8501``."""

import argparse

from application.compute import one_thread_each
from dashboard.launch import serve

DEFAULT_PORT = 8501


def main() -> None:
    """Reads the two options and serves until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m dashboard", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--headless", action="store_true", help="open no browser")
    asked = parser.parse_args()
    one_thread_each()
    serve(asked.port, asked.headless)


if __name__ == "__main__":
    main()
