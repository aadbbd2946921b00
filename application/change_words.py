"""A scenario in words: one phrase for each kind of change of the language."""

from __future__ import annotations

from functools import singledispatch

from application.language import Translator
from application.words import WORKING_RULES
from hospital.gst import Gst
from scenarios.language import (
    AddNurses,
    AddPhysicians,
    AiForecast,
    AiTool,
    Ambulances,
    CallOffElectives,
    CancellationPolicy,
    Change,
    CloseBeds,
    CloseHospital,
    CloseUnit,
    DeathsWhileWaiting,
    DemandGrowth,
    DischargeCoordination,
    DischargeDelay,
    DischargeHours,
    DivertAmbulances,
    EpidemicWave,
    HeatWave,
    HoldBeds,
    LeadTime,
    LengthOfStay,
    MassCasualty,
    MedicineBudget,
    MedicinePrice,
    NursesAbsent,
    OpenBeds,
    OpenHospital,
    OpenUnit,
    PoolIntensiveCare,
    RamadanHours,
    RosterRuleChange,
    Scenario,
    SendTo,
    StockPolicy,
    Strike,
    SupplierDisruption,
    SurgeBeds,
    TheatreSessions,
    TransferLimits,
)

PERCENT = 100


def describe(t: Translator, gst: Gst, scenario: Scenario) -> str:
    """The scenario in words: each of its changes."""
    return " + ".join(describe_change(t, gst, change) for change in scenario.changes)


def describe_change(t: Translator, gst: Gst, change: Change) -> str:
    """One change in words."""
    return _words(change, t, gst)


@singledispatch
def _words(change: object, t: Translator, gst: Gst) -> str:
    raise TypeError(f"{type(change).__name__} has no words: register them here.")


# Beds and staff


@_words.register
def _(change: OpenBeds, t: Translator, gst: Gst) -> str:
    return t("{count} beds more in {unit}", count=change.beds, unit=_place(gst, change.unit))


@_words.register
def _(change: CloseBeds, t: Translator, gst: Gst) -> str:
    return t("{count} beds fewer in {unit}", count=change.beds, unit=_place(gst, change.unit))


@_words.register
def _(change: AddPhysicians, t: Translator, gst: Gst) -> str:
    return t(
        "{count} physicians in {unit}",
        count=f"{change.physicians:+d}",
        unit=_place(gst, change.unit),
    )


@_words.register
def _(change: AddNurses, t: Translator, gst: Gst) -> str:
    return t("{count} nurses more in {unit}", count=change.nurses, unit=_place(gst, change.unit))


@_words.register
def _(change: RosterRuleChange, t: Translator, gst: Gst) -> str:
    return t("{rule}: {value}", rule=t(WORKING_RULES[change.rule]), value=f"{change.value:g}")


@_words.register
def _(change: NursesAbsent, t: Translator, gst: Gst) -> str:
    place = change.hospital or "GST" if change.unit is None else _place(gst, change.unit)
    return t("{percent} % of nurses away in {place}", percent=f"{change.percent:g}", place=place)


@_words.register
def _(change: Strike, t: Translator, gst: Gst) -> str:
    return t("strike of {percent} % of ward nurses", percent=f"{change.nurses_percent:g}")


# Demand


@_words.register
def _(change: DemandGrowth, t: Translator, gst: Gst) -> str:
    return t("{percent} % emergency visits", percent=_percent_more(change.factor))


@_words.register
def _(change: EpidemicWave, t: Translator, gst: Gst) -> str:
    return t("epidemic wave with its peak on {day}", day=change.peak_day.isoformat())


@_words.register
def _(change: MassCasualty, t: Translator, gst: Gst) -> str:
    return t("{count} casualties in {place}", count=change.casualties, place=change.hospital)


@_words.register
def _(change: RamadanHours, t: Translator, gst: Gst) -> str:
    return t("visits at the hours of Ramadan")


@_words.register
def _(change: HeatWave, t: Translator, gst: Gst) -> str:
    return t(
        "heat wave from {first} to {last}",
        first=change.first_day.isoformat(),
        last=change.last_day.isoformat(),
    )


# Rules of places


@_words.register
def _(change: SurgeBeds, t: Translator, gst: Gst) -> str:
    return t("{count} surge beds in {unit}", count=change.beds, unit=_place(gst, change.unit))


@_words.register
def _(change: HoldBeds, t: Translator, gst: Gst) -> str:
    return t(
        "{count} beds held for emergencies in {unit}",
        count=change.beds,
        unit=_place(gst, change.unit),
    )


@_words.register
def _(change: CallOffElectives, t: Translator, gst: Gst) -> str:
    return t("electives called off when {unit} is full", unit=_place(gst, change.unit))


@_words.register
def _(change: CancellationPolicy, t: Translator, gst: Gst) -> str:
    place = change.hospital or t("every hospital")
    return t("electives called off when wards are full, in {place}", place=place)


@_words.register
def _(change: TheatreSessions, t: Translator, gst: Gst) -> str:
    return t(
        "{count} theatre sessions a week of {specialty} in {place}",
        count=f"{change.sessions:+d}",
        specialty=change.specialty,
        place=change.hospital,
    )


@_words.register
def _(change: OpenUnit, t: Translator, gst: Gst) -> str:
    return t("new unit {unit} with {count} beds", unit=change.new_unit, count=change.beds)


@_words.register
def _(change: CloseUnit, t: Translator, gst: Gst) -> str:
    return t("{unit} closed", unit=_place(gst, change.unit))


@_words.register
def _(change: OpenHospital, t: Translator, gst: Gst) -> str:
    return t(
        "new hospital {place} for {percent} % of the visits of {origins}",
        place=change.new_hospital,
        percent=f"{change.takes_percent:g}",
        origins=", ".join(change.of or (change.near,)),
    )


@_words.register
def _(change: CloseHospital, t: Translator, gst: Gst) -> str:
    return t("{unit} closed", unit=change.hospital)


# Stays and discharges


@_words.register
def _(change: LengthOfStay, t: Translator, gst: Gst) -> str:
    return t("{percent} % length of stay", percent=_percent_more(change.factor))


@_words.register
def _(change: DischargeDelay, t: Translator, gst: Gst) -> str:
    return t("{percent} % of discharges delayed", percent=round(PERCENT * change.share))


@_words.register
def _(change: DischargeHours, t: Translator, gst: Gst) -> str:
    return t("discharges from {first} h to {last} h", first=change.from_hour, last=change.to_hour)


@_words.register
def _(change: DischargeCoordination, t: Translator, gst: Gst) -> str:
    return t("discharge delays {percent} % shorter", percent=f"{change.reduction_percent:g}")


# Territory


@_words.register
def _(change: Ambulances, t: Translator, gst: Gst) -> str:
    return t("{count} ambulances at {place}", count=change.ambulances, place=change.hospital)


@_words.register
def _(change: SendTo, t: Translator, gst: Gst) -> str:
    return t("patients sent to other hospitals after {hours} h", hours=change.after_hours)


@_words.register
def _(change: TransferLimits, t: Translator, gst: Gst) -> str:
    return t("other hours until intensive care is asked elsewhere or refused")


@_words.register
def _(change: DivertAmbulances, t: Translator, gst: Gst) -> str:
    return t("ambulances turned away by full emergency departments")


@_words.register
def _(change: DeathsWhileWaiting, t: Translator, gst: Gst) -> str:
    return t("deaths while waiting (hypothesis)")


@_words.register
def _(change: PoolIntensiveCare, t: Translator, gst: Gst) -> str:
    return t("intensive care of the hospitals in one pool")


# Pharmacy


@_words.register
def _(change: MedicinePrice, t: Translator, gst: Gst) -> str:
    return t("{percent} % price of medicines", percent=_percent_more(change.factor))


@_words.register
def _(change: MedicineBudget, t: Translator, gst: Gst) -> str:
    if change.factor is None:
        return t("budget of medicines {amount} MAD", amount=f"{change.budget_mad:g}")
    return t("{percent} % budget of medicines", percent=_percent_more(change.factor))


@_words.register
def _(change: LeadTime, t: Translator, gst: Gst) -> str:
    return t(
        "{percent} % lead time of {supplier}",
        percent=_percent_more(change.factor),
        supplier=change.supplier or t("every supplier"),
    )


@_words.register
def _(change: SupplierDisruption, t: Translator, gst: Gst) -> str:
    return t(
        "nothing delivered by {supplier} from {first} to {last}",
        supplier=change.supplier,
        first=change.first_day.isoformat(),
        last=change.last_day.isoformat(),
    )


@_words.register
def _(change: StockPolicy, t: Translator, gst: Gst) -> str:
    return t("another policy of ordering medicines")


# Artificial intelligence


@_words.register
def _(change: AiTool, t: Translator, gst: Gst) -> str:
    if change.target == "inpatients":
        return t(
            "AI alerts in wards, used for {percent} %", percent=round(PERCENT * change.adoption)
        )
    return t("AI alerts at triage, used for {percent} %", percent=round(PERCENT * change.adoption))


@_words.register
def _(change: AiForecast, t: Translator, gst: Gst) -> str:
    return t(
        "AI forecasts of medicines, {percent} % less error", percent=f"{change.error_percent:g}"
    )


def _percent_more(factor: float) -> str:
    return f"{round(PERCENT * (factor - 1)):+d}"


def _place(gst: Gst, code: str) -> str:
    unit = next((unit for unit in gst.units if unit.unit == code), None)
    return code if unit is None else f"{unit.name} ({unit.hospital})"
