"""The few figures that a person reads of a forecast of beds; command and page show the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hospital.bed_forecast import TAIL, BedForecast, BedForecastScore

SPARKS = "▁▂▃▄▅▆▇█"
EVEN_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class BedRow:
    """One unit at the hour of one day: patients, the central 80 %, and P(no free bed)."""

    unit: str
    day: date
    beds: int
    today: int
    mean: float
    p10: int
    p50: int
    p90: int
    full_probability: float


def bed_rows(forecast: BedForecast) -> tuple[BedRow, ...]:
    """Every unit and day, unit by unit."""
    mean, full = forecast.mean, forecast.full_probability
    bands = [forecast.quantile(level) for level in (TAIL, 0.5, 1 - TAIL)]
    return tuple(
        BedRow(
            unit=unit,
            day=day,
            beds=int(forecast.beds[at]),
            today=int(forecast.today[at]),
            mean=float(mean[at, lead]),
            **dict(
                zip(("p10", "p50", "p90"), (int(band[at, lead]) for band in bands), strict=True)
            ),
            full_probability=float(full[at, lead]),
        )
        for at, unit in enumerate(forecast.units)
        for lead, day in enumerate(forecast.days)
    )


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One past forecast: how many days of it have happened, and its scores [patients]."""

    first_day: date
    days: int
    crps: float
    persistence: float
    spread_persistence: float
    coverage_80: float


def score_row(score: BedForecastScore) -> ScoreRow:
    """Means over units and days."""
    return ScoreRow(
        first_day=score.first_day,
        days=score.crps.shape[1],
        crps=float(score.crps.mean()),
        persistence=float(score.persistence.mean()),
        spread_persistence=float(score.spread_persistence.mean()),
        coverage_80=float(score.inside_80.mean()),
    )


def sparkline(shares: tuple[float, ...]) -> str:
    """Shares as a line of blocks; the middle block is an even share."""
    middle = len(SPARKS) / 2
    heights = (min(int(middle * share / EVEN_SHARE), len(SPARKS) - 1) for share in shares)
    return "".join(SPARKS[height] for height in heights)
