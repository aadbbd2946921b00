"""An append-only chain of entries: each carries the hash of the one before it.

The chain shows that an entry was changed, removed or reordered. It does not prevent that,
and who can rewrite the whole database can rewrite the whole chain: export the head daily.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """One entry as stored: its place, its canonical text, and the two hashes that hold it."""

    sequence: int
    text: str
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """Where the chain first fails, and how."""

    sequence: int
    fault: str


def canonical(entry: Mapping[str, Any]) -> str:
    """The one text of an entry: sorted keys, no spaces, UTF-8 kept (in the spirit of RFC 8785)."""
    return json.dumps(
        entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def appended(entry: Mapping[str, Any], last: ChainEntry | None) -> ChainEntry:
    """The entry that follows ``last`` (or begins the chain)."""
    sequence = 1 if last is None else last.sequence + 1
    previous = GENESIS if last is None else last.hash
    text = canonical(entry)
    return ChainEntry(sequence, text, previous, _hash(sequence, text, previous))


def first_break(
    entries: Iterable[ChainEntry], head: ChainEntry | None = None
) -> BrokenChain | None:
    """The first place where the chain does not hold, or None.

    ``head`` is the last entry that was exported earlier: with it, a cut tail is found too.
    """
    previous, expected, last = GENESIS, 1, None
    for entry in entries:
        if entry.sequence != expected:
            return BrokenChain(expected, "missing_or_reordered")
        if entry.previous_hash != previous:
            return BrokenChain(entry.sequence, "previous_hash_differs")
        if entry.hash != _hash(entry.sequence, entry.text, entry.previous_hash):
            return BrokenChain(entry.sequence, "content_changed")
        if head and entry.sequence == head.sequence and entry.hash != head.hash:
            return BrokenChain(entry.sequence, "differs_from_exported_head")
        previous, expected, last = entry.hash, expected + 1, entry
    if head and (last is None or last.sequence < head.sequence):
        return BrokenChain(expected, "tail_cut")
    return None


def _hash(sequence: int, text: str, previous: str) -> str:
    return sha256(f"{sequence}\n{previous}\n{text}".encode()).hexdigest()
