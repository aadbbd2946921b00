"""Chance that belongs to patients: a number for each patient and purpose, in any order.

A patient is known by hospital, stream, day and rank within the day. The number for a purpose is
a hash of that and of the purpose, so that any subset of patients can ask, a day with more
patients leaves the others as they were, and nothing is drawn that nobody needs.

The hash is the finaliser of SplitMix64 (Steele, Lea and Flood 2014, figure 16), applied to the
patient's key and again to key xor purpose: a counter-based generator (Salmon et al. 2011).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from hospital.streams import stream_key
from twin.laws import Floats

Keys = npt.NDArray[np.uint64]
FIRST, SECOND, GOLDEN = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15
RANKS = 1 << 32
"""More patients of one stream than ever come on one day."""

DOUBLE_BITS, WORD_BITS = 53, 64


def mixed(words: Keys) -> Keys:
    """Every bit of the result depends on every bit of the word; one to one."""
    z = words ^ (words >> np.uint64(30))
    z *= np.uint64(FIRST)
    z ^= z >> np.uint64(27)
    z *= np.uint64(SECOND)
    z ^= z >> np.uint64(31)
    return z


def patient_keys(
    seed: int,
    replication: int,
    purpose: tuple[str, ...],
    cells: tuple[npt.NDArray[np.integer[Any]], ...],
) -> Keys:
    """A word for each patient of one stream; ``cells`` are rank within the day and day."""
    rank, day = cells
    counter = (day.astype(np.uint64) << np.uint64(32)) + rank.astype(np.uint64)
    counter *= np.uint64(GOLDEN)
    counter += np.uint64(_word(seed, replication, *purpose))
    return mixed(counter)


@dataclass(frozen=True, slots=True)
class PatientChance:
    """Uniform numbers of the patients with these keys."""

    keys: Keys

    def uniform(self, attribute: str, chosen: npt.NDArray[np.generic] | None = None) -> Floats:
        """One number in [0, 1) for each patient, or for each chosen patient."""
        keys = self.keys if chosen is None else self.keys[chosen]
        words = mixed(keys ^ np.uint64(purpose_word(attribute)))
        words >>= np.uint64(WORD_BITS - DOUBLE_BITS)
        return np.asarray(words * 2.0**-DOUBLE_BITS, dtype=np.float64)


@lru_cache(maxsize=1024)
def purpose_word(attribute: str) -> int:
    """The word of a purpose."""
    return _word(0, 0, "purpose", attribute)


def _word(seed: int, replication: int, *purpose: str) -> int:
    high, low = stream_key(seed, *purpose, replication=replication)[:2]
    return (high << 32) | low
