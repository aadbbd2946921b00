"""The one text of a JSON value: the JSON Canonicalization Scheme (RFC 8785).

Keys in the order of their UTF-16 units, no spaces, UTF-8 kept, figures as ECMAScript writes them.
One deviation: a whole number is written with all its digits, however large, where RFC 8785 would
round it to a double; nothing that Tadbir records is above 2 to the power of 53.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

HIGHEST_PLAIN = 1e21
LOWEST_PLAIN = 1e-6
LAST_OF_ONE_UNIT = "\uffff"


def canonical_text(value: Any) -> str:
    """The canonical text.

    Raises:
        ValueError: not a number, an infinity, half a character, or something JSON cannot hold.
    """
    try:
        plain = json.dumps(
            value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
    except TypeError as error:
        raise ValueError(f"JSON cannot hold this: {error}") from error
    if _is_canonical(value):
        plain.encode()
        return plain
    text = _written(value)
    text.encode()
    return text


def _is_canonical(value: Any) -> bool:
    """Whether ``json`` writes this as RFC 8785 does: no figures with a point, no rare keys."""
    if isinstance(value, Mapping):
        return all(
            isinstance(name, str)
            and (name.isascii() or max(name) <= LAST_OF_ONE_UNIT)
            and _is_canonical(inner)
            for name, inner in value.items()
        )
    if isinstance(value, list | tuple):
        return all(map(_is_canonical, value))
    return not isinstance(value, float)


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        names = sorted(value, key=_units)
        inside = (f"{_plain(name)}:{_written(value[name])}" for name in names)
        return "{" + ",".join(inside) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_written, value)) + "]"
    if isinstance(value, float):
        return figure(value)
    return _plain(value)


def _units(name: object) -> bytes:
    if not isinstance(name, str):
        raise ValueError(f"a key of JSON is text, and {name!r} is none")  # noqa: TRY004
    return name.encode("utf-16-be")


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def figure(value: float) -> str:
    """A float as ECMAScript writes it (ECMA-262, Number::toString)."""
    if not math.isfinite(value):
        raise ValueError("JSON cannot hold a figure that is not finite")
    if value == 0:
        return "0"
    mantissa, _, exponent = repr(value).partition("e")
    if not exponent:
        return mantissa.removesuffix(".0")
    power = int(exponent)
    if LOWEST_PLAIN <= abs(value) < HIGHEST_PLAIN:
        return _decimal(mantissa, power)
    return f"{mantissa}e{'+' if power > 0 else '-'}{abs(power)}"


def _decimal(mantissa: str, power: int) -> str:
    """Written out: zeros before the digits of a small figure, after those of a large one."""
    sign = "-" if mantissa.startswith("-") else ""
    digits = mantissa.lstrip("-").replace(".", "")
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{digits}"
    return sign + digits.ljust(power + 1, "0")
