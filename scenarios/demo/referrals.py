"""Weekly requests for planned care of every hospital: more of them than are ever admitted.

Requests follow the working calendar of planned admissions, on which consultations depend too.
They have draws of their own: no other table of the demo changes with them.
"""

import numpy as np
import pandas as pd

from hospital.base import DAYS_PER_WEEK
from hospital.streams import stream_key
from hospital.tables import Col
from scenarios.demo.flows import HospitalFlows
from scenarios.demo.period import HISTORY_DAYS, HISTORY_START, WARMUP_DAYS, Floats, Ints, Period

WEEKS = HISTORY_DAYS // DAYS_PER_WEEK
ADMITTED_SHARE = 0.8
"""Of the requests, how many end in a planned admission; the others go elsewhere, are operated
without a night in hospital, or give up [hypothesis]."""
WEEK_NOISE_CV = 0.08
"""Gamma spread of a week's rate: a consultation cancelled, a visiting surgeon [hypothesis]."""


def draw_referrals(flows: tuple[HospitalFlows, ...], period: Period, seed: int) -> Ints:
    """Requests by hospital and week of the history, shape (hospitals, weeks)."""
    return np.array([_requests(flow, period, seed) for flow in flows])


def expected_requests(flows: HospitalFlows, period: Period) -> Floats:
    """Mean requests of each week of the history [per week], shape (weeks,)."""
    days = period.elective_factor[WARMUP_DAYS : WARMUP_DAYS + HISTORY_DAYS]
    per_day = sum(flows.ward_elective.values()) / ADMITTED_SHARE
    expected: Floats = per_day * days.reshape(WEEKS, DAYS_PER_WEEK).sum(axis=1)
    return expected


def _requests(flows: HospitalFlows, period: Period, seed: int) -> Ints:
    rng = np.random.default_rng(stream_key(seed, "referrals", flows.site.code))
    shape = WEEK_NOISE_CV**-2
    return rng.poisson(expected_requests(flows, period) * rng.gamma(shape, 1 / shape, WEEKS))


def referrals_frame(requests: Ints, hospitals: list[str]) -> pd.DataFrame:
    """The referrals table, by hospital and week, zeros included."""
    weeks = pd.date_range(HISTORY_START, periods=WEEKS, freq="7D", unit="us")
    return pd.DataFrame(
        {
            Col.HOSPITAL: pd.array(np.repeat(hospitals, WEEKS), dtype="str"),
            Col.WEEK: np.tile(weeks.to_numpy(), len(hospitals)),
            Col.REFERRALS: requests.ravel(),
        }
    )
