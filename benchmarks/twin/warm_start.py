"""Beds forecast from the census on held-back days of the demo GST, against persistence.

    python -m benchmarks.twin.warm_start [SEED ...]

Ten start days, ten days apart (every weekday occurs), each with nothing later than its midnight:
visits forecast by Prophet on the past, twin calibrated on the past, tonight to the seventh night,
every inpatient unit of every hospital. Persistence is today's census: as a point (CRPS is its
absolute error) and, stricter, with the spread of its own changes in the year before.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta

from hospital.bed_forecast import BedForecastRecord, BedForecastScore
from hospital.calendar import MoroccanCalendar
from hospital.compute import serially
from hospital.forecast import SeriesKind
from hospital.gst import Gst
from hospital.history import History
from scenarios.demo import DemoSize, generate
from twin.bed_forecast import BedPlan, Visits, forecast_at, known_at, score

SEEDS = (1, 2, 3)
ORIGINS, DAYS_BETWEEN, DAYS_AHEAD, REPLICATIONS = 10, 10, 7, 40
LEAST_WINS, LEAST_COVERAGE, MOST_COVERAGE = 8.0, 0.72, 0.88


def measure(seeds: tuple[int, ...] = SEEDS) -> list[tuple[str, float, float, bool]]:
    """Rows of a ``Bar``: the worst of these demo GSTs."""
    records = [_record(seed) for seed in seeds]
    wins = min(one.wins for one in records)
    coverage = [one.coverage_80 for one in records]
    return [
        ("warm start: start days of 10 better than persistence", wins, LEAST_WINS, True),
        ("warm start: least coverage of the 80 % interval", min(coverage), LEAST_COVERAGE, True),
        ("warm start: most coverage of the 80 % interval", max(coverage), MOST_COVERAGE, False),
    ]


def _record(seed: int) -> BedForecastRecord:
    gst, history = generate(DemoSize.DEFAULT, seed)
    last = gst.identity.as_of - timedelta(days=DAYS_AHEAD)
    days = [last - timedelta(days=DAYS_BETWEEN * at) for at in range(ORIGINS)]
    scores = tuple(_score(gst, history, day) for day in days)
    record = BedForecastRecord.of(scores)
    print(
        f"seed {seed}: CRPS {record.crps:.3f} beds, persistence {record.persistence:.3f} "
        f"(won {record.wins} of {ORIGINS}), with spread {record.spread_persistence:.3f} "
        f"(won {record.spread_wins}), 80 % interval covers {record.coverage_80:.3f}, PIT deciles "
        + " ".join(f"{share:.3f}" for share in record.pit_deciles)
    )
    return record


def _score(gst: Gst, history: History, day: date) -> BedForecastScore:
    past = known_at(gst, history, day)
    origin = known_at(gst, history, day, _visits(past.gst, past.history, day))
    plan = BedPlan(first_day=day, days=DAYS_AHEAD, replications=REPLICATIONS)
    found = score(forecast_at(origin, plan), history, gst.identity.as_of)
    print(
        f"{day:%a %d/%m}: CRPS {found.crps.mean():.3f}, persistence "
        f"{found.persistence.mean():.3f}, with spread {found.spread_persistence.mean():.3f}, "
        f"inside 80 % {found.inside_80.mean():.3f}"
    )
    return found


def _visits(gst: Gst, past: History, day: date) -> Visits:
    """Daily visits of each hospital, forecast from the days before."""
    from forecasting.gst import forecast_all  # noqa: PLC0415 - Prophet would burden other races
    from forecasting.history_series import series_of  # noqa: PLC0415
    from forecasting.plan import ForecastPlan  # noqa: PLC0415

    series = [one for one in series_of(gst, past, day) if one.key.kind is SeriesKind.VISITS]
    plan = ForecastPlan(first_day=day, horizon_days=DAYS_AHEAD, backtest_origins=0)
    forecasts = forecast_all(series, plan, MoroccanCalendar.load(), serially)
    return {one.key.hospital: one for one in forecasts}


if __name__ == "__main__":
    for row in measure(tuple(map(int, sys.argv[1:])) or SEEDS):
        print(*row)
