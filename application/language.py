"""Says things in French, Arabic or English: words, numbers and days.

English sentences in the code are the keys; the catalogues under ``locale/`` hold the other
two languages. Numbers and days follow Morocco: ``ar_MA`` has Latin digits and Moroccan months.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations, translation
from pathlib import Path
from typing import Any

from hospital.errors import Sentence

LOCALE_FOLDER = Path(__file__).parent / "locale"
DOMAIN = "tadbir"
NUMBERS_KEPT = 32_768
ISOLATE, END_ISOLATE = "\u2068", "\u2069"
"""First strong isolate: codes and dates run from the left, Arabic names from the right."""


class Language(StrEnum):
    """The three languages, French first."""

    FRENCH = "fr"
    ARABIC = "ar"
    ENGLISH = "en"

    @property
    def locale(self) -> str:
        """The Babel locale used for numbers and days."""
        return {"fr": "fr_MA", "ar": "ar_MA", "en": "en_GB"}[self.value]

    @property
    def is_right_to_left(self) -> bool:
        """Whether text runs from right to left."""
        return self is Language.ARABIC


@dataclass(frozen=True)
class Translator:
    """Speaks one language. Calling it translates an English sentence and fills in its values."""

    language: Language

    def __call__(self, template: str, **values: Any) -> str:
        """The sentence in this language; a ``Sentence`` brings its own values."""
        if isinstance(template, Sentence):
            values = template.values
            template = template.template
        said = _catalogue(self.language).gettext(template) if template else ""
        return said.format(**{name: self._value(value) for name, value in values.items()})

    def _value(self, value: Any) -> str:
        if isinstance(value, Sentence):
            return self(value)
        return self.isolated(str(value))

    def told(self, text: str) -> str:
        """A sentence of ours in this language; what a person wrote stays as it was written."""
        return self(text) if isinstance(text, Sentence) else text

    def isolated(self, text: str) -> str:
        """Codes, dates and figures keep their order inside an Arabic sentence."""
        return f"{ISOLATE}{text}{END_ISOLATE}" if self.language.is_right_to_left else text

    def beside(self, name: str, phrase: str) -> str:
        """A name and what is said of it; an Arabic phrase beside a French name keeps its order."""
        return f"{name} · {self.isolated(phrase)}"

    def listed(self, names: Iterable[str]) -> str:
        """Names one after the other, with the comma of the language."""
        return ("، " if self.language.is_right_to_left else ", ").join(names)

    def number(self, value: float, decimals: int = 0) -> str:
        """A number with the separators of the language."""
        rounded = round(value, decimals) + 0.0  # adding zero turns -0.0 into 0.0
        return _number(self.language, rounded, decimals)

    def day(self, day: date) -> str:
        """A day in words, such as 23 novembre 2026."""
        from babel.dates import format_date  # noqa: PLC0415 - heavy, and not needed for --help

        return format_date(day, format="long", locale=self.language.locale)

    def dated(self, day: date) -> str:
        """A day with its weekday, such as lundi 23 novembre 2026."""
        return f"{self.weekday(day.weekday())} {self.day(day)}"

    def weekday(self, number: int) -> str:
        """The name of a day of the week, Monday is 0."""
        from babel.dates import get_day_names  # noqa: PLC0415 - heavy, and not needed for --help

        return str(get_day_names("wide", locale=self.language.locale)[number])


@lru_cache(maxsize=NUMBERS_KEPT)
def _number(language: Language, value: float, decimals: int) -> str:
    """Kept, for a page of a thousand figures is drawn anew at every click."""
    from babel.numbers import format_decimal  # noqa: PLC0415 - heavy, and not needed for --help

    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=language.locale)


@cache
def _catalogue(language: Language) -> NullTranslations | GNUTranslations:
    if language is Language.ENGLISH:
        return NullTranslations()
    return translation(DOMAIN, LOCALE_FOLDER, languages=[language.value])
