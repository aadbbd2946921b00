"""Artificial intelligence tried before it is bought: alerts beside patients, better forecasts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from hospital.base import HOURS_PER_DAY, MINUTES_PER_HOUR
from hospital.errors import GstError, Sentence, say
from hospital.forecast import DemandForecast, SeriesKind
from hospital.gst import Gst
from hospital.places import Code, Unit, UnitKind
from scenarios.changes.base import ScenarioChange, changes_nothing
from scenarios.changes.place_rules import with_rules

if TYPE_CHECKING:
    from twin.laws import Law
    from twin.parameters import TriageParameters, TwinParameters

Share = Annotated[float, Field(ge=0, le=1)]
PERCENT = 100
KINDS = {"inpatients": UnitKind.WARD, "emergency_visits": UnitKind.EMERGENCY}


class AiTool(ScenarioChange):
    """A tool that warns staff of patients: of wards (sepsis), or of an emergency department.

    Of the target group ``condition_share`` have what the tool looks for. It sees ``sensitivity`` of
    them and is silent for ``specificity`` of the others. Where it is adopted and not overridden, a
    true alert gains ``hours_gained``. In a ward each hour shortens the need for the bed by
    ``stay_percent_per_hour``, and ``transfers_avoided`` of those who would have gone on to
    intensive care do not; at the triage desk tests start earlier by the hours gained. Every alert,
    true, false or overridden, takes ``staff_minutes_per_alert``: of nurses in a ward (one then
    covers fewer beds), of physicians in an emergency department. Patients in bed at the start keep
    their stay.
    """

    together: ClassVar[Sentence] = say(
        "stay_percent_per_hour and transfers_avoided for inpatients only, hours_gained x "
        "stay_percent_per_hour below 100, and an effect or minutes of staff"
    )

    kind: Literal["ai_tool"] = "ai_tool"
    target: Literal["inpatients", "emergency_visits"]
    """Whom it watches: patients of wards, or visits at triage."""
    units: tuple[Code, ...] = ()
    """Wards or emergency departments that use it; none: all."""
    condition_share: Share
    """Share of the target group who have what the tool looks for."""
    sensitivity: Share
    """Share of them for whom it gives an alert."""
    specificity: Share
    """Share of the others for whom it is silent."""
    adoption: Share
    """Share of patients in whose care the tool is really used."""
    override_rate: Share = 0
    """Share of alerts that staff look at and set aside."""
    hours_gained: float = Field(default=0, ge=0, le=240)
    """Hours by which care starts earlier after a true alert that is acted on."""
    stay_percent_per_hour: float = Field(default=0, ge=0, le=50)
    """Shortening of the need for the bed for each hour gained [%]."""
    transfers_avoided: Share = 0
    """Share of transfers to intensive care spared among those helped."""
    staff_minutes_per_alert: float = Field(default=0, ge=0, le=240)
    """Minutes of work that each alert takes."""

    @model_validator(mode="after")
    def _fits_its_target(self) -> AiTool:
        of_wards = bool(self.stay_percent_per_hour or self.transfers_avoided)
        if of_wards and self.target != "inpatients":
            raise ValueError(str(self.together))
        saved = self.hours_gained * self.stay_percent_per_hour
        effect = (
            saved or self.transfers_avoided if self.target == "inpatients" else self.hours_gained
        )
        if saved >= PERCENT or not (effect or self.staff_minutes_per_alert):
            raise ValueError(str(self.together))
        return self

    @property
    def helped_share(self) -> float:
        """Of the target group, those whom a true alert helps."""
        used = self.adoption * (1 - self.override_rate)
        return self.condition_share * self.sensitivity * used

    @property
    def alerts_per_patient(self) -> float:
        """Alerts, true and false, for one patient of the target group."""
        true = self.condition_share * self.sensitivity
        false = (1 - self.condition_share) * (1 - self.specificity)
        return self.adoption * (true + false)

    def on_gst(self, gst: Gst) -> Gst:
        """The GST in which nurses of the wards also see to the alerts."""
        chosen = {one.unit for one in self._units(gst)}
        minutes = self.alerts_per_patient * self.staff_minutes_per_alert
        if self.target != "inpatients" or not minutes:
            return gst
        units = tuple(_busier(one, minutes) if one.unit in chosen else one for one in gst.units)
        return gst.model_copy(update={"units": units})

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin with patients who are helped, and physicians who see to alerts."""
        units = self._units(gst)
        if self.target == "emergency_visits":
            return self._at_triage(parameters, {one.hospital for one in units})
        if not (self.hours_gained and self.stay_percent_per_hour) and not self.transfers_avoided:
            return parameters
        warning = {
            "share": self.helped_share,
            "stay_factor": 1 - self.hours_gained * self.stay_percent_per_hour / PERCENT,
            "avoided_share": self.transfers_avoided,
        }
        return with_rules(parameters, gst, tuple(one.unit for one in units), {"warning": warning})

    def _units(self, gst: Gst) -> tuple[Unit, ...]:
        kind = KINDS[self.target]
        for code in self.units:
            if gst.unit(code).kind is not kind:
                raise GstError(
                    "wrong_kind_of_unit",
                    say(
                        "{unit} is no unit of kind {kind}, which {target} asks for.",
                        unit=code,
                        kind=kind.value,
                        target=self.target,
                    ),
                )
        found = tuple(
            one
            for one in gst.units
            if one.kind is kind and (not self.units or one.unit in self.units)
        )
        if not found:
            raise changes_nothing(say("no unit of this kind there"))
        return found

    def _at_triage(self, parameters: TwinParameters, hospitals: set[str]) -> TwinParameters:
        return parameters.but(
            hospitals=tuple(
                one.but(triage=tuple(map(self._triage, one.triage)))
                if one.hospital in hospitals
                else one
                for one in parameters.hospitals
            )
        )

    def _triage(self, row: TriageParameters) -> TriageParameters:
        """Tests end earlier by the hours gained, on average; consultations last longer."""
        minutes = self.alerts_per_patient * self.staff_minutes_per_alert
        return row.but(
            consult=_longer(row.consult, minutes / MINUTES_PER_HOUR),
            tests=_longer(row.tests, -self.helped_share * self.hours_gained),
        )


def _busier(unit: Unit, minutes_per_patient: float) -> Unit:
    """The unit in which each patient takes so many minutes more of a nurse during the stay."""
    day = HOURS_PER_DAY * MINUTES_PER_HOUR
    usual = day / unit.beds_per_nurse
    more = minutes_per_patient / (unit.mean_stay_hours / HOURS_PER_DAY)
    return unit.but(beds_per_nurse=day / (usual + more))


def _longer(law: Law, hours: float) -> Law:
    """The law with another mean, never below a tenth of what it was."""
    from twin.stay_factor import scaled  # noqa: PLC0415 - loads SciPy

    mean = law.mean_hours
    return scaled(law, max((mean + hours) / mean, 0.1)) if mean > 0 else law


class AiForecast(ScenarioChange):
    """A tool that forecasts the use of medicines better: its errors are smaller where it is used.

    The spread of each forecast around its mean falls by the error that is spared, times adoption,
    times what is not overridden; means stay. The pharmacy then holds less for the same service.
    """

    touches_stock: ClassVar[bool] = True

    kind: Literal["ai_forecast"] = "ai_forecast"
    error_percent: float = Field(gt=0, lt=100)
    """By how much forecast errors fall [%]."""
    adoption: float = Field(gt=0, le=1)
    """Share of forecasts for which the tool is used."""
    override_rate: float = Field(default=0, ge=0, lt=1)
    """Share of its forecasts that the pharmacist sets aside."""
    hospital: Code | None = None
    """Only the pharmacy of this hospital."""
    medicine: Code | None = None
    """Only this medicine."""

    def on_gst(self, gst: Gst) -> Gst:
        """A forecast is not part of the GST; only the names are checked."""
        if self.hospital is not None:
            gst.hospital(self.hospital)
        if self.medicine is not None:
            gst.medicine(self.medicine)
        return gst

    def on_demand(self, forecast: DemandForecast) -> DemandForecast:
        """The forecast of consumption with smaller errors."""
        key = forecast.key
        if key.kind is not SeriesKind.CONSUMPTION:
            return forecast
        if self.hospital not in (None, key.hospital) or self.medicine not in (None, key.item):
            return forecast
        left = 1 - self.error_percent / PERCENT * self.adoption * (1 - self.override_rate)
        mean = forecast.mean
        return replace(
            forecast,
            quantiles=mean[:, None] + left * (forecast.quantiles - mean[:, None]),
            sample_paths=mean + left * (forecast.sample_paths - mean),
        )
