"""What a person writes instead: ``/place=value`` lines, or a run that holds their own version."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from application.use_cases.access import needs
from application.use_cases.decide import find_recommendation
from application.use_cases.publishing import document_of
from application.use_cases.session import Session
from governance.access import Action
from governance.difference import Edit, Operation, applied, differences, value_at
from hospital.errors import GstError, say


@needs(Action.READ)
def edits_of(
    session: Session, run: str, lines: Sequence[str] = (), instead: str | None = None
) -> tuple[Edit, ...]:
    """The difference that these lines, or this other run of the same kind, make.

    Raises:
        GstError: a line cannot be read, names no place, or the other run is of another kind.
    """
    found = find_recommendation(session, run)
    before = document_of(session, found)
    after = before
    if instead is not None:
        other = find_recommendation(session, instead)
        if other.kind is not found.kind:
            raise GstError(
                "another_kind",
                say(
                    "{instead} is a {other}, and {run} a {kind}: name a run of the same kind.",
                    instead=instead,
                    other=other.kind.value,
                    run=run,
                    kind=found.kind.value,
                ),
            )
        after = document_of(session, other)
    for line in lines:
        after = applied(after, (_edit(after, line),))
    return differences(before, after)


def _edit(document: Any, line: str) -> Edit:
    place, equals, text = line.partition("=")
    place = place.strip()
    if not equals or not place.startswith("/"):
        raise GstError(
            "not_a_change",
            say("{found} cannot be read; write /place=value, as /lines/0/packs=12.", found=line),
        )
    was = value_at(document, place)
    return Edit(op=Operation.REPLACE, place=place, was=was, value=_value(text.strip()))


def _value(text: str) -> Any:
    """JSON where it is JSON, otherwise the words as they are."""
    try:
        return json.loads(text)
    except ValueError:
        return text
