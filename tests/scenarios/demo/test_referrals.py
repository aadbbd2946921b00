"""Requests for planned care: as many as the flows say, few in August, with draws of their own."""

import numpy as np
import pytest

from hospital.gst import Gst
from hospital.history import History
from hospital.tables import Col
from scenarios.demo.flows import hospital_flows
from scenarios.demo.period import ELECTIVE_AUGUST_FACTOR, HISTORY_START, demo_period
from scenarios.demo.referrals import (
    ADMITTED_SHARE,
    WEEK_NOISE_CV,
    WEEKS,
    draw_referrals,
    expected_requests,
)
from scenarios.demo.sizes import DemoSize, sites

pytestmark = pytest.mark.unit

SEEDS = range(20)
FLOWS = hospital_flows(sites(DemoSize.SMALL))
PERIOD = demo_period()


def test_requests_are_those_that_the_flows_expect() -> None:
    """A Poisson number around a gamma rate: variance m + (cv m)², over 20 drawn pasts."""
    drawn = np.array([draw_referrals(FLOWS, PERIOD, seed) for seed in SEEDS])
    for flow, requests in zip(FLOWS, drawn.transpose(1, 0, 2), strict=True):
        expected = expected_requests(flow, PERIOD)
        variance = expected + (WEEK_NOISE_CV * expected) ** 2
        distance = abs(requests.mean() - expected.mean())
        error = np.sqrt(variance.sum() / len(SEEDS)) / WEEKS
        assert distance < 3.3 * error
        assert abs(requests.mean() - ADMITTED_SHARE * expected.mean()) > 3.3 * error
        spread = (requests - expected) ** 2 / variance
        assert spread.mean() == pytest.approx(1, abs=0.1)


def test_august_is_quiet() -> None:
    expected = expected_requests(FLOWS[0], PERIOD)
    weeks = np.datetime64(HISTORY_START) + 7 * np.arange(WEEKS)
    august = (weeks >= np.datetime64("2025-08-04")) & (weeks <= np.datetime64("2025-08-24"))
    june = (weeks >= np.datetime64("2025-06-16")) & (weeks <= np.datetime64("2025-06-29"))
    ratio = expected[august].mean() / expected[june].mean()
    assert ratio == pytest.approx(ELECTIVE_AUGUST_FACTOR, abs=0.1)


def test_more_patients_are_sent_than_are_admitted_as_planned(default: tuple[Gst, History]) -> None:
    gst, history = default
    hospitals = {unit.unit: unit.hospital for unit in gst.units}
    planned = history.stays[history.stays[Col.KIND] == "elective"]
    admitted = planned[Col.UNIT].map(hospitals).value_counts()
    requests = history.referrals.groupby(Col.HOSPITAL)[Col.REFERRALS].sum()
    assert set(requests.index) == {hospital.hospital for hospital in gst.hospitals}
    assert ((admitted / requests).between(0.6, 1.0)).all()
