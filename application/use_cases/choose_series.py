"""Which series a person means by ``visits:CHR-KEN``, ``visits:*``, ``consumption:*:PARA500``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TypeVar

from hospital.errors import Sentence, UnknownPlace, say
from hospital.forecast import SeriesKey

NEAR_MATCHES = 5
LIKENESS = 0.4

Keyed = TypeVar("Keyed")


def choose(
    keyed: Iterable[tuple[SeriesKey, Keyed]],
    asked: Sequence[str],
    finer: Callable[[], Iterable[tuple[SeriesKey, Keyed]]] = tuple,
) -> list[Keyed]:
    """Those whose key is asked for, in their own order; all of them where nothing is asked.

    A key is written as it is shown, in capitals or not; ``*`` stands for any text. A text that
    names none of them is looked for among the ``finer`` ones, which come last.

    Raises:
        UnknownPlace: ``unknown_series``, with the nearest keys, for the first that names nothing.
    """
    known = {str(key): one for key, one in keyed}
    if not asked:
        return list(known.values())
    named = {text: _names(text, known) for text in asked}
    if not all(named.values()):
        below = {str(key): one for key, one in finer()}
        named |= {text: _names(text, below) for text, names in named.items() if not names}
        known |= below
    for text, names in named.items():
        if not names:
            raise UnknownPlace("unknown_series", _remedy(text, list(known)), found=text)
    chosen = set().union(*named.values())
    return [one for name, one in known.items() if name in chosen]


def _names(asked: str, names: Iterable[str]) -> set[str]:
    """The names that a text means: the one that it is, else those that fit it."""
    pattern = asked.strip().casefold()
    matches = {name for name in names if name.casefold() == pattern}
    return matches or {name for name in names if fnmatchcase(name.casefold(), pattern)}


def _remedy(asked: str, names: Sequence[str]) -> Sentence:
    near = near_matches(asked, names)
    if not near:
        return say("There is no series {found}: this GST has no history to forecast.", found=asked)
    return say("There is no series {found}. Near: {near}.", found=asked, near=", ".join(near))


def near_matches(asked: str, names: Sequence[str]) -> list[str]:
    """The keys most like what was asked, nearest first: same letters, else the same beginning."""
    by_fold = {name.casefold(): name for name in names}
    pattern = asked.strip().casefold()
    near = get_close_matches(pattern.rstrip("*"), by_fold, NEAR_MATCHES, LIKENESS)
    return [by_fold[name] for name in near] or list(names[:NEAR_MATCHES])
