"""Takes what is needed out of JSON that may hold anything anywhere."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from application.folder.cells import CASABLANCA, FIRST_YEAR, LAST_YEAR

Json = dict[str, Any]

LENGTH_OF_A_DAY = len("2026-11-23")


def object_in(holder: Json, name: str) -> Json:
    """The object under this name, empty if there is none."""
    value = holder.get(name)
    return value if isinstance(value, dict) else {}


def objects_in(holder: Json, name: str) -> list[Json]:
    """The objects of the list under this name."""
    value = holder.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text_in(holder: Json, name: str) -> str:
    """The text under this name, empty if there is none."""
    value = holder.get(name)
    return value.strip() if isinstance(value, str) else ""


def codes_of(concept: Json) -> Iterator[str]:
    """The codes of a CodeableConcept (or of a Coding), in lower case."""
    for coding in (*objects_in(concept, "coding"), concept):
        if code := text_in(coding, "code"):
            yield code.lower()


def reference_in(holder: Json, name: str) -> str:
    """The last part of a reference: the id in ``Patient/12`` or in ``urn:uuid:…``."""
    reference = text_in(object_in(holder, name), "reference").partition("/_history/")[0]
    return last_part(reference)


def last_part(reference: str) -> str:
    """The id at the end of a reference, a full URL or a URN."""
    return "" if "?" in reference else reference.rpartition("/")[2].removeprefix("urn:uuid:")


def moment_in(holder: Json, name: str) -> datetime | None:
    """A time on the clock of Morocco; None if it is absent, wrong, or only a day."""
    text = text_in(holder, name)
    if len(text) <= LENGTH_OF_A_DAY:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            moment = moment.astimezone(CASABLANCA).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    inside = FIRST_YEAR <= moment.year <= LAST_YEAR
    return moment.replace(microsecond=0) if inside else None
