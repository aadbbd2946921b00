"""A schematic map drawn from roads alone: places stand as far apart as their roads are long.

No coordinates are asked of a GST. Classical scaling (Torgerson 1952, Psychometrika 17:401-419)
places hospitals so that distances on the drawing follow the distances of the table of links.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot, inf
from typing import TYPE_CHECKING

import numpy as np

from hospital.places import TransferLink

if TYPE_CHECKING:
    import numpy.typing as npt

    Distances = npt.NDArray[np.float64]

PLANE = 2


@dataclass(frozen=True)
class RoadMap:
    """Where each place stands [km], and how far drawn distances are from the roads on average.

    ``error_percent`` is of the mean road.
    """

    places: dict[str, tuple[float, float]]
    error_percent: float


def road_map(places: Sequence[str], links: Iterable[TransferLink]) -> RoadMap:
    """The drawing of these places; without any road they stand on one spot."""
    roads = shortest_roads(places, links)
    spots = _scaled(roads)
    found = dict(zip(places, map(tuple, spots.tolist()), strict=True))
    pairs = [(i, j) for i in range(len(places)) for j in range(i)]
    off = [abs(hypot(*(spots[i] - spots[j])) - roads[i, j]) for i, j in pairs]
    total = sum(roads[i, j] for i, j in pairs)
    return RoadMap(found, 100 * sum(off) / total if total else 0.0)


def shortest_roads(places: Sequence[str], links: Iterable[TransferLink]) -> Distances:
    """Kilometres between every two places over the links (Floyd 1962, CACM 5:345).

    Places that no road joins are as far apart as the two that are furthest.
    """
    at = {place: index for index, place in enumerate(places)}
    roads = np.full((len(at), len(at)), inf)
    np.fill_diagonal(roads, 0.0)
    for link in links:
        if link.origin in at and link.destination in at:
            pair = at[link.origin], at[link.destination]
            roads[pair] = roads[pair[::-1]] = min(roads[pair], link.distance_km)
    for by in range(len(at)):
        roads = np.minimum(roads, roads[:, by : by + 1] + roads[by : by + 1, :])
    furthest = roads[np.isfinite(roads)].max(initial=0.0)
    return np.where(np.isfinite(roads), roads, furthest)


def _scaled(roads: Distances) -> Distances:
    """Spots in the plane, shape (places, 2) [km]; the first place is to the west and north."""
    count = len(roads)
    if not count:
        return np.zeros((0, PLANE))
    centred = np.eye(count) - np.full((count, count), 1 / count)
    values, vectors = np.linalg.eigh(-0.5 * centred @ roads**2 @ centred)
    largest = np.argsort(values)[::-1][:PLANE]
    spots = vectors[:, largest] * np.sqrt(np.maximum(values[largest], 0.0))
    spots = np.pad(spots, ((0, 0), (0, PLANE - spots.shape[1])))
    turned = np.where(spots[0] * (1, -1) > 0, -1.0, 1.0)
    return np.asarray(spots * turned, dtype=np.float64)
