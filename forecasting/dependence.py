"""Which futures come together: paths of several series, joined as their past moved together.

Each series is forecast on its own, so the rows of its paths know nothing of the others'. Sums of
such rows are far too sure: a cold week fills all hospitals at once. The values of each series and
period stay as they are and are only handed to other rows, by the ranks of a template that has
the correlation of the past (Iman and Conover 1982, Communications in Statistics B 11; for
hierarchies Ben Taieb, Taylor and Hyndman 2017, ICML).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting.series import Floats, Series

FEWEST_CHANGES = 8  # fewer common periods say nothing of who moves with whom


def correlation_of(series: Sequence[Series]) -> Floats:
    """How the series moved together, (n, n): correlation of their changes over a season.

    All are of one period. Changes over a season hold no ordinary weekday or month. What few
    periods say is drawn towards no correlation by the share of chance in it (Schäfer and
    Strimmer 2005, Statistical Applications in Genetics 4, article 32, section 2.3).
    """
    changes = _season_changes(series)
    periods = changes.shape[1]
    if periods < FEWEST_CHANGES:
        return np.eye(len(series))
    spreads = np.sqrt(np.square(changes).mean(axis=1))
    scaled = np.divide(
        changes, spreads[:, None], out=np.zeros_like(changes), where=spreads[:, None] > 0
    )
    raw = np.einsum("it,jt->ij", scaled, scaled) / periods
    np.fill_diagonal(raw, 0.0)
    signal = float(np.square(raw).sum())
    chance = float((np.square(1 - raw**2).sum() - len(series)) / (periods - 1))
    kept = max(0.0, 1 - chance / signal) if signal > 0 else 0.0
    correlation: Floats = np.eye(len(series)) + kept * raw
    return correlation


def joined_paths(
    paths: Sequence[Floats], correlation: Floats, rng: np.random.Generator
) -> list[Floats]:
    """The paths of each series, (rows, horizon), with rows that belong together.

    Per period every series keeps its values. The template of a series is a mixture of the
    ranks of all, with its own the heaviest, so that it keeps its memory from period to period.
    """
    if len(paths) == 1:
        return [paths[0]]
    scores = np.stack([_normal_scores(one, rng) for one in paths])
    templates = np.einsum("jk,kph->jph", _symmetric_root(correlation), scores)
    return [
        np.take_along_axis(np.sort(one, axis=0), ranks_of(template), axis=0)
        for one, template in zip(paths, templates, strict=True)
    ]


def _season_changes(series: Sequence[Series]) -> Floats:
    """Changes over a season on the days that all have, (n, periods); unknown ones count as none."""
    first, end = max(one.first_day for one in series), min(one.end_day for one in series)
    lag = min(one.season for one in series)
    periods = series[0].period.position(first, end)
    if periods <= lag:
        return np.zeros((len(series), 0))
    starts = [one.period_of(first) for one in series]
    common = np.stack(
        [one.counts[start : start + periods] for one, start in zip(series, starts, strict=True)]
    )
    changes = common[:, lag:] - common[:, :-lag]
    return np.where(np.isfinite(changes), changes, 0.0)


def _normal_scores(paths: Floats, rng: np.random.Generator) -> Floats:
    """Ranks of each period as standard normal quantiles; equal values in an order of chance."""
    ranks = _ranks_with(paths, rng.random(paths.shape))
    scores: Floats = ndtri((ranks + 0.5) / len(paths))
    return scores


def _ranks_with(values: Floats, ties: Floats) -> np.ndarray:
    order = np.lexsort((ties, values), axis=0)
    return np.argsort(order, axis=0, kind="stable")


def ranks_of(values: Floats) -> np.ndarray:
    """The rank of each value in its column, from 0; equal values in their order."""
    return np.argsort(np.argsort(values, axis=0, kind="stable"), axis=0, kind="stable")


def _symmetric_root(correlation: Floats) -> Floats:
    """R such that R R is the correlation."""
    values, vectors = np.linalg.eigh(correlation)
    root: Floats = np.einsum("ik,k,jk->ij", vectors, np.sqrt(np.maximum(values, 0.0)), vectors)
    return root
