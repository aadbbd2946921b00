"""How the kernels of this folder are compiled: inlined, and without counting references.

A plan in the making is some forty arrays. Numba counts references to each of them at every call,
which took nine tenths of the time of a move; what allocates nothing needs no counting.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Compile a function that allocates nothing, to run outside the global lock."""
    return _compiled(function, forceinline=False)


def inlined(function: Function) -> Function:
    """The same, put into the place of each call."""
    return _compiled(function, forceinline=True)


def _compiled(function: Function, *, forceinline: bool) -> Function:
    # "_nrt" is known to Numba, though not to its annotations.
    options: dict[str, Any] = {"nogil": True, "_nrt": False, "forceinline": forceinline}
    try:
        made = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # numba found no folder to keep it in
        made = numba.njit(**options)(function)
    return cast("Function", made)
