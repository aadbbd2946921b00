"""What a study of several hospitals says beyond units and arrivals: roads and common rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from hospital.base import Frozen
from hospital.places import Code, Hospital, HospitalLevel, TransferLink
from twin.laws import Exponential, Law
from twin.parameters import WaitingDeaths
from twin.study_law import Stated
from twin.territory import AmbulanceFleet, DiversionRule, TransferPolicy

HOSPITAL = "STUDY"
"""The one hospital of a study that names none."""


class StudyHospital(Frozen):
    """A hospital of the study and its level of care (hp, chp, chr, chu)."""

    hospital: Code
    level: HospitalLevel = HospitalLevel.PROVINCIAL


class StudyLink(Frozen):
    """The road between two hospitals, in both directions."""

    between: tuple[Code, Code]
    minutes: float = Field(gt=0, lt=2880, allow_inf_nan=False)
    km: float = Field(gt=0, lt=3000, allow_inf_nan=False)


class StudyWaitingDeaths(Frozen):
    """Who waits may die: a constant hazard, or the law of the time to death."""

    waits_for: Literal["intensive_care", "cubicle"]
    triage: int | None = Field(default=None, ge=1, le=5)
    per_hour: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    time_to_death: Stated | None = None
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _one_law(self) -> StudyWaitingDeaths:
        if (self.per_hour is None) == (self.time_to_death is None):
            raise ValueError("state exactly one of per_hour and time_to_death")
        return self

    def rule(self) -> WaitingDeaths:
        """In the twin's own words."""
        law: Law
        if self.time_to_death is not None:
            law = self.time_to_death.law
        else:
            law = Exponential(mean_hours=1 / (self.per_hour or 1.0))
        return WaitingDeaths(
            waits_for=self.waits_for, triage=self.triage, time_to_death=law, source=self.source
        )


class StudyTerritory(Frozen):
    """Hospitals of a study, the roads between them and the rules that they share."""

    hospitals: tuple[StudyHospital, ...] = ()
    links: tuple[StudyLink, ...] = ()
    transfer_after_hours: float = Field(default=4.0, ge=0, allow_inf_nan=False)
    intensive_care_limit_hours: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    transfer_policy: TransferPolicy | None = None
    ambulances: tuple[AmbulanceFleet, ...] = ()
    diversions: tuple[DiversionRule, ...] = ()
    waiting_deaths: tuple[StudyWaitingDeaths, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the hospitals."""
        return tuple(one.hospital for one in self.hospitals) or (HOSPITAL,)

    def places(self, name: str) -> tuple[Hospital, ...]:
        """The hospitals as the twin knows them."""
        stated = self.hospitals or (StudyHospital(hospital=HOSPITAL),)
        return tuple(
            Hospital(
                hospital=one.hospital,
                name=one.hospital if self.hospitals else name,
                level=one.level,
                province="Study",
                population=0,
            )
            for one in stated
        )

    def roads(self) -> tuple[TransferLink, ...]:
        """The links as the twin knows them."""
        return tuple(
            TransferLink(
                origin=one.between[0],
                destination=one.between[1],
                distance_km=one.km,
                travel_minutes=one.minutes,
            )
            for one in self.links
        )

    def misplaced(self, places: Sequence[tuple[str, str | None]]) -> list[str]:
        """Units without a hospital or with one that the study does not have, and such links."""
        known = self.codes
        wrong = [
            f"{name} is in no hospital: state one of {', '.join(known)}"
            for name, hospital in places
            if (hospital is None and self.hospitals) or (hospital or known[0]) not in known
        ]
        wrong += [
            f"a link leads to {code}, which is no hospital of this study"
            for link in self.links
            for code in link.between
            if code not in known
        ]
        return wrong + _doubled(known, "{} is there twice")

    def crowded(self, departments: Sequence[str]) -> list[str]:
        """Hospitals with more than one emergency department."""
        return _doubled(departments, "{} has two emergency departments: state one")


def _doubled(names: Sequence[str], sentence: str) -> list[str]:
    return [
        sentence.format(name) for name in sorted({one for one in names if names.count(one) > 1})
    ]
