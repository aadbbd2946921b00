"""Seconds of the processor, which other work on the machine lengthens least."""

from __future__ import annotations

import resource


def cpu_seconds() -> float:
    """CPU seconds of this process and of those it started and awaited."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)
