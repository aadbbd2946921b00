"""What the twin refuses to run, with every problem named at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, time

import numpy as np

from hospital.errors import InvalidInput, Problem, say
from hospital.forecast import DemandForecast, Period
from hospital.gst import Gst
from hospital.places import Unit, UnitKind
from twin.network import INPATIENT, SIMULATED, shortest_roads
from twin.parameters import Census, HospitalParameters, TwinParameters
from twin.run_plan import RunPlan, Start
from twin.territory_checks import territory_faults

SHARES_TOLERANCE = 1e-6

HIGHEST_RATE = 10_000
"""More arrivals in an hour (or electives in a day) are a mistake, as in ``VisitCount``."""


def check_places(gst: Gst) -> None:
    """Every simulated unit must be able to take a patient.

    Raises:
        InvalidInput: codes ``unit_without_beds``, ``emergency_without_physicians``.
    """
    _raise([*_unit_problems(gst)])


def check_run(
    gst: Gst,
    parameters: TwinParameters,
    run: RunPlan,
    demand: Mapping[str, DemandForecast],
) -> None:
    """Places, rates, routes, rules of the territory and forecasts must fit together.

    Raises:
        InvalidInput: with one problem for each place, rate, route, rule or forecast that does not.
    """
    problems = [
        *_unit_problems(gst),
        *_hospital_problems(gst, parameters, demand),
        *_route_problems(gst, parameters),
        *(fault.problem for fault in territory_faults(gst, parameters)),
        *_forecast_problems(gst, run, demand),
        *_census_problems(gst, parameters, run),
        *_target_problems(gst, run),
    ]
    _raise(problems)


def _raise(problems: list[Problem]) -> None:
    if problems:
        raise InvalidInput(problems)


def _unit_problems(gst: Gst) -> Iterator[Problem]:
    beds = gst.beds_by_unit()
    for unit in gst.units:
        if unit.kind in SIMULATED and beds[unit.unit] == 0:
            yield Problem(
                "unit_without_beds",
                "beds.csv",
                say("no bed in {unit}", unit=unit.unit),
                say("at least one bed (or cubicle) in every unit that takes patients"),
                say("Add the beds of {unit}, or remove the unit.", unit=unit.unit),
            )
        if unit.kind is UnitKind.EMERGENCY and unit.physicians == 0:
            yield _no_physicians(unit)


def _no_physicians(unit: Unit) -> Problem:
    return Problem(
        "emergency_without_physicians",
        "units.csv",
        say("no physician in {unit}", unit=unit.unit),
        say("at least one physician in an emergency unit"),
        say("Enter how many physicians see patients at once in {unit}.", unit=unit.unit),
        column="physicians",
    )


def _hospital_problems(
    gst: Gst, parameters: TwinParameters, demand: Mapping[str, DemandForecast]
) -> Iterator[Problem]:
    known = {hospital.hospital: hospital for hospital in parameters.hospitals}
    for hospital in gst.hospitals:
        code = hospital.hospital
        if code not in known:
            yield _problem(
                "hospital_not_calibrated",
                say("no parameters for {place}", place=code),
                say("parameters calibrated on this GST"),
            )
            continue
        yield from _rate_problems(known[code])
        if gst.units_of(code, UnitKind.EMERGENCY):
            yield from _emergency_problems(known[code], has_forecast=code in demand)
    if not demand and not any(_arrivals(hospital) for hospital in parameters.hospitals):
        yield _problem("no_arrivals", say("no visit and no elective"), say("some arrivals"))


def _arrivals(hospital: HospitalParameters) -> float:
    electives = sum(sum(stream.per_weekday) for stream in hospital.electives)
    streams = sum(sum(stream.rates) + (stream.gap is not None) for stream in hospital.streams)
    return sum(hospital.hourly_visits) + electives + streams


def _rate_problems(hospital: HospitalParameters) -> Iterator[Problem]:
    rates = [*hospital.hourly_visits]
    for stream in hospital.electives:
        rates += stream.per_weekday
    for own in hospital.streams:
        rates += own.rates
    wrong = [rate for rate in rates if not 0 <= rate <= HIGHEST_RATE]
    if wrong:
        yield _problem(
            "impossible_rate",
            say("{rate} arrivals in {place}", rate=wrong[0], place=hospital.hospital),
            say("rates from 0 to {limit}", limit=HIGHEST_RATE),
        )


def _emergency_problems(hospital: HospitalParameters, *, has_forecast: bool) -> Iterator[Problem]:
    shares = sum(row.share for row in hospital.triage)
    if abs(shares - 1) > SHARES_TOLERANCE:
        yield _problem(
            "triage_shares",
            say(
                "triage shares of {place} add up to {total}",
                place=hospital.hospital,
                total=round(shares, 6),
            ),
            say("shares that add up to 1"),
        )
    if sum(hospital.hourly_visits) == 0 and not has_forecast:
        yield _problem(
            "zero_rate",
            say("no visit in any hour in {place}", place=hospital.hospital),
            say("a positive rate or a forecast for every emergency unit"),
        )


def _route_problems(gst: Gst, parameters: TwinParameters) -> Iterator[Problem]:
    index = {hospital.hospital: at for at, hospital in enumerate(gst.hospitals)}
    place = {unit.unit: unit.hospital for unit in gst.units if unit.kind in SIMULATED}
    roads = shortest_roads(gst)
    for hospital in parameters.hospitals:
        if hospital.hospital not in index:
            continue
        for stream in hospital.electives:
            if stream.unit not in place:
                yield _problem(
                    "elective_without_unit",
                    say("electives for {unit}, which is no unit", unit=stream.unit),
                    say("a unit with beds"),
                )
        for share in (*hospital.ward_mix, *hospital.intensive_care_mix):
            ends = index[hospital.hospital], index.get(place.get(share.unit, ""), -1)
            if ends[1] >= 0 and ends[0] != ends[1] and share.weight > 0 and ends not in roads:
                yield _problem(
                    "route_without_link",
                    say(
                        "patients of {place} go to {unit}",
                        place=hospital.hospital,
                        unit=share.unit,
                    ),
                    say("a road between the two in links.csv"),
                )


def _forecast_problems(
    gst: Gst, run: RunPlan, demand: Mapping[str, DemandForecast]
) -> Iterator[Problem]:
    codes = {hospital.hospital for hospital in gst.hospitals}
    for code, forecast in demand.items():
        if code not in codes:
            yield _problem(
                "unknown_hospital",
                say("a forecast for {place}", place=code),
                say("a hospital of this GST: {known}", known=", ".join(sorted(codes))),
            )
        if forecast.period is not Period.DAY:
            yield _problem(
                "forecast_not_daily",
                say(
                    "{days} days a period in {place}", days=round(forecast.period.days), place=code
                ),
                say("a daily forecast"),
            )
        else:
            yield from _coverage_problems(code, forecast, run)


def _coverage_problems(code: str, forecast: DemandForecast, run: RunPlan) -> Iterator[Problem]:
    covered = forecast.horizon - (run.first_day - forecast.first_day).days
    if forecast.first_day > run.first_day or covered < run.horizon_days:
        yield _problem(
            "forecast_too_short",
            say(
                "{days} days from {day} forecast for {place}",
                days=forecast.horizon,
                day=forecast.first_day,
                place=code,
            ),
            say("{days} days from {day}", days=run.horizon_days, day=run.first_day),
        )
    paths = np.asarray(forecast.sample_paths, dtype=np.float64)
    if not (np.isfinite(paths).all() and (paths >= 0).all() and len(paths)):
        yield _problem(
            "impossible_forecast",
            say("sample paths of {place} that are empty, negative or not finite", place=code),
            say("finite numbers of at least 0"),
        )


def _census_problems(gst: Gst, parameters: TwinParameters, run: RunPlan) -> Iterator[Problem]:
    """A run that starts from a census needs the census of its first day, in units with beds."""
    if run.start is not Start.CENSUS:
        return
    census = parameters.census
    if census is None or census.day != run.first_day:
        known = say("none") if census is None else say("that of {day}", day=census.day)
        yield _problem(
            "census_of_another_day", known, say("the census of {day}", day=run.first_day)
        )
        return
    beds = gst.beds_by_unit()
    kinds = {unit.unit: unit.kind for unit in gst.units}
    for unit, count in sorted(census.by_unit().items()):
        if kinds.get(unit) not in INPATIENT or not beds[unit]:
            yield _problem(
                "patient_in_unit_without_beds",
                say("{count} present in {unit}", count=count, unit=unit),
                say("a ward, step-down or intensive-care unit that has beds"),
            )
    yield from _doubled_problems(census)
    yield from _future_problems(census)


def _doubled_problems(census: Census) -> Iterator[Problem]:
    for patient, count in sorted(Counter(one.patient for one in census.inpatients).items()):
        if count > 1:
            yield _problem(
                "patient_in_two_beds",
                say("{patient} lies in {count} beds", patient=patient, count=count),
                say("one place for each patient"),
            )


def _future_problems(census: Census) -> Iterator[Problem]:
    midnight = datetime.combine(census.day, time())
    for one in census.inpatients:
        if one.admitted_at > midnight:
            yield _problem(
                "stay_ends_before_it_starts",
                say("{patient} admitted at {at}", patient=one.patient, at=one.admitted_at),
                say("an admission before {at}", at=midnight),
            )


def _problem(code: str, found: str, expected: str) -> Problem:
    return Problem(
        code, "parameters", found, expected, say("Correct the parameters of the run, and repeat.")
    )


def _target_problems(gst: Gst, run: RunPlan) -> Iterator[Problem]:
    known = {"", *(unit.unit for unit in gst.units), *(one.hospital for one in gst.hospitals)}
    for target in run.targets:
        if target.place not in known:
            yield _problem(
                "unknown_place",
                say("a target of precision for {place}", place=target.place),
                say("a unit or a hospital of this GST, or nothing for the whole of it"),
            )
