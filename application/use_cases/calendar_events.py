"""What only the hospitals know of a day: moussems, strikes, campaigns, in one YAML file.

The file lies in the folder of the settings and may be written by hand or from the dashboard::

    events:
      - {name: Moussem, first_day: 2026-08-14, last_day: 2026-08-20}

A forecast learns the effect of an event from earlier ones of the same name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError

from application.folder.safe_yaml import YamlFile, read_yaml
from application.settings import Settings
from application.whole_file import whole
from governance.access import Action
from hospital.base import Frozen
from hospital.calendar import UserEvent
from hospital.errors import GstError, InvalidInput, Problem, say

EVENTS_FILE = "events.yaml"


class EventFile(Frozen):
    """The content of the file."""

    events: tuple[UserEvent, ...] = Field(default=())


def events_file(settings: Settings) -> Path:
    """Where the events are kept."""
    return settings.folder / EVENTS_FILE


def known_events(settings: Settings) -> tuple[UserEvent, ...]:
    """Every event that was told, by its first day; none where there is no file.

    Raises:
        InvalidInput: with the line of each event that cannot be used.
    """
    file = events_file(settings)
    if not file.is_file():
        return ()
    source = read_yaml(file)
    if not isinstance(source, YamlFile):
        raise InvalidInput([source])
    try:
        return _sorted(EventFile.model_validate(source.values).events)
    except ValidationError as error:
        problems = [_problem(dict(fault), source) for fault in error.errors(include_url=False)]
        raise InvalidInput(problems) from None


def add_event(settings: Settings, event: UserEvent) -> tuple[UserEvent, ...]:
    """Keeps one more event; the same event again changes nothing."""
    _require(settings)
    return _write(settings, {*known_events(settings), event})


def remove_event(settings: Settings, event: UserEvent) -> tuple[UserEvent, ...]:
    """Forgets an event. Raises ``GstError`` where it is not known."""
    _require(settings)
    events = set(known_events(settings))
    if event not in events:
        raise GstError("no_event", say("There is no event {name} on that day.", name=event.name))
    return _write(settings, events - {event})


def _require(settings: Settings) -> None:
    """Whoever tells of events may do so."""
    from application.use_cases.access import require_on  # noqa: PLC0415

    require_on(settings, Action.TELL_EVENTS)


def _write(settings: Settings, events: set[UserEvent]) -> tuple[UserEvent, ...]:
    """Whole or not at all: a reader never sees half a file."""
    kept = _sorted(events)
    rows = [event.model_dump() for event in kept]
    text = yaml.safe_dump({"events": rows}, allow_unicode=True, sort_keys=False)
    with whole(events_file(settings)) as draft:
        draft.write_text(text, encoding="utf-8")
    return kept


def _sorted(events: tuple[UserEvent, ...] | set[UserEvent]) -> tuple[UserEvent, ...]:
    return tuple(sorted(events, key=lambda event: (event.first_day, event.last_day, event.name)))


def _problem(fault: dict[str, Any], source: YamlFile) -> Problem:
    path = [str(part) for part in fault["loc"]]
    keys = [".".join(path[:length]) for length in range(len(path), 0, -1)]
    return Problem(
        "wrong_value",
        EVENTS_FILE,
        found=say("nothing") if fault["type"] == "missing" else str(fault["input"])[:80],
        expected=say("a name, and first_day and last_day as 2026-08-14, the earlier day first"),
        remedy=say("Correct this line, or remove the event."),
        row=next((source.lines[key] for key in keys if key in source.lines), None),
        column=".".join(path),
    )
