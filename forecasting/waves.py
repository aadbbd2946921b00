"""An epidemic wave over ordinary demand: when it comes, how high, and how sure its height is.

A wave adds a share of ordinary demand to every sample path. Its height is one number for all
days and hospitals of a path: an epidemic that is worse than thought is worse everywhere.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator
from scipy.special import ndtri

from forecasting.calendar_design import period_means
from forecasting.effects import Effect
from forecasting.forecast import quantiles_of
from forecasting.series import edge_days
from hospital.base import DAYS_PER_WEEK
from hospital.errors import Sentence, say
from hospital.streams import stream_key

if TYPE_CHECKING:
    from forecasting.series import Floats
    from hospital.forecast import DemandForecast

WHAT_IF = "what_if"
"""The warning that every what-if carries."""
EDGE_SHARE = 0.05
"""A wave begins, and ends, at this share of its peak."""
INFLUENZA_REPRODUCTION_NUMBER = 1.28
"""Median of seasonal influenza (Biggerstaff et al. 2014, BMC Infectious Diseases 14:480)."""
LATENT_SHARE = 1.4 / 4.8
"""Incubation over shedding of influenza: Lessler et al. 2009, Lancet Infectious Diseases 9:291;
Carrat et al. 2008, American Journal of Epidemiology 167:775."""
FIRST_INFECTED = 1e-6
STEP = 0.02  # of the time that one person infects others
HIGH_LEVEL = 0.9


class Wave(Effect):
    """What waves share: a height that is exceeded by ``high_factor`` once in ten times."""

    high_factor: float = Field(default=1.0, ge=1, le=5)
    """One time in ten the wave is more than so many times as high; 1 if its height is known."""

    def extra_shares(self, first: date, days: int) -> Floats:
        """What it adds at its middle height, as a share of ordinary demand, (days,)."""
        raise NotImplementedError

    @property
    def spread(self) -> float:
        """Standard deviation of the logarithm of its height, which is log-normal."""
        return float(np.log(self.high_factor) / ndtri(HIGH_LEVEL))

    def heights(self, paths: int, seed: int) -> Floats:
        """How many times its middle height it has in each path, (paths,).

        Every path has its own part of the law (stratified), in an order of chance.
        """
        rng = np.random.default_rng(stream_key(seed, "what-if", self.name))
        chances = (rng.permutation(paths) + 0.5) / paths
        heights: Floats = np.exp(self.spread * ndtri(chances))
        return heights

    def on(self, forecast: DemandForecast, seed: int) -> DemandForecast:
        """The forecast with the wave in every path, its quantiles and mean; itself where it ends.

        Quantiles move as those of the paths do; the mean by the mean of the log-normal height.
        """
        edges = edge_days(forecast.first_day, forecast.horizon, forecast.period)
        shares = period_means(self.extra_shares(forecast.first_day, int(edges[-1])), edges)
        if not shares.any():
            return forecast
        before = forecast.sample_paths
        paths = before * (1 + self.heights(len(before), seed)[:, None] * shares)
        mean = forecast.mean * (1 + np.exp(self.spread**2 / 2) * shares)
        old, new = quantiles_of(before), quantiles_of(paths)
        moved = np.divide(new, old, out=np.ones_like(new), where=old > 0)
        return replace(
            forecast,
            mean=mean,
            quantiles=np.sort(forecast.quantiles * moved, axis=1),
            sample_paths=paths,
            backtest=None,
            components={**forecast.components, self.part: mean - forecast.mean},
            warnings=tuple(dict.fromkeys((*forecast.warnings, WHAT_IF))),
            what_if=(*forecast.what_if, self.name),
        )


class EpidemicWave(Wave):
    """A wave as an epidemic makes it: susceptible, exposed, infectious, recovered (SEIR).

    ``first_day`` and ``last_day`` are those on which it has a twentieth of its peak. Without
    ``last_day`` it goes at the pace at which it came, as the equations say.
    """

    together: ClassVar[Sentence] = say("first_day before peak_day, peak_day before last_day")

    kind: Literal["epidemic_wave"] = "epidemic_wave"
    first_day: date
    peak_day: date
    last_day: date | None = None
    peak_share: float = Field(gt=0, le=10)
    """What the peak adds, as a share of ordinary demand: 0.35 is 35 % more."""
    reproduction_number: float = Field(default=INFLUENZA_REPRODUCTION_NUMBER, ge=1.05, le=20)
    """Whom one person infects at the start; the larger, the more sudden the wave."""

    @model_validator(mode="after")
    def _in_order(self) -> EpidemicWave:
        if self.peak_day <= self.first_day or (self.last_day or date.max) <= self.peak_day:
            raise ValueError(str(self.together))
        return self

    def extra_shares(self, first: date, days: int) -> Floats:
        """What it adds at its middle height, as a share of ordinary demand, (days,)."""
        curve = seir_curve(self.reproduction_number)
        peak = int(np.argmax(curve))
        rise = (self.peak_day - self.first_day).days
        pace = peak / rise
        fall = (len(curve) - 1 - peak) / pace
        if self.last_day is not None:
            fall = float((self.last_day - self.peak_day).days)
        since_peak = np.arange(days, dtype=float) - (self.peak_day - first).days
        places = np.where(
            since_peak <= 0,
            peak + since_peak * pace,
            peak + since_peak * (len(curve) - 1 - peak) / fall,
        )
        shares: Floats = self.peak_share * np.interp(
            places, np.arange(len(curve)), curve, left=0.0, right=0.0
        )
        return shares


class StatedWave(Wave):
    """A wave whose curve is known, week by week: last year's, or what an agency foresees."""

    kind: Literal["stated_wave"] = "stated_wave"
    first_day: date
    weekly_shares: tuple[Annotated[float, Field(ge=0, le=10)], ...] = Field(
        min_length=1, max_length=60
    )
    """What each week adds, as a share of ordinary demand."""

    def extra_shares(self, first: date, days: int) -> Floats:
        """What it adds at its middle height, as a share of ordinary demand, (days,)."""
        shares = np.zeros(days)
        stated = np.repeat(self.weekly_shares, DAYS_PER_WEEK)
        starts = (self.first_day - first).days
        begin, end = max(0, starts), min(days, starts + len(stated))
        if begin < end:
            shares[begin:end] = stated[begin - starts : end - starts]
        return shares


@cache
def seir_curve(reproduction_number: float) -> Floats:
    """New cases of an SEIR epidemic by even steps of time, 1 at the peak, cut at ``EDGE_SHARE``.

    Kermack and McKendrick 1927 with a latent stage (Anderson and May 1991, Infectious Diseases
    of Humans, chapter 3), in units of the time that one person infects others.
    """
    susceptible, exposed, infectious = 1 - FIRST_INFECTED, FIRST_INFECTED, 0.0
    new: list[float] = []
    highest = 0.0
    while not new or new[-1] >= EDGE_SHARE * highest or new[-1] >= new[-2]:
        infections = reproduction_number * susceptible * infectious
        falling_ill = exposed / LATENT_SHARE
        susceptible -= STEP * infections
        exposed += STEP * (infections - falling_ill)
        infectious += STEP * (falling_ill - infectious)
        new.append(exposed / LATENT_SHARE)
        highest = max(highest, new[-1])
    cases = np.array(new)
    peak = int(np.argmax(cases))
    early = np.flatnonzero(cases[:peak] < EDGE_SHARE * cases[peak])
    curve: Floats = cases[early[-1] + 1 :] / cases[peak]
    return curve
