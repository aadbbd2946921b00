"""Real demand by month: the medicines, their forecasts, and a shelf that loses what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.futures import Window
from forecasting.intermittent import intermittent_futures
from forecasting.series import Series
from hospital.forecast import Period, SeriesKey, SeriesKind
from inventory.lead_demand import LeadDemand
from inventory.monthly_record import monthly_record
from inventory.peers import steadied_variance
from inventory.shared_season import MONTHS, season_of

Floats = npt.NDArray[np.float64]

JUDGED, SETTLING, LEAST_USED = 36, 6, 12
COVER_MONTHS = 2
"""An order arrives after one month and must last until the next one does."""
VITAL = (
    "J01CE01",  # benzylpenicillin
    "J01CR05",  # piperacillin with tazobactam
    "J01DD01",  # cefotaxime
    "J01DD04",  # ceftriaxone
    "J01DH02",  # meropenem
    "J01GB03",  # gentamicin
    "J01GB06",  # amikacin
    "J01XA01",  # vancomycin
    "J01XD01",  # metronidazole
)


@dataclass(frozen=True)
class Market:
    """Use of every medicine by month, (items, months) [daily doses], and which are vital."""

    use: Floats
    vital: npt.NDArray[np.bool_]
    first_month: date

    @property
    def start(self) -> int:
        """The first month that counts."""
        return self.use.shape[1] - JUDGED

    @cached_property
    def judged_units(self) -> Floats:
        """Use in the months that count, (items,)."""
        units: Floats = self.use[:, self.start :].sum(axis=1)
        return units


@dataclass(frozen=True)
class Outcome:
    """Units short (items,) and mean units at month ends (items,), and as a mean over the month."""

    short: Floats
    on_hand: Floats
    on_hand_over_month: Floats


def read_market(shared: Path) -> Market:
    """The market of the shared folder; a month without a purchase used nothing."""
    rows = pd.read_csv(shared / "data" / "dk_hospital_antibiotics_monthly.csv.gz")
    table = rows.pivot_table(index="month", columns=["hosp", "atc"], values="ddd", aggfunc="sum")
    use = table.fillna(0.0).to_numpy().T
    kept = (use[:, : use.shape[1] - JUDGED] > 0).sum(axis=1) >= LEAST_USED
    atc = table.columns.get_level_values("atc").to_numpy()
    first = date.fromisoformat(str(table.index[0]))
    return Market(use[kept], np.isin(atc[kept], VITAL), first)


def read_prices(shared: Path) -> Floats:
    """The hospital prices of the CNOPS list that are known [MAD]."""
    rows = pd.read_csv(shared / "data" / "ma_cnops_medicaments_2014.csv.gz")
    prices = rows["PH"].to_numpy(dtype=np.float64)
    return prices[prices > 0]


def run_levels(market: Market, levels: Floats) -> Outcome:
    """Order-up-to ``levels`` (items, months) through the months; lost sales, one month of lead."""
    start, use = market.start, market.use
    on_hand, coming = levels[:, start - SETTLING].copy(), np.zeros(len(use))
    short, ends, middles = np.zeros(len(use)), np.zeros(len(use)), np.zeros(len(use))
    for month in range(start - SETTLING, use.shape[1]):
        ordered = np.maximum(levels[:, month] - on_hand - coming, 0.0)
        opened = on_hand + coming
        served = np.minimum(opened, use[:, month])
        on_hand, coming = opened - served, ordered
        if month >= start:
            short += use[:, month] - served
            ends += on_hand
            middles += (opened + on_hand) / 2
    return Outcome(short, ends / JUDGED, middles / JUDGED)


def lead_demands(market: Market) -> list[LeadDemand | None]:
    """What each month expects of the two to come, from the months before it alone.

    Months are freed of the season that all medicines share. The mean is half that of the
    forecast's paths, half that of the record; the spread is between both, steadied by peers.
    """
    months = market.use.shape[1]
    early: list[LeadDemand | None] = [None] * (market.start - SETTLING)
    return early + [_lead_demand(market, month) for month in range(len(early), months)]


def _lead_demand(market: Market, month: int) -> LeadDemand:
    past = market.use[:, :month]
    season = season_of(past.sum(axis=0))
    level = past / season[np.arange(month) % MONTHS]
    ahead = season[np.arange(month, month + COVER_MONTHS) % MONTHS].mean()
    sums = [_path_sums(market, item, row, month) for item, row in enumerate(level)]
    paths_mean, paths_variance = np.array([(one.mean(), one.var()) for one in sums]).T
    record = monthly_record(level, COVER_MONTHS)
    spread = steadied_variance(paths_mean, paths_variance) ** 0.25
    spread = spread * steadied_variance(record.mean_units, record.variance) ** 0.25
    return LeadDemand((paths_mean + record.mean_units) / 2 * ahead, spread * ahead)


def _path_sums(market: Market, item: int, level: Floats, month: int) -> Floats:
    """Demand over the coming months in each path of the forecast, (paths,)."""
    series = Series(
        key=SeriesKey(SeriesKind.CONSUMPTION, "DK", str(item)),
        period=Period.MONTH,
        first_day=market.first_month,
        counts=level,
    )
    rng = np.random.default_rng([month, item])
    paths = intermittent_futures(series, Window(0, COVER_MONTHS), rng).paths
    total: Floats = paths.sum(axis=1)
    return total


def amc_levels(market: Market, window: int) -> Floats:
    """Average monthly consumption of the months before, (items, months)."""
    sums = np.cumsum(np.pad(market.use, ((0, 0), (1, 0))), axis=1)
    found = np.zeros_like(market.use)
    for month in range(window, market.use.shape[1]):
        found[:, month] = (sums[:, month] - sums[:, month - window]) / window
    return found
