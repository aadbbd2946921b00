"""Flows are consistent: what the department sends is what the beds were given for."""

import pytest

from hospital.gst import Gst
from hospital.history import History
from hospital.places import UnitKind
from scenarios.demo.flows import hospital_flows
from scenarios.demo.places import unit_sizes
from scenarios.demo.sizes import DemoSize, sites

pytestmark = pytest.mark.unit

Demo = tuple[Gst, History]
SIZES = tuple(DemoSize)


@pytest.mark.parametrize("size", SIZES)
def test_beds_of_the_units_are_the_beds_of_the_hospital(size: DemoSize) -> None:
    for site in sites(size):
        beds = unit_sizes(site)
        assert sum(beds.values()) == site.beds
        assert min(beds.values()) >= 2


def test_triage_shares_sum_to_one_and_urgency_is_monotone(demo: Demo) -> None:
    gst, _ = demo
    for hospital in gst.hospitals:
        paths = [path for path in gst.triage if path.hospital == hospital.hospital]
        assert [path.triage for path in paths] == [1, 2, 3, 4, 5]
        assert sum(path.share for path in paths) == pytest.approx(1, abs=1e-9)
        for column in ("admission_probability", "intensive_care_probability", "consult_minutes"):
            values = [getattr(path, column) for path in paths]
            assert values == sorted(values, reverse=True), column


def test_triage_sends_the_admissions_and_the_critical_patients_of_the_flows(demo: Demo) -> None:
    gst, _ = demo
    size = DemoSize.SMALL if len(gst.hospitals) == 2 else DemoSize.DEFAULT
    for flow in hospital_flows(sites(size)):
        paths = [path for path in gst.triage if path.hospital == flow.site.code]
        admitted = [flow.visits * path.share * path.admission_probability for path in paths]
        critical = [
            number * path.intensive_care_probability
            for number, path in zip(admitted, paths, strict=True)
        ]
        assert sum(admitted) == pytest.approx(flow.emergency_admissions, rel=1e-3)
        assert sum(critical) == pytest.approx(flow.intensive_emergency, rel=1e-2)


def test_emergency_physicians_are_few_but_not_overrun(demo: Demo) -> None:
    gst, history = demo
    visits = history.visits.groupby("hospital")["visits"].sum() / (157 * 7)
    for hospital in gst.hospitals:
        (unit,) = gst.units_of(hospital.hospital, UnitKind.EMERGENCY)
        paths = [path for path in gst.triage if path.hospital == hospital.hospital]
        minutes = sum(path.share * path.consult_minutes for path in paths)
        load = visits[hospital.hospital] * minutes / 1440
        assert 0.7 <= load / unit.physicians <= 0.92, hospital.hospital


def test_cubicles_hold_the_patients_of_the_department(demo: Demo) -> None:
    gst, history = demo
    visits = history.visits.groupby("hospital")["visits"].sum() / (157 * 7)
    beds = gst.beds_by_unit()
    for hospital in gst.hospitals:
        (unit,) = gst.units_of(hospital.hospital, UnitKind.EMERGENCY)
        paths = [path for path in gst.triage if path.hospital == hospital.hospital]
        minutes = sum(path.share * (path.consult_minutes + path.tests_minutes) for path in paths)
        assert visits[hospital.hospital] * minutes / 1440 < 0.6 * beds[unit.unit]


@pytest.mark.parametrize("size", SIZES)
def test_critical_patients_are_sent_to_a_hospital_that_can_take_them(size: DemoSize) -> None:
    flows = {flow.site.code: flow for flow in hospital_flows(sites(size))}
    for flow in flows.values():
        if not flow.has_intensive_care:
            assert flows[flow.reference.code].has_intensive_care


def test_every_two_hospitals_are_joined_once_by_a_plausible_road(demo: Demo) -> None:
    gst, _ = demo
    count = len(gst.hospitals)
    pairs = {frozenset((link.origin, link.destination)) for link in gst.links}
    assert len(pairs) == len(gst.links) == count * (count - 1) / 2
    for link in gst.links:
        km_per_hour = 60 * link.distance_km / link.travel_minutes
        assert 10 < km_per_hour < 90
