"""Weeks and months with an empty shelf: what was issued is less than what was needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.quality import runs_of, unknown_where
from hospital.base import DAYS_PER_WEEK

if TYPE_CHECKING:
    from forecasting.series import Series

LONGEST_SCALED_STOCKOUT_DAYS = 4  # of a week


def uncensored(series: Series) -> Series:
    """The need behind periods with a stock-out.

    Up to four empty days in seven, what was issued on the others stands for the whole period;
    beyond, too little was seen and it is unknown. Neither is taken for a low need.
    """
    if series.stockout_days is None:
        return series
    empty_days, days = series.stockout_days, series.lengths_days
    seen_share = (days - empty_days) / days
    is_seen = DAYS_PER_WEEK * empty_days <= LONGEST_SCALED_STOCKOUT_DAYS * days
    need = np.divide(series.counts, seen_share, out=np.full(len(series), np.nan), where=is_seen)
    scaled = runs_of(series, is_seen & (empty_days > 0), "short_stockout")
    return unknown_where(series.but_counts(need, scaled), ~is_seen, "stockout")
