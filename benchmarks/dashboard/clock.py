"""A clock around the script of a page.

It stands in a module of its own: the test harness imports it by name from inside the script, and
so must whoever reads it.
"""

from __future__ import annotations

from time import perf_counter

from dashboard import shell

taken: list[float] = []
"""Seconds of each run of the script, by the script itself."""


def timed(page: str) -> None:
    """What the script calls: the page, with a clock around it."""
    start = perf_counter()
    try:
        shell.draw(page)
    finally:
        taken.append(perf_counter() - start)
