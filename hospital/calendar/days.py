"""The days a hospital calendar speaks of, each with where its date comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from hospital.base import Frozen

LAST_TEN_DAYS_START = 21  # the nights of worship start with the 21st day of Ramadan


class DateStatus(StrEnum):
    """How sure a date is."""

    OFFICIAL = "official"  # announced or decreed; the source names where
    COMPUTED = "computed"  # Umm al-Qura + 1 day: right, or one day late (forecasting evidence, 4)
    HYPOTHESIS = "hypothesis"  # nobody has confirmed it


class Language(StrEnum):
    """The three languages of the product."""

    FRENCH = "fr"
    ENGLISH = "en"
    ARABIC = "ar"


@dataclass(frozen=True, slots=True)
class Labels:
    """One name in the three languages."""

    fr: str
    en: str
    ar: str

    def in_language(self, language: Language | str) -> str:
        """The name in this language; raises ValueError for a language we do not have."""
        names = {Language.FRENCH: self.fr, Language.ENGLISH: self.en, Language.ARABIC: self.ar}
        return names[Language(language)]


@dataclass(frozen=True, slots=True)
class Holiday:
    """One day with a name. ``key`` is stable for ever: models learn effects under it."""

    key: str
    date: date
    labels: Labels
    status: DateStatus
    source: str

    def label(self, language: Language | str) -> str:
        """The name of the day in this language."""
        return self.labels.in_language(language)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """The date that one lunar event takes in one year, after official has won over computed."""

    key: str
    date: date
    status: DateStatus
    source: str


@dataclass(frozen=True, slots=True)
class Ramadan:
    """One month of fasting, 29 or 30 days, both ends included."""

    first_day: date
    last_day: date
    status: DateStatus

    @property
    def length_days(self) -> int:
        """29 or 30."""
        return (self.last_day - self.first_day).days + 1


@dataclass(frozen=True, slots=True)
class RamadanDay:
    """Where a day lies in Ramadan."""

    number: int
    length_days: int

    @property
    def last_ten(self) -> bool:
        """Whether it is one of the last nights, from the 21st on."""
        return self.number >= LAST_TEN_DAYS_START

    @property
    def progress(self) -> float:
        """0 on the first day, 1 on the last: the ramp that forecasts use."""
        return (self.number - 1) / (self.length_days - 1)


@dataclass(frozen=True, slots=True)
class SchoolBreak:
    """Days without school, both ends included."""

    key: str
    first_day: date
    last_day: date
    labels: Labels
    status: DateStatus
    source: str

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def label(self, language: Language | str) -> str:
        """The name of the break in this language."""
        return self.labels.in_language(language)


class UserEvent(Frozen):
    """What only the hospital knows: a moussem, a strike, a campaign. Both ends included."""

    name: str = Field(min_length=1, max_length=80)
    first_day: date
    last_day: date

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError(
                f"last_day ({self.last_day}) is before first_day ({self.first_day}); "
                "write the earlier day first."
            )
        return self

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


def days_between(first: date, last: date) -> list[date]:
    """Every day from ``first`` to ``last``, both included; empty when last is before first."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
