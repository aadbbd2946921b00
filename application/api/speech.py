"""In which language an answer speaks: what ``Accept-Language`` asks for, French if nothing fits."""

from __future__ import annotations

from application.language import Language, Translator

LONGEST_HEADER = 200


def speaker(accepted: str) -> Translator:
    """Speaks the language that is wanted most of those that Tadbir has (RFC 9110, 12.5.4)."""
    wanted: list[tuple[float, Language]] = []
    for part in accepted[:LONGEST_HEADER].split(","):
        tag, _, weight = part.partition(";")
        name = tag.strip().partition("-")[0].lower()
        if name in set(Language):
            wanted.append((_weight(weight), Language(name)))
    best = max(wanted, key=lambda one: one[0], default=(0.0, Language.FRENCH))
    return Translator(best[1] if best[0] > 0 else Language.FRENCH)


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name != "q":
        return 1.0
    return float(value) if value in {"0", "1"} or _is_share(value) else 0.0


def _is_share(value: str) -> bool:
    whole, point, rest = value.partition(".")
    return whole in {"0", "1"} and bool(point) and rest.isascii() and (rest == "" or rest.isdigit())
