"""Who was present when, by unit, from the stays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from hospital.tables import Col


def census_counts(
    stays: pd.DataFrame, units: Sequence[str], moments: pd.DatetimeIndex
) -> npt.NDArray[np.int64]:
    """Patients in each unit at each moment, shape (moments, units).

    Whoever came in at the moment is counted, whoever left at it is not; stays without end last.

    Args:
        stays: in the columns of ``Stay``.
        units: codes; stays elsewhere do not count.
        moments: in order.
    """
    unit = pd.Index(units).get_indexer(pd.Index(stays[Col.UNIT].astype(str)))
    began, ended = (
        _passed(pd.to_datetime(stays[name]), unit, moments, len(units))
        for name in (Col.ADMITTED_AT, Col.LEFT_AT)
    )
    return began - ended


def _passed(
    times: pd.Series, unit: npt.NDArray[np.intp], moments: pd.DatetimeIndex, units: int
) -> npt.NDArray[np.int64]:
    """How many of these times lie at or before each moment, by unit."""
    here = (unit >= 0) & times.notna().to_numpy()
    at = moments.searchsorted(pd.DatetimeIndex(times[here]), side="left")
    size = len(moments) + 1
    counts = np.bincount(at * units + unit[here], minlength=size * units)
    return counts.reshape(size, units)[:-1].cumsum(axis=0)
