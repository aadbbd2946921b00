"""Regression on the calendar around a level that walks: ARIMA(1,1,1) errors, ``kept`` being 1.

    z[t] = x[t] b + u[t],   (1 - phi B)(1 - kept B) u[t] = (1 + theta B) e[t]

Known as dynamic harmonic regression (Hyndman and Athanasopoulos 2021, section 10.5). Prophet's
trend is a line with few bends; this level follows the last weeks, at the pace that the whole
history shows. The two err differently. Effects have normal priors, so that a day seen once is
half believed (Lindley and Smith 1972, Journal of the Royal Statistical Society B 34).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecasting.arma import Start, simulate
from forecasting.calendar_columns import YEAR_DAYS, calendar_blocks
from forecasting.futures import SIMULATED_PATHS, mirrored_normals, mirrored_uniforms
from forecasting.outlook import Outlook
from forecasting.parts import RECENT, TREND
from forecasting.small_matrices import inverses_of_many, products_of_rows
from forecasting.whitening import fading_sums, whitened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from forecasting.calendar_columns import Block, ProphetSpec, Timeline
    from forecasting.calendar_design import CalendarDesign
    from forecasting.series import Bools, Floats

    Ints = npt.NDArray[np.int64]

LEAST_WEIGHT = 0.01  # less plausible pairs are left out
# Standard deviations allowed beforehand, of logarithms: shares of the level.
FIRST_NOISE_SCALE = 1.0
SLOPE_SCALE = 0.05  # a year
EFFECT_SCALES = {
    "weekly": 1.0,
    "yearly": 0.05,
    "holidays": 0.15,
    "ramadan": 0.15,
    "school": 0.05,
}
COVARIATE_SCALE = 0.15  # of one standard deviation of a covariate's past
TINY_SHARE = 1e-12  # an exact fit leaves rounding


@dataclass(frozen=True, slots=True)
class Pairs:
    """How far a surprise moves the level (kept + theta), and how long its echo lasts (phi).

    ``kept`` is the share of a level that lasts from one period to the next; below 1 it fades
    towards what the regressors say. Where a movement ``goes_on``, an echo may add to it.
    """

    level_shares: tuple[float, ...]
    phis: tuple[float, ...]
    kept: float = 1.0
    goes_on: bool = False

    def phis_beside(self, theta: float) -> list[float]:
        """The echoes that are tried with one share."""
        return [phi for phi in self.phis if self.goes_on or phi + theta < 0]


# Closer than these, a history of days cannot tell them apart.
DAYS = Pairs((0.005, 0.012, 0.03, 0.06, 0.12, 0.24, 0.4), (0.0, 0.15, 0.3, 0.45, 0.6))


@dataclass(frozen=True, slots=True)
class Regressors:
    """Rows ``columns`` (k, past + ahead), the part each belongs to, and its prior scale (k,)."""

    columns: Floats
    part_of: tuple[str, ...]
    prior_scales: Floats


@dataclass(frozen=True, slots=True)
class Walk:
    """One pair of parameters, and what it makes of regressors and, last, counts.

    ``gram`` (k + 1, k + 1): products of their surprises. ``carried`` (k + 1, ahead): where
    each would go from its last changes alone; ``lasting`` (k + 1,): where it would end.
    """

    phi: float
    theta: float
    gram: Floats
    carried: Floats
    lasting: Floats
    kept: float = 1.0


@dataclass(frozen=True, slots=True)
class Fit:
    """The effects (k,) under one walk, their covariance (k, k), and how plausible the walk is."""

    walk: Walk
    effects: Floats
    covariance: Floats
    weight: float

    def unfollowed(self, ahead: Floats) -> Floats:
        """What of the regressors ahead, (k, ahead), the level cannot follow by itself."""
        unfollowed: Floats = ahead - self.walk.carried[:-1]
        return unfollowed

    def expected(self, ahead: Floats) -> Floats:
        """What is expected of the counts, (ahead,)."""
        effects: Floats = np.einsum("k,ks->s", self.effects, self.unfollowed(ahead))
        expected: Floats = self.walk.carried[-1] + effects
        return expected

    @property
    def level(self) -> float:
        """Where the counts would settle without any effect."""
        return float(self.walk.lasting[-1] - (self.effects * self.walk.lasting[:-1]).sum())

    def surprises(self, stacked: Floats) -> Floats:
        """Past surprises, (n - 1,), of regressors and counts (k + 1, n)."""
        left = stacked[-1] - np.einsum("k,kn->n", self.effects, stacked[:-1])
        return whitened(changes_of(left, self.walk.kept), self.walk.phi, self.walk.theta)

    def effect_paths(self, ahead: Floats, normals: Floats) -> Floats:
        """Departures due to effects that are not known well, (paths, ahead)."""
        factor = np.linalg.cholesky(self.covariance)
        spread = np.einsum("kl,ks->ls", factor, self.unfollowed(ahead))
        departures: Floats = np.einsum("pl,ls->ps", normals, spread)
        return departures


def regression_outlook(
    timeline: Timeline, spec: ProphetSpec, design: CalendarDesign, rng: np.random.Generator
) -> Outlook:
    """What the regression expects of the unknown end of a timeline of logarithms."""
    past = int(np.flatnonzero(timeline.known)[-1]) + 1
    regressors = regressors_of(timeline, calendar_blocks(timeline, spec, design))
    ahead = regressors.columns[:, past:]
    counts = filled(timeline.counts[:past], timeline.period.season)
    stacked = np.vstack([regressors.columns[:, :past], counts])
    known = timeline.known[1:past]
    walks = list(walks_over(stacked, known, ahead.shape[1], DAYS))
    noise = _noise_variance(counts, timeline.period.season)
    fits = plausible(walks, noise / regressors.prior_scales**2, int(known.sum()))
    return outlook_of(fits, regressors, past, fits[0].surprises(stacked)[known], rng)


def outlook_of(
    fits: Sequence[Fit],
    regressors: Regressors,
    past: int,
    surprises: Floats,
    rng: np.random.Generator,
) -> Outlook:
    """What plausible walks expect after ``past`` periods, with ``surprises`` (n,) to draw from."""
    ahead = regressors.columns[:, past:]
    weights = np.array([fit.weight for fit in fits])
    each = np.array([fit.expected(ahead) for fit in fits])
    expected = np.einsum("f,fs->s", weights, each)
    chosen = np.repeat(rng.choice(len(fits), SIMULATED_PATHS // 2, p=weights), 2)
    uniforms = mirrored_uniforms(rng, (len(chosen), len(expected)))
    normals = mirrored_normals(rng, (len(chosen), len(ahead)))
    chance = _chance(fits, chosen, surprises, uniforms)
    paths = each[chosen] + chance + _unsure(fits, chosen, ahead, normals)
    return Outlook(expected, paths, _parts(fits, regressors, expected))


def regressors_of(timeline: Timeline, blocks: Sequence[Block]) -> Regressors:
    """The first count's own noise, time, and the calendar.

    Without the first, every level would be measured from the first count as if it had none.
    The n-th wave of a year has a prior n times tighter: years are smooth.
    """
    periods = np.arange(len(timeline.counts))
    years = periods * timeline.period.days / YEAR_DAYS
    owners = [(block.part, n) for block in blocks for n in range(block.columns.shape[1])]
    waves = [1 + n // 2 if part == "yearly" else 1 for part, n in owners]
    scales = np.array([EFFECT_SCALES.get(part, COVARIATE_SCALE) for part, _ in owners])
    return Regressors(
        columns=np.vstack([periods == 0, years, *(block.columns.T for block in blocks)]),
        part_of=(TREND, TREND, *(part for part, _ in owners)),
        prior_scales=np.array([FIRST_NOISE_SCALE, SLOPE_SCALE, *(scales / waves)]),
    )


def walks_over(
    stacked: Floats, known: Bools, ahead: int, pairs: Pairs, trust: Floats | None = None
) -> Iterator[Walk]:
    """Each pair's view of regressors and counts; surprises of unknown periods teach nothing.

    ``trust`` (n - 1,) weighs the squares of surprises. For one theta, the products under every
    phi are a sum of three.
    """
    kept = pairs.kept
    changes = changes_of(stacked, kept)
    for share in pairs.level_shares:
        theta = share - kept
        now = fading_sums(changes, -theta)
        before = np.hstack([np.zeros((len(now), 1)), now[:, :-1]])
        seen, earlier = now[:, known], before[:, known]
        if trust is not None:
            root = np.sqrt(trust[known])
            seen, earlier = root * seen, root * earlier
        own, own_earlier = products_of_rows(seen), products_of_rows(earlier)
        mixed = products_of_rows(seen + earlier) - own - own_earlier
        for phi in pairs.phis_beside(theta):
            push = phi * changes[:, -1] + theta * (now[:, -1] - phi * before[:, -1])
            reach = fading_sums(np.power(phi, np.arange(ahead, dtype=np.float64)), kept)
            left = kept ** np.arange(1, ahead + 1)
            yield Walk(
                phi=phi,
                theta=theta,
                gram=own - phi * mixed + phi**2 * own_earlier,
                carried=np.outer(stacked[:, -1], left) + np.outer(push, reach),
                lasting=(stacked[:, -1] + push / (1 - phi)) * (kept == 1.0),
                kept=kept,
            )


def changes_of(values: Floats, kept: float) -> Floats:
    """What each value (..., n) adds to the share of the last one that is kept, (..., n - 1)."""
    changes: Floats = values[..., 1:] - kept * values[..., :-1]
    return changes


def plausible(walks: Sequence[Walk], priors: Floats, known: int) -> list[Fit]:
    """The walks worth believing with their effects, the most plausible first.

    ``priors`` (k,) are precisions before the data, in units of the noise. Walks are weighed
    by their likelihood with effects and noise integrated out.
    """
    grams = np.stack([walk.gram for walk in walks])
    inner, cross, squares = grams[:, :-1, :-1], grams[:, :-1, -1], grams[:, -1, -1]
    inverses, log_determinants = inverses_of_many(inner + np.diag(priors))
    effects = np.einsum("wkl,wl->wk", inverses, cross)
    left = squares - np.einsum("wk,wk->w", effects, cross)
    left = np.maximum(left, TINY_SHARE * squares + np.finfo(float).tiny)
    likelihoods = -0.5 * (known * np.log(left) + log_determinants)
    weights = np.exp(likelihoods - likelihoods.max())
    weights[weights < LEAST_WEIGHT * weights.max()] = 0.0
    weights /= weights.sum()
    covariances = left[:, None, None] / known * inverses
    order = [n for n in np.argsort(-weights, kind="stable") if weights[n] > 0]
    return [Fit(walks[n], effects[n], covariances[n], float(weights[n])) for n in order]


def _chance(fits: Sequence[Fit], chosen: Ints, surprises: Floats, uniforms: Floats) -> Floats:
    """Surprises to come and how far they move the level, (paths, ahead)."""
    phis, thetas = np.array([(fit.walk.phi, fit.walk.theta) for fit in fits]).T
    nothing = np.zeros(len(chosen))
    start = Start(phis[chosen], thetas[chosen], nothing, nothing)
    moves = simulate(start, surprises, uniforms)
    kept = np.array([fit.walk.kept for fit in fits])[chosen]
    for step in range(1, moves.shape[1]):
        moves[:, step] += kept * moves[:, step - 1]
    return moves


def _unsure(fits: Sequence[Fit], chosen: Ints, ahead: Floats, normals: Floats) -> Floats:
    """Departures due to effects that are not well known, (paths, ahead)."""
    departures = np.empty((len(chosen), ahead.shape[1]))
    for turn, fit in enumerate(fits):
        rows = chosen == turn
        departures[rows] = fit.effect_paths(ahead, normals[rows])
    return departures


def _parts(fits: Sequence[Fit], regressors: Regressors, expected: Floats) -> dict[str, Floats]:
    """The level belongs to the trend, its last echo to what is recent."""
    effects = np.einsum("f,fk->k", [fit.weight for fit in fits], [fit.effects for fit in fits])
    pushes = effects[:, None] * regressors.columns[:, -len(expected) :]
    owners = np.array(regressors.part_of)
    parts = {part: pushes[owners == part].sum(axis=0) for part in dict.fromkeys(owners.tolist())}
    parts[TREND] = parts[TREND] + sum(fit.weight * fit.level for fit in fits)
    parts[RECENT] = expected - np.sum([*parts.values()], axis=0)
    return parts


def filled(counts: Floats, season: int) -> Floats:
    """Unknown counts between the known ones of the same place in the season."""
    if np.isfinite(counts).all():
        return counts
    filled = counts.copy()
    for place in range(min(season, len(counts))):
        every = filled[place::season]
        known = np.flatnonzero(np.isfinite(every))
        usual = every[known] if len(known) else np.array([np.nanmean(counts)])
        every[:] = np.interp(np.arange(len(every)), known if len(known) else [0], usual)
    return filled


def _noise_variance(counts: Floats, season: int) -> float:
    """Variance of one period's noise, which changes over a season tell well enough."""
    changes = counts[season:] - counts[:-season]
    return max(float(np.mean(changes**2)) / 2, np.finfo(float).tiny)
