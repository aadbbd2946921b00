"""Errors that tell a hospital person what is wrong, where, and how to mend it.

    GstError
    ├── InvalidInput     a file or a value that cannot be used; carries every problem found
    ├── NotEnoughHistory a series too short for the question that was asked
    ├── UnknownPlace     a hospital or unit that the GST does not have
    └── RunInterrupted   the person stopped the work; nothing was stored

``code`` is what catalogues translate; the English text is for logs.
"""

from dataclasses import dataclass
from typing import Any


class Sentence(str):
    """English text that a catalogue can still translate: it remembers its template and values.

    It is a ``str``, so logs and tests read it as it is; the edge asks the catalogue for
    ``template`` and fills in ``values``.
    """

    __slots__ = ("template", "values")

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, values: dict[str, Any]) -> "Sentence":
        """The filled-in English text, with what is needed to say it in another language."""
        sentence = super().__new__(cls, template.format(**values))
        sentence.template = template
        sentence.values = values
        return sentence

    def __reduce__(self) -> tuple[type["Sentence"], tuple[str, dict[str, Any]]]:
        """Pickled with its template, so that a worker's error is translated too."""
        return Sentence, (self.template, self.values)


def say(template: str, **values: Any) -> Sentence:
    """A sentence for a person; ``template`` is what the catalogues translate."""
    return Sentence(template, values)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in what a person gave us, and how to mend it.

    ``row`` is the line of the file as a spreadsheet shows it: the header is row 1.
    ``code`` names the kind of problem (``unknown_key``, ``not_a_number``, ...) and is stable.
    """

    code: str
    file: str
    found: str
    expected: str
    remedy: str
    row: int | None = None
    column: str | None = None

    def where(self) -> str:
        """The place in words, for example ``beds.csv, row 12, column sex``."""
        parts = [self.file]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ", ".join(parts)

    def __str__(self) -> str:
        return f"{self.where()}: found {self.found}; expected {self.expected}. {self.remedy}"


class GstError(Exception):
    """Whatever Tadbir refuses to do. ``code`` is translated, ``hint`` says what to do."""

    def __init__(self, code: str, hint: str, **details: Any) -> None:
        super().__init__(f"{code}: {hint}")
        self.code = code
        self.hint = hint
        self.details = details

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled whole, so that what a worker refuses is told as it was said."""
        return _same_error, (type(self), self.args, self.__dict__)


def _same_error(kind: type[GstError], args: tuple[Any, ...], values: dict[str, Any]) -> GstError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(values)
    return error


class InvalidInput(GstError):
    """Input that cannot be used, with every problem found and how many more there are."""

    def __init__(self, problems: list[Problem], total: int | None = None) -> None:
        self.problems = tuple(problems)
        self.total = len(problems) if total is None else total
        super().__init__("invalid_input", "; ".join(str(problem) for problem in problems[:5]))


class NotEnoughHistory(GstError):
    """The series is too short for the forecast that was asked."""


class UnknownPlace(GstError):
    """A hospital, unit, theatre or medicine that this GST does not have."""


class RunInterrupted(GstError):
    """The person stopped the work; nothing of it was stored."""
