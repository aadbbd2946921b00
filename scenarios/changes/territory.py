"""Changes of what hospitals agree on: ambulances, transfers, diversion, deaths while waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from hospital.errors import Sentence, say
from hospital.gst import Gst
from hospital.places import Code, UnitKind
from scenarios.changes.base import ScenarioChange

if TYPE_CHECKING:
    from twin.parameters import TwinParameters

SOURCE = "scenario"
"""Whoever writes the scenario answers for its rules."""

SentKind = Literal[UnitKind.INTENSIVE_CARE, UnitKind.STEP_DOWN, UnitKind.WARD]
Share = Annotated[float, Field(ge=0, le=1)]
Order = Literal["nearest", "nearest_higher", "least_occupied"]


class Ambulances(ScenarioChange):
    """Ambulances that stand at a hospital and take the transfers of it and of others.

    A hospital that no fleet serves is never short of them.
    """

    kind: Literal["ambulances"] = "ambulances"
    hospital: Code
    ambulances: int = Field(ge=1, le=500)
    serves: tuple[Code, ...] = ()
    handover_minutes: float = Field(default=30, ge=0, le=1440)

    def on_gst(self, gst: Gst) -> Gst:
        """Places stay; the hospitals are checked."""
        for code in (self.hospital, *self.serves):
            gst.hospital(code)
        return gst

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin with this fleet, instead of another at the same hospital."""
        from twin.territory import AmbulanceFleet  # noqa: PLC0415 - the twin loads NumPy

        fleet = AmbulanceFleet(
            fleet=self.hospital,
            base=self.hospital,
            ambulances=self.ambulances,
            serves=self.serves,
            handover_minutes=self.handover_minutes,
            source=SOURCE,
        )
        others = (one for one in parameters.ambulances if one.base != self.hospital)
        return parameters.but(ambulances=(*others, fleet))


class SendTo(ScenarioChange):
    """Patients who wait for a kind of unit are sent to other hospitals after some hours.

    From ``hospitals`` (none: from every one) to those ``to`` which they may go (none: any by road).
    """

    together: ClassVar[Sentence] = say("limit_hours not below after_hours")

    kind: Literal["send_to"] = "send_to"
    unit_kind: SentKind
    specialty: str | None = None
    hospitals: tuple[Code, ...] = ()
    to: tuple[Code, ...] = ()
    order: Order = "nearest"
    after_hours: float = Field(ge=0, le=720)
    limit_hours: float | None = Field(default=None, gt=0, le=8760)

    @model_validator(mode="after")
    def _asks_before_it_refuses(self) -> SendTo:
        if self.limit_hours is not None and self.limit_hours < self.after_hours:
            raise ValueError(f"limit_hours ({self.limit_hours}) is below after_hours")
        return self

    def on_gst(self, gst: Gst) -> Gst:
        """Places stay; the hospitals are checked."""
        for code in (*self.hospitals, *self.to):
            gst.hospital(code)
        return gst

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin whose policy begins with this rule: of two that fit, the later one holds."""
        from twin.territory import ReceiverOrder, TransferPolicy, TransferRule  # noqa: PLC0415

        rule = TransferRule(
            kind=self.unit_kind,
            specialty=self.specialty,
            hospitals=self.hospitals,
            to=self.to,
            order=ReceiverOrder(self.order),
            after_hours=self.after_hours,
            limit_hours=self.limit_hours,
            source=SOURCE,
        )
        known = parameters.transfer_policy or TransferPolicy()
        return parameters.but(transfer_policy=known.but(rules=(rule, *known.rules)))


class TransferLimits(ScenarioChange):
    """When a bed of intensive care is asked elsewhere, and when a patient is refused, everywhere.

    The plain rule of the whole GST: after so many hours linked hospitals are asked, and after so
    many the patient leaves the territory. Rules of ``send_to`` and pools go before it.
    """

    together: ClassVar[Sentence] = say("after_hours or limit_hours, the second not below the first")

    kind: Literal["transfer_limits"] = "transfer_limits"
    after_hours: float | None = Field(default=None, ge=0, le=720)
    """Hours of waiting after which linked hospitals are asked; none: as now."""
    limit_hours: float | None = Field(default=None, gt=0, le=8760)
    """Hours of waiting after which the patient is refused; none: as now."""

    @model_validator(mode="after")
    def _says_something_that_fits(self) -> TransferLimits:
        stated = [one for one in (self.after_hours, self.limit_hours) if one is not None]
        if not stated or stated[0] > stated[-1]:
            raise ValueError(str(self.together))
        return self

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin with these hours; never refused before it is asked elsewhere."""
        del gst
        after = parameters.transfer_after_hours if self.after_hours is None else self.after_hours
        limit = self.limit_hours or parameters.intensive_care_limit_hours
        if self.after_hours is None and limit is not None:
            after = min(after, limit)
        if self.limit_hours is None and limit is not None:
            limit = max(after, limit)
        return parameters.but(transfer_after_hours=after, intensive_care_limit_hours=limit)


class DivertAmbulances(ScenarioChange):
    """An emergency department (none named: every one) turns ambulances away while it is full.

    ``by_ambulance`` are the shares of visits that come by ambulance, by triage level from 1 to 5:
    a hypothesis of the scenario, since no history holds them.
    """

    together: ClassVar[Sentence] = say("queue_from or boarders_from")

    kind: Literal["divert_ambulances"] = "divert_ambulances"
    hospital: Code | None = None
    queue_from: int | None = Field(default=None, ge=0, le=1000)
    boarders_from: int | None = Field(default=None, ge=1, le=1000)
    by_ambulance: tuple[Share, Share, Share, Share, Share] = (0.6, 0.4, 0.2, 0.05, 0.0)

    @model_validator(mode="after")
    def _has_a_reason(self) -> DivertAmbulances:
        if self.queue_from is None and self.boarders_from is None:
            raise ValueError("state queue_from or boarders_from")
        return self

    def on_gst(self, gst: Gst) -> Gst:
        """Places stay; the hospital is checked."""
        if self.hospital is not None:
            gst.hospital(self.hospital)
        return gst

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin with this rule, instead of another of the same hospital."""
        from twin.territory import DiversionRule  # noqa: PLC0415 - the twin loads NumPy

        rule = DiversionRule(
            hospital=self.hospital,
            by_ambulance=self.by_ambulance,
            queue_from=self.queue_from,
            boarders_from=self.boarders_from,
            source=SOURCE,
        )
        others = (one for one in parameters.diversions if one.hospital != self.hospital)
        return parameters.but(diversions=(*others, rule))


class DeathsWhileWaiting(ScenarioChange):
    """Patients may die while they wait: a constant hazard, stated by its mean time to death.

    A hypothesis of the scenario. It is not there by default, so that beds that end a wait bring no
    deaths that nobody has stated.
    """

    together: ClassVar[Sentence] = say("a triage level only for waits_for: cubicle")

    kind: Literal["deaths_while_waiting"] = "deaths_while_waiting"
    waits_for: Literal["intensive_care", "cubicle"]
    triage: int | None = Field(default=None, ge=1, le=5)
    mean_hours_to_death: float = Field(gt=0, le=100_000)

    @model_validator(mode="after")
    def _triage_of_a_cubicle(self) -> DeathsWhileWaiting:
        if self.triage is not None and self.waits_for != "cubicle":
            raise ValueError("triage belongs to waits for a cubicle")
        return self

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin with this hazard, instead of another of the same wait."""
        from twin.laws import Exponential  # noqa: PLC0415 - the twin loads SciPy
        from twin.parameters import WaitingDeaths  # noqa: PLC0415

        hazard = WaitingDeaths(
            waits_for=self.waits_for,
            triage=self.triage,
            time_to_death=Exponential(mean_hours=self.mean_hours_to_death),
            source=SOURCE,
        )
        same = (self.waits_for, self.triage)
        others = (one for one in parameters.waiting_deaths if (one.waits_for, one.triage) != same)
        return parameters.but(waiting_deaths=(*others, hazard))
