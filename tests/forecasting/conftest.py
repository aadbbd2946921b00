"""Synthetic histories whose law is known, and the calendar of Morocco."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest

from forecasting.series import Floats, Series
from hospital.calendar import MoroccanCalendar
from hospital.forecast import Period, SeriesKey, SeriesKind

FIRST_DAY = date(2023, 11, 20)  # a Monday
THREE_YEARS_DAYS = 1099
AS_OF = FIRST_DAY + timedelta(days=THREE_YEARS_DAYS)  # Monday 23 November 2026
VISITS = SeriesKey(SeriesKind.VISITS, "CHR-01")
MEDICINE = SeriesKey(SeriesKind.CONSUMPTION, "CHR-01", "PARA500")

Daily = Callable[..., Series]
Weekly = Callable[..., Series]


@pytest.fixture(scope="session")
def calendar() -> MoroccanCalendar:
    return MoroccanCalendar.load()


@pytest.fixture(scope="session")
def daily(calendar: MoroccanCalendar) -> Daily:
    """Daily visits: level, week, year, a Ramadan effect, and noise with a memory."""

    def build(
        seed: int = 1,
        *,
        days: int = THREE_YEARS_DAYS,
        level: float = 150.0,
        ramadan: float = 0.0,
    ) -> Series:
        rng = np.random.default_rng(seed)
        time = np.arange(days)
        dates = [FIRST_DAY + timedelta(days=int(day)) for day in time]
        fasting = np.array([calendar.ramadan(day) is not None for day in dates])
        log_rate = (
            np.log(level)
            + 0.08 * (time % 7 == 0)
            + 0.1 * np.sin(2 * np.pi * time / 365.25)
            + np.log1p(ramadan) * fasting
            + autoregressive(rng, days, 0.5, 0.04)
        )
        return Series(VISITS, FIRST_DAY, rng.poisson(np.exp(log_rate)).astype(float))

    return build


@pytest.fixture(scope="session")
def weekly() -> Weekly:
    """Weekly units of a medicine: a level and noise with a memory."""

    def build(
        seed: int = 1, *, weeks: int = 157, level: float = 200.0, memory: float = 0.6
    ) -> Series:
        rng = np.random.default_rng(seed)
        rate = level * np.exp(autoregressive(rng, weeks, memory, 0.08))
        return Series(
            MEDICINE,
            FIRST_DAY,
            rng.poisson(rate).astype(float),
            period=Period.WEEK,
            stockout_days=np.zeros(weeks),
        )

    return build


def autoregressive(rng: np.random.Generator, length: int, memory: float, noise: float) -> Floats:
    """x[t] = memory x[t-1] + noise e[t]."""
    shocks = noise * rng.standard_normal(length)
    for step in range(1, length):
        shocks[step] += memory * shocks[step - 1]
    return shocks
