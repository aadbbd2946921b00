"""Prophet's most likely parameters, found exactly and without leaving the process.

Prophet hands its model to Stan through files: each fit writes every regressor as text, starts a
program and stops near the mode. Our Prophet has additive effects on a straight or flat trend, and
then its posterior (Taylor and Letham 2018, section 3; ``prophet.stan``) is

    n log s + |y - D b|² / 2 s² + 2 s² + sum b² / 2 prior² + sum |delta| / tau

a lasso in the changes of slope beside a ridge in everything else. Sums of squares and products of
the columns tell all of it: a hundred times less to compute, and the very mode.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from prophet.models import IStanBackend, TrendIndicator

if TYPE_CHECKING:
    from forecasting.series import Bools, Floats

TREND_PRIOR_SCALE = 5.0  # prophet.stan: k, m ~ normal(0, 5)
NOISE_PRIOR_SCALE = 0.5  # prophet.stan: sigma_obs ~ normal(0, 0.5)
MOST_ROUNDS = 100  # of the noise; it settles after four to eight
MOST_SIGN_STEPS = 1000  # of the lasso; each lowers the sum, so that no signs come back
SETTLED = 1e-10
ROUNDING = 1e-9
LEAST_NOISE = 1e-9  # of the largest count: an exact fit


class PosteriorMode(IStanBackend):
    """In the place of Stan behind a ``Prophet`` with additive effects and a trend without limit."""

    def load_model(self) -> None:
        """There is no program to load."""

    @staticmethod
    def get_type() -> str:
        """The name that Prophet logs."""
        return "POSTERIOR_MODE"

    def fit(
        self, stan_init: dict[str, float], stan_data: dict[str, Any], **kwargs: Any
    ) -> dict[str, Any]:
        """The parameters of ``prophet.stan`` for its data, as rows, (1, n) each."""
        del stan_init, kwargs
        is_flat = stan_data["trend_indicator"] == TrendIndicator.FLAT.value
        time = np.asarray(stan_data["t"], dtype=float)
        starts = np.asarray(stan_data["t_change"], dtype=float)
        effects = np.asarray(stan_data["X"], dtype=float)
        slopes = [] if is_flat else [time, *np.maximum(time - starts[:, None], 0.0)]
        columns = np.column_stack([*slopes, np.ones_like(time), effects])
        level = [] if is_flat else [TREND_PRIOR_SCALE, *np.full(len(starts), np.inf)]
        scales = np.array([*level, TREND_PRIOR_SCALE, *stan_data["sigmas"]])
        sums = Sums.of(columns, np.asarray(stan_data["y"], dtype=float))
        laplace = np.zeros(len(scales), dtype=bool)
        laplace[1 : 1 + len(starts)] = not is_flat
        mode, noise = mode_of(sums, scales, laplace, float(stan_data["tau"]))
        rest = mode[0 if is_flat else 1 + len(starts) :]
        found = {
            "k": np.zeros(1) if is_flat else mode[:1],
            "m": rest[:1],
            "delta": np.zeros(len(starts)) if is_flat else mode[1 : 1 + len(starts)],
            "beta": rest[1:],
            "sigma_obs": np.array([noise]),
        }
        return {name: value.reshape(1, -1) for name, value in found.items()}

    def sampling(
        self, stan_init: dict[str, float], stan_data: dict[str, Any], samples: int, **kwargs: Any
    ) -> dict[str, Any]:
        """Is never asked: futures are drawn from the caller's stream."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Sums:
    """All that a regression on columns (n, k) needs of its ``rows``.

    ``gram`` (k, k): products of columns; ``cross`` (k,): with the counts; ``square``: theirs.
    """

    rows: int
    gram: Floats
    cross: Floats
    square: float

    @classmethod
    def of(cls, columns: Floats, counts: Floats) -> Sums:
        """By einsum: a BLAS with other threads may add in another order, and change bits."""
        return cls(
            rows=len(counts),
            gram=np.einsum("nk,nl->kl", columns, columns),
            cross=np.einsum("nk,n->k", columns, counts),
            square=float(np.einsum("n,n->", counts, counts)),
        )

    def left_over(self, mode: Floats) -> float:
        """The sum of squared residuals."""
        return max(float(self.square - 2 * mode @ self.cross + mode @ self.gram @ mode), 0.0)


def mode_of(sums: Sums, scales: Floats, laplace: Bools, tau: float) -> tuple[Floats, float]:
    """The coefficients (k,) and the noise's standard deviation at the posterior's mode.

    ``scales`` (k,) are standard deviations of normal priors; those marked ``laplace`` have a
    Laplace prior of scale ``tau`` instead. Coefficients and noise take turns: each step is exact.
    """
    mode = np.zeros(len(scales))
    variance = _noise_variance(sums, sums.square)
    for _ in range(MOST_ROUNDS):
        mode = _coefficients(sums, variance / scales**2, laplace, variance / tau, mode)
        before, variance = variance, _noise_variance(sums, sums.left_over(mode))
        if abs(variance - before) <= SETTLED * before:
            break
    return mode, float(np.sqrt(variance))


def _noise_variance(sums: Sums, left_over: float) -> float:
    """The root of n v = left_over + v² / prior²: the mode of the noise under its normal prior."""
    prior = NOISE_PRIOR_SCALE**2
    root = 2 * left_over / (sums.rows + np.sqrt(sums.rows**2 + 4 * left_over / prior))
    return max(float(root), LEAST_NOISE**2)


def _coefficients(
    sums: Sums, ridge: Floats, laplace: Bools, penalty: float, start: Floats
) -> Floats:
    """The mode for a known noise: what has a normal prior is solved for and put in."""
    normal = ~laplace
    inner = sums.gram[np.ix_(normal, normal)] + np.diag(ridge[normal])
    between = sums.gram[np.ix_(normal, laplace)]
    solved = np.linalg.solve(inner, np.column_stack([between, sums.cross[normal]]))
    mode = np.empty(len(ridge))
    mode[laplace] = lasso(
        sums.gram[np.ix_(laplace, laplace)] - between.T @ solved[:, :-1],
        sums.cross[laplace] - between.T @ solved[:, -1],
        penalty,
        start[laplace],
    )
    mode[normal] = solved[:, -1] - solved[:, :-1] @ mode[laplace]
    return mode


def lasso(gram: Floats, cross: Floats, penalty: float, start: Floats) -> Floats:
    """The x (k,) that minimises x' G x / 2 - c' x + penalty sum |x|, to rounding.

    Feature-sign search (Lee, Battle, Raina and Ng 2007, Advances in Neural Information
    Processing Systems 19, algorithm 1): guess the signs, solve, go as far as they hold.
    """
    best = start.copy()
    for _ in range(MOST_SIGN_STEPS if len(best) else 0):
        slope = gram @ best - cross
        signs = np.sign(best)
        unmoved = np.where(signs == 0, np.abs(slope), 0.0)
        unsolved = np.where(signs != 0, np.abs(slope + penalty * signs), 0.0)
        if unsolved.max() <= ROUNDING * penalty:
            if unmoved.max() <= penalty * (1 + ROUNDING):
                break
            newest = int(np.argmax(unmoved))
            signs[newest] = -np.sign(slope[newest])
        best = _as_far_as_signs_hold(gram, cross, penalty, best, signs)
    return best


def _as_far_as_signs_hold(
    gram: Floats, cross: Floats, penalty: float, here: Floats, signs: Floats
) -> Floats:
    """The lowest point on the way to the solution under these signs, where one crosses zero."""
    used = signs != 0
    there = np.zeros_like(here)
    there[used] = np.linalg.solve(gram[np.ix_(used, used)], cross[used] - penalty * signs[used])
    way = there - here
    with np.errstate(divide="ignore", invalid="ignore"):
        crossings = np.where(here * there < 0, -here / way, np.nan)
    shares = [*np.unique(crossings[np.isfinite(crossings)]), 1.0]
    points = []
    for share in shares:
        point = here + share * way
        point[crossings == share] = 0.0
        points.append(point)
    sums = [
        float(point @ (gram @ point) / 2 - cross @ point + penalty * np.abs(point).sum())
        for point in points
    ]
    lowest: Floats = points[int(np.argmin(sums))]
    return lowest
