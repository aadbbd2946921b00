"""Whether a model does as well for every group of people as for all of them.

Each case has an error and a weight (the WAPE of a group is its errors over its weights; weights
of one give a mean). A group's deviation is its figure over that of all, less one. Its interval
is bootstrapped: cases are drawn again within each group. The verdict compares the whole interval
with the tolerance, so that a small group is "inconclusive" and never "fair" for want of cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from hospital.base import Frozen
from hospital.errors import GstError, say
from hospital.streams import stream_key

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOLERANCE = 0.05
"""±5 %, as the policy framework asks (``shared/design/governance.md``)."""

RESAMPLES = 2_000
LEVEL = 0.95
LEAST_CASES = 30
"""Below this a percentile interval is too narrow to be believed: no verdict but inconclusive."""

CASES_AT_ONCE = 2_000_000


class EquityVerdict(StrEnum):
    """What the interval says of the tolerance."""

    FAIR = "fair"
    UNFAIR = "unfair"
    INCONCLUSIVE = "inconclusive"


class GroupEquity(Frozen):
    """One subgroup: its cases, its figure, its deviation from all with its 95 % interval."""

    attribute: str
    group: str
    cases: int = Field(ge=1)
    figure: float
    deviation: float
    low: float
    high: float
    verdict: EquityVerdict


class EquityReport(Frozen):
    """Every subgroup beside all cases."""

    metric: str
    cases: int
    figure: float
    tolerance: float
    groups: tuple[GroupEquity, ...]

    @property
    def verdict(self) -> EquityVerdict:
        """The gravest: one unfair group makes it unfair, one inconclusive leaves it open."""
        found = {group.verdict for group in self.groups}
        for verdict in (EquityVerdict.UNFAIR, EquityVerdict.INCONCLUSIVE):
            if verdict in found:
                return verdict
        return EquityVerdict.FAIR


class Cases(Frozen):
    """Errors and weights of the cases, and to which group of each attribute each belongs."""

    metric: str
    errors: tuple[float, ...]
    weights: tuple[float, ...]
    groups: Mapping[str, tuple[str, ...]]


def equity_report(
    cases: Cases, seed: int = 1, tolerance: float = TOLERANCE, resamples: int = RESAMPLES
) -> EquityReport:
    """The deviation of every group, with its interval and verdict.

    Raises:
        GstError: there are no cases, lists differ in length, a figure is not finite, a weight is
            negative, or all errors are nought, of which nobody can deviate by a percentage.
    """
    errors, weights = _arrays(cases)
    whole = float(errors.sum() / weights.sum())
    if whole <= 0:
        raise GstError(
            "no_error_at_all",
            say("All errors are nought or below: a deviation in percent has no meaning here."),
        )
    found: list[GroupEquity] = []
    for attribute in sorted(cases.groups):
        labels = np.asarray(cases.groups[attribute])
        names = sorted(set(cases.groups[attribute]))
        drawn = {
            name: _drawn(errors, weights, labels == name, (seed, attribute, name, resamples))
            for name in names
        }
        everybody = (
            np.sum([sums[0] for sums in drawn.values()], axis=0),
            np.sum([sums[1] for sums in drawn.values()], axis=0),
        )
        for name in names:
            own = labels == name
            ratio = _ratio(drawn[name], everybody)
            figure = float(errors[own].sum() / weights[own].sum())
            low, high = np.quantile(ratio, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
            found.append(
                GroupEquity(
                    attribute=attribute,
                    group=name,
                    cases=int(own.sum()),
                    figure=figure,
                    deviation=figure / whole - 1,
                    low=float(low),
                    high=float(high),
                    verdict=judged(float(low), float(high), int(own.sum()), tolerance),
                )
            )
    return EquityReport(
        metric=cases.metric,
        cases=len(errors),
        figure=whole,
        tolerance=tolerance,
        groups=tuple(found),
    )


def judged(low: float, high: float, cases: int, tolerance: float) -> EquityVerdict:
    """Fair with the whole interval inside the tolerance, unfair with all of it outside."""
    if cases < LEAST_CASES:
        return EquityVerdict.INCONCLUSIVE
    if -tolerance <= low and high <= tolerance:
        return EquityVerdict.FAIR
    if low > tolerance or high < -tolerance:
        return EquityVerdict.UNFAIR
    return EquityVerdict.INCONCLUSIVE


def _drawn(
    errors: NDArray[np.float64],
    weights: NDArray[np.float64],
    own: NDArray[np.bool_],
    purpose: tuple[int, str, str, int],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sums of errors and of weights of a group, for each resample."""
    seed, attribute, name, resamples = purpose
    chance = np.random.default_rng(stream_key(seed, "equity", attribute, name))
    mine, theirs = errors[own], weights[own]
    count = len(mine)
    step = max(1, CASES_AT_ONCE // count)
    sums = []
    for first in range(0, resamples, step):
        picks = chance.integers(0, count, size=(min(step, resamples - first), count))
        sums.append((mine[picks].sum(axis=1), theirs[picks].sum(axis=1)))
    return np.concatenate([s[0] for s in sums]), np.concatenate([s[1] for s in sums])


def _ratio(
    own: tuple[NDArray[np.float64], NDArray[np.float64]],
    whole: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """The deviation of each resample; one without any weight or error says nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (own[0] / own[1]) / (whole[0] / whole[1]) - 1
    return np.where(np.isfinite(ratio), ratio, np.inf)


def _arrays(cases: Cases) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    errors, weights = np.asarray(cases.errors), np.asarray(cases.weights)
    lengths = {len(errors), len(weights), *(len(labels) for labels in cases.groups.values())}
    if len(lengths) != 1 or lengths == {0}:
        raise GstError(
            "cases_do_not_match",
            say("Give one error, one weight and one group of each attribute for every case."),
        )
    if not (np.isfinite(errors).all() and np.isfinite(weights).all() and (weights >= 0).all()):
        raise GstError(
            "not_a_case",
            say("Errors are finite figures, and weights finite figures from nought on."),
        )
    if _weightless(cases.groups, weights):
        raise GstError(
            "weightless_group",
            say("Every group needs at least one case with a weight above nought."),
        )
    return errors, weights


def _weightless(groups: Mapping[str, Sequence[str]], weights: NDArray[np.float64]) -> bool:
    for labels in groups.values():
        names = np.asarray(labels)
        if any(weights[names == name].sum() <= 0 for name in set(labels)):
            return True
    return False
