"""Totals that are the sums of their parts: mean, sample paths, quantiles and components.

What is forecast for a hospital and what is forecast for its services never agree by themselves.
Both say something: each counts by how sure it is (weighted least squares with a diagonal
matrix; Wickramasuriya, Athanasopoulos and Hyndman 2019, Journal of the American Statistical
Association 114, equation 8). A total that is not forecast itself is the sum of its parts.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from forecasting.dependence import correlation_of, joined_paths
from hospital.forecast import QUANTILE_LEVELS, DemandForecast, SeriesKey

if TYPE_CHECKING:
    from forecasting.series import Floats, Series

K = TypeVar("K", bound=Hashable)
Tree = Mapping[K, Sequence[K]]
"""The parts of each total; parts may be totals themselves, no part has two totals."""

SUM = "sum"


@dataclass(frozen=True, slots=True)
class Belief:
    """A forecast mean of some periods and the variance of its error, (horizon,) each."""

    mean: Floats
    variance: Floats


def reconciled(tree: Tree[K], beliefs: Mapping[K, Belief]) -> dict[K, Floats]:
    """The means nearest to the beliefs, by their variances, among those that add up.

    On a tree the weighted least squares need no matrix: what parts say and what their total
    says are pooled on the way up, and what is left over is shared out by variance on the way
    down. Exactly ``S (S' W⁻¹ S)⁻¹ S' W⁻¹`` applied to the means, W the diagonal of variances.
    A total without belief is the sum of its parts; if no total has one, this is bottom-up.
    """
    pooled: dict[K, Belief] = {}
    means: dict[K, Floats] = {}
    for root in roots(tree):
        _pool(root, tree, beliefs, pooled)
        _share_out(root, tree, pooled, means)
    return means


def roots(tree: Tree[K]) -> list[K]:
    """The totals that are part of nothing."""
    parts = {part for own in tree.values() for part in own}
    return [total for total in tree if total not in parts]


def leaves(tree: Tree[K], total: K) -> list[K]:
    """The parts of a total that have no parts, in order; itself if it has none."""
    return (
        [leaf for part in tree[total] for leaf in leaves(tree, part)] if total in tree else [total]
    )


def _pool(node: K, tree: Tree[K], beliefs: Mapping[K, Belief], pooled: dict[K, Belief]) -> None:
    if node not in tree:
        pooled[node] = beliefs[node]
        return
    for part in tree[node]:
        _pool(part, tree, beliefs, pooled)
    below = _sum_of([pooled[part] for part in tree[node]])
    pooled[node] = _agreed(below, beliefs[node]) if node in beliefs else below


def _sum_of(parts: Sequence[Belief]) -> Belief:
    return Belief(
        np.sum([part.mean for part in parts], axis=0),
        np.sum([part.variance for part in parts], axis=0),
    )


def _agreed(one: Belief, other: Belief) -> Belief:
    """Two beliefs about one thing, the surer the heavier."""
    both = one.variance + other.variance
    weight = _ratio(other.variance, both, np.ones_like(both))
    return Belief(weight * one.mean + (1 - weight) * other.mean, weight * one.variance)


def _share_out(node: K, tree: Tree[K], pooled: Mapping[K, Belief], means: dict[K, Floats]) -> None:
    means.setdefault(node, pooled[node].mean)
    if node not in tree:
        return
    below = _sum_of([pooled[part] for part in tree[node]])
    rest = means[node] - below.mean
    for part in tree[node]:
        even = np.full_like(rest, 1 / len(tree[node]))
        share = _ratio(pooled[part].variance, below.variance, even)
        means[part] = pooled[part].mean + share * rest
        _share_out(part, tree, pooled, means)


def _ratio(top: Floats, bottom: Floats, otherwise: Floats) -> Floats:
    """Share of a variance; ``otherwise`` where there is none at all."""
    return np.divide(top, bottom, out=otherwise, where=bottom > 0)


def coherent(
    tree: Tree[SeriesKey],
    forecasts: Mapping[SeriesKey, DemandForecast],
    history: Mapping[SeriesKey, Series],
    rng: np.random.Generator,
) -> dict[SeriesKey, DemandForecast]:
    """The forecasts of a tree, totals first, that add up in every row and every period.

    Leaves are scaled to their reconciled mean, period by period, so that no path falls below
    zero and a count that may be zero stays so; their rows are joined as ``history`` moved
    together; totals are sums. A total that has a forecast takes part by its variance.
    """
    ends = [leaf for root in roots(tree) for leaf in leaves(tree, root)]
    beliefs = {key: _belief(one) for key, one in forecasts.items()}
    means = reconciled(tree, beliefs)
    scaled = [_scaled(forecasts[key], means[key]) for key in ends]
    correlation = correlation_of([history[key] for key in ends])
    rows = joined_paths([one.sample_paths for one in scaled], correlation, rng)
    found = {
        one.key: replace(one, sample_paths=paths) for one, paths in zip(scaled, rows, strict=True)
    }
    for root in roots(tree):
        _add_up(root, tree, forecasts, found)
    return {key: found[key] for root in roots(tree) for key in _walk(root, tree)}


def _walk(node: SeriesKey, tree: Tree[SeriesKey]) -> Iterable[SeriesKey]:
    yield node
    for part in tree.get(node, ()):
        yield from _walk(part, tree)


def _belief(forecast: DemandForecast) -> Belief:
    """One variance for the whole horizon: that of single periods is noisy in a few paths."""
    variance = float(forecast.sample_paths.var(axis=0).mean())
    return Belief(forecast.mean, np.full(forecast.horizon, variance))


def _scaled(forecast: DemandForecast, mean: Floats) -> DemandForecast:
    factors = _ratio(np.maximum(mean, 0.0), forecast.mean, np.ones_like(mean))
    if (factors == 1.0).all():
        return forecast
    return replace(
        forecast,
        mean=forecast.mean * factors,
        quantiles=forecast.quantiles * factors[:, None],
        sample_paths=forecast.sample_paths * factors,
        components={name: part * factors for name, part in forecast.components.items()},
    )


def _add_up(
    node: SeriesKey,
    tree: Tree[SeriesKey],
    forecasts: Mapping[SeriesKey, DemandForecast],
    found: dict[SeriesKey, DemandForecast],
) -> None:
    if node not in tree:
        return
    for part in tree[node]:
        _add_up(part, tree, forecasts, found)
    found[node] = total_of(node, [found[part] for part in tree[node]], forecasts.get(node))


def total_of(
    key: SeriesKey, parts: Sequence[DemandForecast], own: DemandForecast | None = None
) -> DemandForecast:
    """The sum of forecasts whose rows belong together.

    What is known of the total's ``own`` forecast (model, backtest, warnings, findings) is
    kept; without it, the warnings are those of any part.
    """
    paths = np.sum([part.sample_paths for part in parts], axis=0)
    names = dict.fromkeys(name for part in parts for name in part.components)
    nothing = np.zeros(parts[0].horizon)
    return DemandForecast(
        key=key,
        first_day=parts[0].first_day,
        period=parts[0].period,
        mean=np.sum([part.mean for part in parts], axis=0),
        quantiles=np.quantile(paths, QUANTILE_LEVELS, axis=0).T.copy(),
        sample_paths=paths,
        model=SUM if own is None else own.model,
        backtest=None if own is None else own.backtest,
        components={
            name: np.sum([part.components.get(name, nothing) for part in parts], axis=0)
            for name in names
        },
        warnings=own.warnings
        if own is not None
        else tuple(dict.fromkeys(code for part in parts for code in part.warnings)),
        findings=() if own is None else own.findings,
    )
