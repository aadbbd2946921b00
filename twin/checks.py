"""What the twin refuses to run, with every problem named at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from hospital.errors import InvalidInput, Problem
from hospital.forecast import DemandForecast
from hospital.gst import Gst
from hospital.places import Unit, UnitKind
from twin.network import SIMULATED, shortest_roads
from twin.parameters import HospitalParameters, TwinParameters
from twin.run_plan import RunPlan

SHARES_TOLERANCE = 1e-6


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
    """Places, rates, routes and forecasts must fit together.

    Raises:
        InvalidInput: with one problem for each place, rate, route or forecast that does not.
    """
    problems = [
        *_unit_problems(gst),
        *_hospital_problems(gst, parameters, demand),
        *_route_problems(gst, parameters),
        *_forecast_problems(gst, run, demand),
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
                f"no bed in {unit.unit}",
                "at least one bed (or cubicle) in every unit that takes patients",
                f"Add the beds of {unit.unit}, or remove the unit.",
            )
        if unit.kind is UnitKind.EMERGENCY and unit.physicians == 0:
            yield _no_physicians(unit)


def _no_physicians(unit: Unit) -> Problem:
    return Problem(
        "emergency_without_physicians",
        "units.csv",
        f"physicians = 0 in {unit.unit}",
        "at least one physician in an emergency unit",
        f"Enter how many physicians see patients at once in {unit.unit}.",
        column="physicians",
    )


def _hospital_problems(
    gst: Gst, parameters: TwinParameters, demand: Mapping[str, DemandForecast]
) -> Iterator[Problem]:
    known = {hospital.hospital: hospital for hospital in parameters.hospitals}
    with_emergency = {unit.hospital for unit in gst.units if unit.kind is UnitKind.EMERGENCY}
    arrivals = 0.0
    for hospital in gst.hospitals:
        code = hospital.hospital
        if code not in known:
            yield _problem("hospital_not_calibrated", code, "no parameters", "parameters")
            continue
        yield from _rate_problems(known[code])
        visits = sum(known[code].hourly_visits)
        arrivals += visits + sum(sum(one.per_weekday) for one in known[code].electives)
        if code in with_emergency:
            yield from _triage_problems(known[code])
            if visits == 0 and code not in demand:
                yield _problem("zero_rate", code, "no visits in any hour", "a positive rate")
    if arrivals == 0 and not demand:
        yield _problem("no_arrivals", gst.identity.gst, "no arrivals", "visits or electives")


def _rate_problems(hospital: HospitalParameters) -> Iterator[Problem]:
    rates = [*hospital.hourly_visits]
    for stream in hospital.electives:
        rates += stream.per_weekday
    wrong = [rate for rate in rates if not math.isfinite(rate) or rate < 0]
    if wrong:
        yield _problem(
            "impossible_rate", hospital.hospital, f"{wrong[0]}", "a finite rate of at least 0"
        )


def _triage_problems(hospital: HospitalParameters) -> Iterator[Problem]:
    shares = sum(row.share for row in hospital.triage)
    if abs(shares - 1) > SHARES_TOLERANCE:
        yield _problem("triage_shares", hospital.hospital, f"sum {shares:.6f}", "sum 1")


def _route_problems(gst: Gst, parameters: TwinParameters) -> Iterator[Problem]:
    index = {hospital.hospital: at for at, hospital in enumerate(gst.hospitals)}
    place = {unit.unit: unit.hospital for unit in gst.units if unit.kind in SIMULATED}
    roads = shortest_roads(gst)
    for hospital in parameters.hospitals:
        if hospital.hospital not in index:
            continue
        for stream in hospital.electives:
            if stream.unit not in place:
                yield _problem("elective_without_unit", stream.unit, "no such unit", "a unit")
        for share in (*hospital.ward_mix, *hospital.intensive_care_mix):
            ends = index[hospital.hospital], index.get(place.get(share.unit, ""), -1)
            if ends[1] >= 0 and ends[0] != ends[1] and share.weight > 0 and ends not in roads:
                found = f"patients of {hospital.hospital} go to {share.unit}"
                yield _problem("route_without_link", share.unit, found, "a road in links.csv")


def _forecast_problems(
    gst: Gst, run: RunPlan, demand: Mapping[str, DemandForecast]
) -> Iterator[Problem]:
    codes = {hospital.hospital for hospital in gst.hospitals}
    for code, forecast in demand.items():
        if code not in codes:
            yield _problem("unknown_hospital", code, code, f"one of {', '.join(sorted(codes))}")
        if forecast.period_days != 1:
            found = f"{forecast.period_days} days a period"
            yield _problem("forecast_not_daily", code, found, "a daily forecast")
            continue
        covered = forecast.horizon - (run.first_day - forecast.first_day).days
        if forecast.first_day > run.first_day or covered < run.horizon_days:
            found = f"{forecast.horizon} days from {forecast.first_day}"
            expected = f"{run.horizon_days} days from {run.first_day}"
            yield _problem("forecast_too_short", code, found, expected)


def _problem(code: str, place: str, found: str, expected: str) -> Problem:
    return Problem(
        code, "parameters", f"{place}: {found}", expected, f"Correct {place} and run again."
    )
