"""The real series of the shared folder, each with the holidays of its country."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import holidays
import numpy as np
import pandas as pd

from forecasting.series import Series
from hospital.forecast import Period, SeriesKey, SeriesKind

NOT_A_KEY = r"[^a-z0-9]+"


@dataclass(frozen=True)
class NamedDate:
    """A holiday as a forecast wants it."""

    key: str
    date: date


@dataclass(frozen=True)
class CountryCalendar:
    """Holidays of a country without Ramadan, for data that are not Moroccan."""

    country: str
    subdivision: str | None = None

    def holidays(self, first: date, last: date) -> Sequence[NamedDate]:
        """Holidays from ``first`` to ``last``, both included, keyed by their name."""
        years = range(first.year, last.year + 1)
        known = holidays.country_holidays(self.country, self.subdivision, years=years)
        return [
            NamedDate(name.replace(" (observed)", "").lower(), day)
            for day, names in sorted(known.items())
            for name in names.split("; ")
            if first <= day <= last
        ]

    def ramadan(self, day: date) -> None:
        """No effect is looked for."""

    def school_break(self, day: date) -> None:
        """None is known."""

    def events(self, day: date) -> Sequence[NamedDate]:
        """None is known."""
        del day
        return ()


UNITED_KINGDOM = CountryCalendar("GB", "ENG")
SCOTLAND = CountryCalendar("GB", "SCT")
IOWA = CountryCalendar("US", "IA")


def swast_daily(shared: Path) -> list[Series]:
    """Ambulance responses of three regions and the Trust, six years of days."""
    with gzip.open(shared / "data" / "swast_ambulance_daily.csv.gz", "rt") as file:
        rows = pd.read_csv(file, parse_dates=["date"])
    return [
        _series(str(region), days.set_index("date")["responses"])
        for region, days in rows.groupby("region")
    ]


def uihc_daily(shared: Path) -> Series:
    """Emergency arrivals of the University of Iowa by day, nearly five years."""
    with gzip.open(shared / "data" / "uihc_ed_hourly.csv.gz", "rt") as file:
        rows = pd.read_csv(file, parse_dates=["hour"])
    return _series("UIHC", rows.groupby(rows["hour"].dt.normalize())["arrivals"].sum())


def scottish_boards(shared: Path) -> list[Series]:
    """Weekly attendances of the emergency departments of each of seven health boards."""
    return [_weeks(str(board), counts) for board, counts in _scottish(shared, "board").items()]


def scottish_departments(shared: Path) -> list[Series]:
    """Weekly attendances of all of them together, then of each department, the largest first."""
    weeks = _scottish(shared, "hospital")
    largest = weeks.sum().sort_values(ascending=False).index
    total = _weeks("all departments", weeks.sum(axis=1))
    return [total, *(_weeks(str(name), weeks[name]) for name in largest)]


def _scottish(shared: Path, column: str) -> pd.DataFrame:
    with gzip.open(shared / "data" / "scotland_ed_weekly.csv.gz", "rt") as file:
        rows = pd.read_csv(file, parse_dates=["week_ending"])
    return rows.pivot_table("attendances", "week_ending", column, "sum").asfreq("7D")


def _weeks(name: str, counts: pd.Series[float]) -> Series:
    """Counts by the last day of each week."""
    first: date = (counts.index[0] - pd.Timedelta(days=6)).date()
    values = counts.to_numpy(dtype=np.float64)
    return Series(SeriesKey(SeriesKind.VISITS, name), first, values, period=Period.WEEK)


def danish_monthly(shared: Path) -> list[Series]:
    """Daily doses of each antibiotic in each hospital by the month; no row is no purchase."""
    with gzip.open(shared / "data" / "dk_hospital_antibiotics_monthly.csv.gz", "rt") as file:
        rows = pd.read_csv(file, parse_dates=["month"])
    months = pd.date_range(rows["month"].min(), rows["month"].max(), freq="MS")
    doses = rows.pivot_table("ddd", ["hospital", "atc"], "month", "sum")
    first: date = months[0].date()
    return [
        Series(
            SeriesKey(SeriesKind.CONSUMPTION, str(hospital), str(item)),
            first,
            counts.to_numpy(dtype=np.float64),
            period=Period.MONTH,
        )
        for (hospital, item), counts in doses.reindex(columns=months).fillna(0.0).iterrows()
    ]


def _series(name: str, counts: pd.Series[int]) -> Series:
    by_day = counts.sort_index().asfreq("D")
    first: date = by_day.index[0].date()
    values = by_day.to_numpy(dtype=np.float64, na_value=np.nan)
    return Series(SeriesKey(SeriesKind.VISITS, name), first, values)
