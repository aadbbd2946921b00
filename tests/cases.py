"""Many cases of one law: a few are tried on every change, the others by ``make test-slow``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def quick_first(cases: Iterable[Any], quick: int = 1) -> list[Any]:
    """The cases for ``parametrize``, with those after the first ``quick`` marked slow."""
    rows = list(cases)
    return [*rows[:quick], *map(_slow, rows[quick:])]


def _slow(case: Any) -> Any:
    values = case if isinstance(case, tuple) else (case,)
    return pytest.param(*values, marks=pytest.mark.slow)
