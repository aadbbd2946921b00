"""Two simulated GSTs: does the pooled prior help a hospital with six months of history?

Each seed draws national effects from the hypotheses of the demo (``scenarios/demo/period.py``: a
winter of 6 %, Ramadan -5 %, an Aid -18 %, other holidays -3 %), GSTs around the nation and
hospitals around their GST, then three years of visits of four hospitals in each GST. Only signed
parameters cross. Three hospitals of the second GST are new: they have 183 days. Error over the 13
weeks that follow, against the forecast of record without the prior (eight weeks' weekday means),
on the same histories.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from benchmarks.bars import Bar, at_least
from forecasting.calendar_design import CalendarDesign
from forecasting.forecast import forecast_series
from forecasting.metrics import naive_scale
from forecasting.plan import ForecastPlan
from forecasting.series import Series
from forecasting.shared_parameters import SharedParameters, parameters_of, priors_from
from hospital.calendar import MoroccanCalendar
from hospital.forecast import SeriesKey, SeriesKind
from scenarios.demo.period import (
    AID_FACTORS,
    HOLIDAY_FACTOR,
    RAMADAN_DAILY_FACTOR,
    WEEKDAY_FACTORS,
    YEARLY_AMPLITUDE,
    YEARLY_PEAK_DAY,
)
from scenarios.demo.visits import DAY_NOISE_CV, SLOW_NOISE_CORRELATION, SLOW_NOISE_SD

Floats = npt.NDArray[np.float64]
SEEDS, HOSPITALS, NEW = 20, 4, 3
YEARS_DAYS, SHORT_DAYS, HORIZON_DAYS = 1096, 183, 91
FIRST_DAY, LAST_START = date(2022, 1, 3), date(2026, 6, 1)
MEAN_VISITS = 106.0
BETWEEN = 0.3
"""GSTs and hospitals each differ by this share of an effect, one standard deviation."""
DRAWS = 2_000


@dataclass(frozen=True)
class Effects:
    """Effects of a place on log visits: season (cosine, sine), Ramadan, Aids, holidays."""

    season: Floats
    ramadan: float
    aids: Floats
    holiday: float

    def near(self, rng: np.random.Generator) -> Effects:
        """A place that differs from this one by ``BETWEEN`` of each effect."""
        return Effects(
            self.season + BETWEEN * YEARLY_AMPLITUDE * rng.standard_normal(2),
            self.ramadan * (1 + BETWEEN * rng.standard_normal()),
            self.aids * (1 + BETWEEN * rng.standard_normal(len(self.aids))),
            self.holiday * (1 + BETWEEN * rng.standard_normal()),
        )


def nation() -> Effects:
    """The hypotheses of the demo."""
    peak = 2 * np.pi * YEARLY_PEAK_DAY / 365.25
    return Effects(
        YEARLY_AMPLITUDE * np.array([np.cos(peak), np.sin(peak)]),
        float(np.log(RAMADAN_DAILY_FACTOR)),
        np.log(np.array(AID_FACTORS)),
        float(np.log(HOLIDAY_FACTOR)),
    )


def visits(
    effects: Effects, first: date, days: int, rng: np.random.Generator, calendar: MoroccanCalendar
) -> Floats:
    """Daily visits of one hospital, negative binomial around a level that wanders a little."""
    every = [first + timedelta(days=n) for n in range(days)]
    angle = 2 * np.pi * np.array([day.timetuple().tm_yday for day in every]) / 365.25
    logs = effects.season[0] * np.cos(angle) + effects.season[1] * np.sin(angle)
    logs += np.log(WEEKDAY_FACTORS)[[day.weekday() for day in every]]
    logs += effects.ramadan * np.array([calendar.ramadan(day) is not None for day in every])
    for holiday in calendar.holidays(first, every[-1]):
        at = (holiday.date - first).days
        if holiday.key in {"aid_al_fitr", "aid_al_adha"}:
            logs[at : at + len(effects.aids)] += effects.aids[: days - at]
        else:
            logs[at] += effects.holiday
    level = np.log(MEAN_VISITS) + 0.4 * rng.standard_normal()
    growth = 0.02 * rng.standard_normal() * np.arange(days) / 365.25
    rates = np.exp(level + growth + logs + _slow(rng, days))
    shape = DAY_NOISE_CV**-2
    return rng.poisson(rates * rng.gamma(shape, 1 / shape, days)).astype(float)


def _slow(rng: np.random.Generator, days: int) -> Floats:
    shocks = rng.normal(0, SLOW_NOISE_SD * np.sqrt(1 - SLOW_NOISE_CORRELATION**2), days)
    slow = np.zeros(days)
    for day in range(1, days):
        slow[day] = SLOW_NOISE_CORRELATION * slow[day - 1] + shocks[day]
    return slow


def telling(gst: str, effects: Effects, rng: np.random.Generator) -> SharedParameters:
    """What a GST of four hospitals with three years of history tells."""
    calendar = MoroccanCalendar.load()
    series = [
        Series(
            SeriesKey(SeriesKind.VISITS, f"H{number}"),
            FIRST_DAY,
            visits(effects.near(rng), FIRST_DAY, YEARS_DAYS, rng, calendar),
        )
        for number in range(HOSPITALS)
    ]
    end = FIRST_DAY + timedelta(days=YEARS_DAYS)
    return parameters_of(gst, end, series, CalendarDesign.of(calendar, FIRST_DAY, end))


def errors(seed: int) -> tuple[float, float]:
    """MASE of the new hospitals of one world: local, and with the pooled prior."""
    rng = np.random.default_rng([seed, 10])
    calendar = MoroccanCalendar.load()
    country = nation()
    gsts = [country.near(rng), country.near(rng)]
    told = [telling(name, own, rng) for name, own in zip("AB", gsts, strict=True)]
    crossed = [SharedParameters.model_validate_json(one.model_dump_json()) for one in told]
    priors = priors_from(crossed)
    found = []
    for number in range(NEW):
        start = date(2025, 1, 6) + timedelta(
            days=int(rng.integers(0, (LAST_START - date(2025, 1, 6)).days))
        )
        counts = visits(gsts[1].near(rng), start, SHORT_DAYS + HORIZON_DAYS, rng, calendar)
        known, outcome = counts[:SHORT_DAYS], counts[SHORT_DAYS:]
        series = Series(SeriesKey(SeriesKind.VISITS, f"NEW{number}"), start, known)
        plan = ForecastPlan(
            first_day=start + timedelta(days=SHORT_DAYS), horizon_days=HORIZON_DAYS, seed=seed
        )
        pooled_plan = ForecastPlan(
            first_day=plan.first_day, horizon_days=HORIZON_DAYS, seed=seed, priors=priors
        )
        scale = naive_scale(known, 7)
        found.append(
            [
                float(np.abs(forecast_series(series, one, calendar).mean - outcome).mean()) / scale
                for one in (plan, pooled_plan)
            ]
        )
    local, pooled = np.mean(found, axis=0).tolist()
    return local, pooled


def gain_percent(pairs: Floats) -> float:
    """How much less the pooled error is than the local one, over all worlds [percent]."""
    local, pooled = pairs.mean(axis=0)
    return float(100 * (1 - pooled / local))


def interval(pairs: Floats) -> tuple[float, float]:
    """95 % interval of the gain: worlds drawn again (bootstrap, percentiles)."""
    rng = np.random.default_rng(0)
    draws = rng.integers(0, len(pairs), (DRAWS, len(pairs)))
    gains = [gain_percent(pairs[draw]) for draw in draws]
    low, high = np.quantile(gains, [0.025, 0.975])
    return float(low), float(high)


def bars(seeds: int = SEEDS) -> list[Bar]:
    """The gain over all worlds, and the lower end of its interval."""
    pairs = np.array([errors(seed) for seed in range(seeds)])
    low, high = interval(pairs)
    local, pooled = pairs.mean(axis=0)
    print(f"federated: MASE {local:.4f} local, {pooled:.4f} pooled, {seeds} worlds,", end=" ")
    print(f"gain {gain_percent(pairs):.2f} % [{low:.2f}, {high:.2f}]")
    return [
        at_least(
            f"federated: MASE of 6 months of history, pooled below local [%], {seeds} worlds",
            gain_percent(pairs),
            5.0,
        ),
        at_least("federated: the same, lower end of the 95 % interval [%]", low, 0.0),
    ]


if __name__ == "__main__":
    for bar in bars():
        print(bar)
