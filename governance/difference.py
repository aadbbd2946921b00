"""What a person changed in a recommendation: the edits that lead from one document to the other.

Edits are JSON Patch operations (RFC 6902, places as JSON Pointers of RFC 6901), each with the
value that stood there before, so that a reader sees both sides and a patch on the wrong document
is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from governance.canonical import canonical_text
from hospital.base import Frozen
from hospital.errors import GstError, say


class Operation(StrEnum):
    """What an edit does."""

    REPLACE = "replace"
    ADD = "add"
    REMOVE = "remove"


class Edit(Frozen):
    """One change: at ``place`` stood ``was``, and ``value`` stands there now."""

    op: Operation
    place: str
    was: Any = None
    value: Any = None


def differences(before: Any, after: Any, place: str = "") -> tuple[Edit, ...]:
    """The edits that turn ``before`` into ``after``, in the order in which they are applied."""
    return tuple(_edits(before, after, place))


def _edits(before: Any, after: Any, place: str) -> Iterator[Edit]:
    if _text(before) == _text(after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _edits_of_object(before, after, place)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _edits_of_list(before, after, place)
    else:
        yield Edit(op=Operation.REPLACE, place=place, was=before, value=after)


def _edits_of_object(before: dict[str, Any], after: dict[str, Any], place: str) -> Iterator[Edit]:
    for name in sorted({*before, *after}):
        inner = f"{place}/{_escaped(name)}"
        if name not in after:
            yield Edit(op=Operation.REMOVE, place=inner, was=before[name])
        elif name not in before:
            yield Edit(op=Operation.ADD, place=inner, value=after[name])
        else:
            yield from _edits(before[name], after[name], inner)


def _edits_of_list(before: list[Any], after: list[Any], place: str) -> Iterator[Edit]:
    """Items that stay are found by their text; ``shift`` follows what was added or removed."""
    matcher = SequenceMatcher(
        None, [_text(item) for item in before], [_text(item) for item in after], autojunk=False
    )
    shift = 0
    for tag, first, last, other, end in matcher.get_opcodes():
        if tag == "equal":
            continue
        paired = min(last - first, end - other)
        for step in range(paired):
            inner = f"{place}/{first + step + shift}"
            yield from _edits(before[first + step], after[other + step], inner)
        at = first + paired + shift
        for item in before[first + paired : last]:
            yield Edit(op=Operation.REMOVE, place=f"{place}/{at}", was=item)
            shift -= 1
        for step, item in enumerate(after[other + paired : end]):
            yield Edit(op=Operation.ADD, place=f"{place}/{at + step}", value=item)
            shift += 1


def applied(document: Any, edits: Sequence[Edit]) -> Any:
    """The document after these edits; the one that was given stays as it is.

    Raises:
        GstError: ``edit_does_not_fit`` where the document does not say what an edit found there.
    """
    result = deepcopy(document)
    for edit in edits:
        result = _after(result, edit)
    return result


def _after(document: Any, edit: Edit) -> Any:
    if not edit.place:
        return edit.value
    holder, name = _holder(document, edit.place)
    key: Any = name if isinstance(holder, dict) else _index(holder, edit)
    if edit.op is Operation.ADD:
        if isinstance(holder, list):
            holder.insert(key, deepcopy(edit.value))
        else:
            holder[key] = deepcopy(edit.value)
        return document
    found = value_at(document, edit.place)
    if _text(found) != _text(edit.was):
        raise _unfit(edit.place)
    if edit.op is Operation.REMOVE:
        del holder[key]
    else:
        holder[key] = deepcopy(edit.value)
    return document


def value_at(document: Any, place: str) -> Any:
    """What stands at a place. Raises ``GstError`` where the document has no such place."""
    if not place:
        return document
    holder, name = _holder(document, place)
    try:
        return holder[name] if isinstance(holder, dict) else holder[_number(name)]
    except (KeyError, IndexError, ValueError):
        raise _unfit(place) from None


def _holder(document: Any, place: str) -> tuple[Any, str]:
    """The object or list that a place lies in, and its name there."""
    if not place.startswith("/"):
        raise _unfit(place)
    *way, name = [_unescaped(part) for part in place[1:].split("/")]
    holder = document
    for step in way:
        try:
            holder = holder[step] if isinstance(holder, dict) else holder[_number(step)]
        except (KeyError, IndexError, ValueError, TypeError):
            raise _unfit(place) from None
    if not isinstance(holder, dict | list):
        raise _unfit(place)
    return holder, name


def _index(holder: list[Any], edit: Edit) -> int:
    name = edit.place.rpartition("/")[2]
    if name == "-" and edit.op is Operation.ADD:
        return len(holder)
    try:
        at = _number(name)
    except ValueError:
        raise _unfit(edit.place) from None
    if at > len(holder) - (edit.op is not Operation.ADD):
        raise _unfit(edit.place)
    return at


def _number(name: str) -> int:
    """An index; minus signs and other alphabets' digits are none."""
    if not (name.isascii() and name.isdigit()):
        raise ValueError(name)
    return int(name)


def _unfit(place: str) -> GstError:
    return GstError(
        "edit_does_not_fit",
        say(
            "The recommendation does not have what this change found at {place}. Look at it "
            "again with tadbir decide RUN --show, and change what stands there.",
            place=place or "/",
        ),
    )


def _text(value: Any) -> str:
    """Tells 1 from true, which Python holds for equal; 1 and 1.0 are one figure on record."""
    return canonical_text(value)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _unescaped(name: str) -> str:
    return name.replace("~1", "/").replace("~0", "~")
