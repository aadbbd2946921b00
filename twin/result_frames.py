"""The tables of a ``TwinResult``, put together from what the replications sent back."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from hospital.tables import Col
from twin.network import Network
from twin.outcomes import Outcome

PERCENTILES = {Col.P10: 10, Col.P50: 50, Col.P90: 90}


def indicator_frame(outcomes: list[Outcome]) -> pd.DataFrame:
    """One row for each replication, indicator, place and group, in this order."""
    rows = [(at, *row) for at, outcome in enumerate(outcomes) for row in outcome.rows]
    columns = [Col.REPLICATION, Col.INDICATOR, Col.PLACE, Col.GROUP, Col.VALUE]
    names = [str(row[1]) for row in rows]
    return pd.DataFrame(rows, columns=columns).assign(**{Col.INDICATOR: names})


def occupancy_frame(network: Network, census: npt.NDArray[np.int16]) -> pd.DataFrame:
    """Mean and percentiles over replications; ``census`` has shape (replications, units, hours)."""
    _, units, hours = census.shape
    bands = np.percentile(census, list(PERCENTILES.values()), axis=0)
    columns = {
        Col.UNIT: np.repeat([unit.unit for unit in network.units], hours),
        Col.HOUR: np.tile(np.arange(hours), units),
        Col.MEAN: census.mean(axis=0).ravel(),
    }
    columns |= {name: band.ravel() for name, band in zip(PERCENTILES, bands, strict=True)}
    return pd.DataFrame(columns)
