"""An append-only chain of entries: each carries the hash of the one before it.

The chain shows that an entry was changed, removed or reordered. It does not prevent that,
and who can rewrite the whole database can rewrite the whole chain: export the head daily.

The hash of an entry covers the digest of its text, not the text itself, so that a text whose
time of keeping is over can be erased: the digest stays and the chain holds. An erased text has
to be named by a later entry of the record, or it counts as a break. Entries written before there
were digests have none, and cannot be erased.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from governance.canonical import canonical_text
from hospital.errors import GstError, say

GENESIS = "0" * 64
ERASED = ""


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """One entry as stored: its place, its canonical text, and the hashes that hold it.

    ``digest`` is the SHA-256 of the text; None in entries from before there were digests.
    """

    sequence: int
    text: str
    previous_hash: str
    hash: str
    digest: str | None = None

    @property
    def is_erased(self) -> bool:
        """Whether only the digest of the text is left."""
        return self.text == ERASED and self.digest is not None


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at one time, kept elsewhere."""

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """Where the chain first fails, and how."""

    sequence: int
    fault: str

    def refusal(self) -> GstError:
        """What a person is told where nothing goes on with a record that does not hold."""
        return GstError(
            "chain_broken",
            say(
                "The record does not hold from entry {number} on ({fault}).",
                number=self.sequence,
                fault=self.fault,
            ),
        )


def canonical(entry: Mapping[str, Any]) -> str:
    """The one text of an entry (RFC 8785)."""
    return canonical_text(entry)


def appended(entry: Mapping[str, Any], last: "ChainEntry | Head | None") -> ChainEntry:
    """The entry that follows ``last`` (or begins the chain)."""
    sequence = 1 if last is None else last.sequence + 1
    previous = GENESIS if last is None else last.hash
    text = canonical(entry)
    digest = sha256(text.encode()).hexdigest()
    return ChainEntry(sequence, text, previous, entry_hash(sequence, previous, digest), digest)


def entry_hash(sequence: int, previous: str, content: str) -> str:
    """The hash that holds an entry; ``content`` is its digest (of an old entry, its text)."""
    return sha256(f"{sequence}\n{previous}\n{content}".encode()).hexdigest()


def first_break(
    entries: Iterable[ChainEntry],
    head: "ChainEntry | Head | None" = None,
    erased: Collection[int] = (),
) -> BrokenChain | None:
    """The first place where the chain does not hold, or None.

    ``head`` is the last entry that was exported earlier: with it, a cut tail is found too.
    ``erased`` are the entries that the record itself says were erased.
    """
    previous, expected, last = GENESIS, 1, None
    for entry in entries:
        fault = _fault(entry, expected, previous, erased)
        if fault is not None:
            return fault
        if head and entry.sequence == head.sequence and entry.hash != head.hash:
            return BrokenChain(entry.sequence, "differs_from_exported_head")
        previous, expected, last = entry.hash, expected + 1, entry
    if head and (last is None or last.sequence < head.sequence):
        return BrokenChain(expected, "tail_cut")
    return None


def _fault(
    entry: ChainEntry, expected: int, previous: str, erased: Collection[int]
) -> BrokenChain | None:
    if entry.sequence != expected:
        return BrokenChain(expected, "missing_or_reordered")
    if entry.previous_hash != previous:
        return BrokenChain(expected, "previous_hash_differs")
    if entry.is_erased:
        if expected not in erased:
            return BrokenChain(expected, "erased_without_record")
    elif entry.digest is not None and _sha256(entry.text) != entry.digest:
        return BrokenChain(expected, "content_changed")
    content = entry.text if entry.digest is None else entry.digest
    if entry.hash != _sha256(f"{expected}\n{previous}\n{content}"):
        return BrokenChain(expected, "content_changed")
    return None


def _sha256(text: str) -> str:
    """Of a text as it was stored: bytes that are no UTF-8 any more are hashed as they are."""
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
