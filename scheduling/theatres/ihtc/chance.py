"""A random stream that lives in an array, so that a search goes on the same in any thread.

xorshift64*, S. Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled",
ACM Transactions on Mathematical Software 42 (2016), section 3, shifts 12, 25, 27.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from scheduling.theatres.ihtc.compiling import inlined

Stream = npt.NDArray[np.uint64]


def stream_of(seed: int | Sequence[int]) -> Stream:
    """The stream of a seed or of its words; different seeds give unrelated streams."""
    return np.random.SeedSequence(seed).generate_state(1, np.uint64) | np.uint64(1)


@inlined
def _next(stream: Stream) -> np.uint64:
    value = stream[0]
    value ^= value >> np.uint64(12)
    value ^= value << np.uint64(25)
    value ^= value >> np.uint64(27)
    stream[0] = value
    return np.uint64(value * np.uint64(2685821657736338717))


@inlined
def below(stream: Stream, count: int) -> int:
    """A whole number from 0 to ``count`` - 1."""
    drawn = ((_next(stream) >> np.uint64(32)) * np.uint64(count)) >> np.uint64(32)
    return int(np.int64(drawn))


@inlined
def uniform(stream: Stream) -> float:
    """A number in (0, 1]."""
    return float((_next(stream) >> np.uint64(11)) + np.uint64(1)) * 1.1102230246251565e-16
