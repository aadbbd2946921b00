"""How long an account is closed after wrong passwords: five are free, then ever longer."""

from __future__ import annotations

from datetime import datetime, timedelta

FREE_TRIES = 5
FIRST_WAIT = timedelta(minutes=1)
MOST_DOUBLINGS = 20
LONGEST_WAIT = timedelta(hours=12)


def closed_until(failures: int, at: datetime) -> datetime | None:
    """Until when the account is closed after so many wrong passwords in a row; None if open."""
    if failures < FREE_TRIES:
        return None
    doublings = min(failures - FREE_TRIES, MOST_DOUBLINGS)
    wait = min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
    return at + wait
