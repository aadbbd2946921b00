"""What one column must hold, read from the field of the row type that declares it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from functools import cache
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MinLen
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from hospital.tables import Table


class Kind(StrEnum):
    """How the text of a cell is read."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    YES_NO = "yes or no"
    DATE = "date"
    TIME = "date and time"
    CHOICE = "choice"


@dataclass(frozen=True)
class Column:
    """One column: how to read it, what it may hold, and what an absent value means."""

    name: str
    kind: Kind
    may_be_empty: bool
    default: Any
    choices: tuple[str, ...] = ()
    pattern: str | None = None
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None
    minimum_length: int = 0
    meaning: str = ""

    def bounds(self) -> str:
        """The allowed interval in words, empty if there is none."""
        parts = (
            (">=", self.at_least),
            (">", self.above),
            ("<=", self.at_most),
            ("<", self.below),
        )
        return ", ".join(f"{sign} {limit:.15g}" for sign, limit in parts if limit is not None)


KINDS: dict[type, Kind] = {
    bool: Kind.YES_NO,
    int: Kind.WHOLE,
    float: Kind.NUMBER,
    datetime: Kind.TIME,
    date: Kind.DATE,
    str: Kind.TEXT,
}


@cache
def columns_of(table: Table) -> tuple[Column, ...]:
    """The columns of a table in file order."""
    fields = table.row_type.model_fields
    return tuple(column_of(name, field) for name, field in fields.items())


def column_of(name: str, field: FieldInfo) -> Column:
    """What a field of a row type, or of ``gst.yaml``, must hold."""
    annotation, optional = _unwrap(field.annotation)
    limits = {type(limit): limit for limit in _constraints(field)}
    choices = _choices(field.annotation, annotation)
    length = limits.get(MinLen)
    return Column(
        name=name,
        kind=Kind.CHOICE if choices else KINDS.get(annotation, Kind.TEXT),
        may_be_empty=optional or not field.is_required(),
        default=None if field.default is PydanticUndefined else field.default,
        choices=choices,
        pattern=_pattern(field),
        at_least=_limit(limits.get(Ge), "ge"),
        above=_limit(limits.get(Gt), "gt"),
        at_most=_limit(limits.get(Le), "le"),
        below=_limit(limits.get(Lt), "lt"),
        minimum_length=0 if length is None else length.min_length,
        meaning=field.description or "",
    )


def _unwrap(annotation: Any) -> tuple[Any, bool]:
    """The plain type, and whether the field may be None."""
    arguments = [argument for argument in get_args(annotation) if argument is not NoneType]
    if not arguments:
        return annotation, False
    inner = getattr(arguments[0], "__origin__", arguments[0])  # without its own constraints
    if NoneType not in get_args(annotation):
        return inner, False
    return (get_args(inner) or (inner,))[0], True


def _pattern(field: FieldInfo) -> str | None:
    """The regular expression of a code, whether it sits on the field or inside ``X | None``."""
    return next((c.pattern for c in _constraints(field) if getattr(c, "pattern", None)), None)


def _constraints(field: FieldInfo) -> list[Any]:
    """Those of the field, then those inside ``X | None``."""
    found = list(field.metadata)
    for argument in get_args(field.annotation):
        for constraint in getattr(argument, "__metadata__", ()):
            found += [constraint, *getattr(constraint, "metadata", ())]
    return found


def _choices(annotation: Any, plain: Any) -> tuple[str, ...]:
    """The values of an enumeration or of literal texts, where the field has only those."""
    if isinstance(plain, type) and issubclass(plain, Enum):
        return tuple(choice.value for choice in plain)
    for one in (annotation, *get_args(annotation)):
        if get_origin(one) is Literal and all(isinstance(value, str) for value in get_args(one)):
            return tuple(str(value) for value in get_args(one))
    return ()


def _limit(constraint: Any, name: str) -> float | None:
    return None if constraint is None else float(getattr(constraint, name))
