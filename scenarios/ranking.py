"""The best of several scenarios, with a stated probability that it is the best.

The fully sequential procedure KN (Kim and Nelson 2001, A fully sequential procedure for
indifference-zone selection in simulation, ACM TOMACS 11(3), section 3, with c = 1): scenarios
that are clearly worse are left out as soon as the differences seen so far show it. It allows
common random numbers: replication ``r`` is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, inf

import numpy as np
import numpy.typing as npt

from hospital.errors import GstError, say
from scenarios.comparison import half_widths

Floats = npt.NDArray[np.float64]
Observe = Callable[[str, range], Floats]
"""The indicator of one scenario in these replications, shape (replications,)."""


@dataclass(frozen=True, slots=True)
class Contest:
    """What is best, and how surely it must be found.

    A difference below ``indifference`` [unit of the indicator] does not matter; the best is
    found with probability ``confidence`` where it is better than the others by at least that.
    ``batch`` replications are run at a time, which changes no decision.
    """

    indifference: float
    confidence: float = 0.95
    minimise: bool = True
    start: int = 20
    batch: int = 10
    at_most: int = 1000


@dataclass(frozen=True, slots=True)
class Ranking:
    """The outcome: who was best, who was left, and how many replications each has used.

    ``half_widths`` are those of the 95 % interval of each mean (Student's t, each scenario alone);
    ``left_out_at`` says after how many replications a scenario was left out.
    ``is_guaranteed`` is false where ``at_most`` was reached with several survivors: then the best
    is the one with the best mean so far, without the stated probability.
    """

    best: str
    survivors: tuple[str, ...]
    replications: dict[str, int]
    means: dict[str, float]
    half_widths: dict[str, float]
    left_out_at: dict[str, int]
    is_guaranteed: bool


def rank(names: Sequence[str], observe: Observe, contest: Contest) -> Ranking:
    """Leaves out one scenario after the other until one is left.

    Raises:
        GstError: what ``check_contest`` refuses, or a value that is missing.
    """
    check_contest(names, contest)
    seen = {name: _signed(observe, name, range(contest.start), contest) for name in names}
    spread = _spread_of_differences(list(seen.values()))
    alive = list(range(len(names)))
    left_out_at: dict[str, int] = {}
    done = contest.start
    while True:
        alive, gone = _screened(alive, [seen[name] for name in names], spread, contest)
        left_out_at |= {names[at]: after for at, after in gone.items()}
        if len(alive) == 1 or done >= contest.at_most:
            break
        more = range(done, min(done + contest.batch, contest.at_most))
        for at in alive:
            new = _signed(observe, names[at], more, contest)
            seen[names[at]] = np.concatenate([seen[names[at]], new])
        done = more.stop
    sign = 1 if contest.minimise else -1
    best = min(alive, key=lambda at: float(seen[names[at]].mean()))
    return Ranking(
        best=names[best],
        survivors=tuple(names[at] for at in alive),
        replications={name: len(values) for name, values in seen.items()},
        means={name: sign * float(values.mean()) for name, values in seen.items()},
        half_widths={name: _half_width(values) for name, values in seen.items()},
        left_out_at=left_out_at,
        is_guaranteed=len(alive) == 1,
    )


def check_contest(names: Sequence[str], contest: Contest) -> None:
    """Refuses what cannot be ranked, before anything is run.

    Raises:
        GstError: fewer than two scenarios, two of one name, an indifference of 0 or less, or a
            confidence that drawing lots would reach.
    """
    if len(names) < 2:  # noqa: PLR2004 - one needs no ranking
        raise GstError("nothing_to_rank", say("Give at least two candidates to rank."))
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise GstError(
            "duplicate_names",
            say(
                "Several candidates are called {names}; give each scenario a name of its own.",
                names=", ".join(twice),
            ),
        )
    if not 0 < contest.indifference < inf:
        raise GstError(
            "wrong_indifference",
            say(
                "The difference that does not matter is {found}; it must be above 0.",
                found=contest.indifference,
            ),
        )
    if not 1 / len(names) < contest.confidence < 1:
        raise GstError(
            "wrong_confidence",
            say(
                "The confidence is {found}; it must lie between 1 / {count} and 1.",
                found=contest.confidence,
                count=len(names),
            ),
        )


def _signed(observe: Observe, name: str, replications: range, contest: Contest) -> Floats:
    values = np.asarray(observe(name, replications), dtype=np.float64)
    if values.shape != (len(replications),) or not np.isfinite(values).all():
        raise GstError(
            "indicator_missing",
            say("{scenario} has no value of this indicator in some replications.", scenario=name),
        )
    return values if contest.minimise else -values


def _half_width(values: Floats) -> float:
    return float(half_widths(values.std(ddof=1, keepdims=True), np.array([len(values)]))[0])


def _spread_of_differences(values: list[Floats]) -> npt.NDArray[np.float64]:
    """Variance of the paired differences of the first replications, shape (k, k)."""
    table = np.stack(values)
    differences = table[:, np.newaxis, :] - table[np.newaxis, :, :]
    return np.asarray(differences.var(axis=2, ddof=1))


def _screened(
    alive: list[int], values: list[Floats], spread: npt.NDArray[np.float64], contest: Contest
) -> tuple[list[int], dict[int, int]]:
    """Who is still in the contest, screened after each replication, and who left it when.

    Who is left after ``N + 1`` replications, the most that KN needs, is decided by the mean.
    """
    start, width = contest.start, contest.indifference
    alpha = 1 - contest.confidence
    eta = ((2 * alpha / (len(values) - 1)) ** (-2 / (start - 1)) - 1) / 2
    enough = 2 * eta * (start - 1) * spread / width**2
    entered, gone = alive, dict[int, int]()
    for r in range(start, len(values[alive[0]]) + 1):
        means = {at: float(values[at][:r].mean()) for at in alive}
        room = np.maximum(0, width / (2 * r) * (enough - r))
        alive = [
            at
            for at in alive
            if all(means[at] <= means[other] + room[at, other] for other in alive if other != at)
        ]
        if len(alive) > 1 and r > floor(max(enough[a, b] for a in alive for b in alive if a != b)):
            alive = [min(alive, key=lambda at: means[at])]
        gone |= {at: r for at in entered if at not in alive and at not in gone}
        if len(alive) == 1:
            break
    return alive, gone
