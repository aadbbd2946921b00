"""How much slack gives the overtime risk that a person chose.

The nominal factor, the normal quantile, is too careful: a list that fills its session leaves the
last minutes unused, and log-normal lengths are skewed (theatre evidence, section 3.2: nominal 30 %
gave 18 %). So the factor is read from simulated full lists of the same specialty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from hospital.streams import stream_key
from hospital.theatre import Procedure, TheatreSession
from hospital.theatre_plan import SessionSlack, TheatreProblem
from scheduling.theatres.overtime import case_minutes

Floats = npt.NDArray[np.float64]

FACTORS = np.linspace(0.0, 2.5, 51)
LISTS = 150
DRAWS_PER_LIST = 200
OFFERED_CASES = 30


@dataclass(frozen=True, slots=True)
class _Kind:
    """Sessions that are filled from the same patients in the same way."""

    specialty: str
    length_minutes: int
    turnover_minutes: int


def nominal_slack(problem: TheatreProblem) -> TheatreProblem:
    """The problem with the factor of a normal total: the (1 - risk) quantile."""
    factor = NormalDist().inv_cdf(1 - problem.overtime_risk)
    return problem.but(slack=tuple(_row(problem, row, factor) for row in problem.sessions))


def calibrated_slack(
    problem: TheatreProblem, seed: int, aim: float | None = None
) -> TheatreProblem:
    """The problem with, for each session, the factor whose full lists run late as often as aimed.

    ``aim`` is the problem's ``overtime_risk`` unless a pilot plan has shown a bias to make up for.
    Monotone by construction: a higher aim never gets a higher factor. An aim above what lists
    planned on their means give gets factor 0: expected lengths never exceed the session.
    """
    aim = problem.overtime_risk if aim is None else aim
    kinds = {_kind(session) for session in problem.sessions}
    factors = {kind: _factor(problem, kind, (aim, seed)) for kind in sorted(kinds, key=str)}
    rows = (_row(problem, session, factors[_kind(session)]) for session in problem.sessions)
    return problem.but(slack=tuple(rows))


def _kind(session: TheatreSession) -> _Kind:
    return _Kind(session.specialty, session.length_minutes, session.turnover_minutes)


def _row(problem: TheatreProblem, session: TheatreSession, factor: float) -> SessionSlack:
    spread = usual_spread_minutes(_waiting_procedures(problem, session.specialty), session)
    return SessionSlack(session=session.session, factor=factor, spread_minutes=spread)


def _waiting_procedures(problem: TheatreProblem, specialty: str) -> list[Procedure]:
    by_code = {row.procedure: row for row in problem.procedures}
    waiting = sorted(problem.waiting_list, key=lambda row: row.patient)
    found = [by_code[row.procedure] for row in waiting if row.procedure in by_code]
    return [row for row in found if row.specialty == specialty]


def usual_spread_minutes(procedures: Sequence[Procedure], session: TheatreSession) -> float:
    """Standard deviation of the total of a session filled with these cases [minutes].

    Number of cases that fill it on average, times their mean variance. Between 5 minutes and
    the length, so that one odd procedure cannot make the tangent steep or flat.
    """
    if not procedures:
        return session.length_minutes / 6
    means = np.array([row.mean_minutes for row in procedures])
    variances = (means * np.array([row.minutes_cv for row in procedures])) ** 2
    room = session.length_minutes + session.turnover_minutes
    cases = max(1.0, room / (float(means.mean()) + session.turnover_minutes))
    return float(np.clip(np.sqrt(cases * variances.mean()), 5.0, session.length_minutes))


def _factor(problem: TheatreProblem, kind: _Kind, aim_and_seed: tuple[float, int]) -> float:
    """Smallest factor whose simulated lists run late at most as often as aimed."""
    aim, seed = aim_and_seed
    procedures = _waiting_procedures(problem, kind.specialty)
    session = next(row for row in problem.sessions if _kind(row) == kind)
    if not procedures:
        return max(0.0, NormalDist().inv_cdf(1 - aim))
    risks = late_share_by_factor(procedures, session, seed)
    return float(np.interp(-aim, -risks, FACTORS))


def late_share_by_factor(
    procedures: Sequence[Procedure], session: TheatreSession, seed: int
) -> Floats:
    """P(overtime) of full lists for each of ``FACTORS``, made non-increasing, shape (factors,).

    Lists are filled first-fit from cases drawn with replacement; every factor sees the same
    cases in the same order and the same lengths.
    """
    key = stream_key(seed, "theatre_slack", session.specialty, str(session.length_minutes))
    rng = np.random.default_rng(key)
    offered = rng.integers(len(procedures), size=(LISTS, OFFERED_CASES))
    normals = rng.standard_normal((LISTS, OFFERED_CASES, DRAWS_PER_LIST))
    means = np.array([row.mean_minutes for row in procedures])[offered]
    cvs = np.array([row.minutes_cv for row in procedures])[offered]
    kept = _first_fit(means, (means * cvs) ** 2, session, usual_spread_minutes(procedures, session))
    lengths = _case_minutes_of_lists(means, cvs, normals) + session.turnover_minutes
    totals = kept.astype(np.float64) @ lengths - session.turnover_minutes
    late = np.mean(totals > session.length_minutes, axis=(0, 2))
    return np.asarray(np.minimum.accumulate(late), dtype=np.float64)


def _case_minutes_of_lists(means: Floats, cvs: Floats, normals: Floats) -> Floats:
    flat = case_minutes(means.ravel(), cvs.ravel(), normals.reshape(-1, DRAWS_PER_LIST))
    return flat.reshape(normals.shape)


def _first_fit(
    means: Floats, variances: Floats, session: TheatreSession, spread: float
) -> npt.NDArray[np.bool_]:
    """Which offered cases each factor keeps, shape (lists, factors, cases)."""
    rows, cases = means.shape
    slack = FACTORS * spread / 2
    left = np.repeat((session.length_minutes + session.turnover_minutes - slack)[None], rows, 0)
    kept = np.zeros((rows, len(FACTORS), cases), dtype=bool)
    for case in range(cases):
        takes = np.ceil(means[:, case])[:, None] + session.turnover_minutes
        takes = takes + FACTORS * variances[:, case][:, None] / (2 * spread)
        kept[:, :, case] = takes <= left
        left = left - np.where(kept[:, :, case], takes, 0.0)
    return kept
