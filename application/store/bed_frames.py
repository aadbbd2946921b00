"""Turns forecasts of beds and their scores into bytes and back, equal to the last bit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd

from application.store.frames import frame_from, frame_result
from application.store.runs import Result
from hospital.bed_forecast import BedForecast, BedForecastScore
from hospital.tables import Col

FIRST_DAY, BEDS, TODAY, MEMBERS, REPLICATIONS = (
    *("first_day", "beds", "today", "members", "replications"),
)
GRIDS = ("observed", "crps", "persistence", "spread_persistence", "pit")


def forecast_results(forecast: BedForecast, scores: Iterable[BedForecastScore]) -> list[Result]:
    """The forecast and the scores of past ones, as the results ``beds`` and ``scores``."""
    rows = [_score_row(one, at) for one in scores for at in range(len(one.units))]
    columns = [FIRST_DAY, Col.UNIT, *GRIDS]
    return [
        frame_result("beds", _forecast_frame(forecast)),
        frame_result("scores", pd.DataFrame(rows, columns=columns)),
    ]


def _forecast_frame(forecast: BedForecast) -> pd.DataFrame:
    """A row for each unit; ``members`` are flat, replication by replication."""
    members = np.moveaxis(forecast.members, 1, 0).reshape(len(forecast.units), -1)
    return pd.DataFrame(
        {
            FIRST_DAY: forecast.first_day.isoformat(),
            Col.HOUR: forecast.hour,
            REPLICATIONS: len(forecast.members),
            Col.UNIT: forecast.units,
            BEDS: forecast.beds,
            TODAY: forecast.today,
            MEMBERS: members.tolist(),
        }
    )


def forecast_from(content: bytes) -> BedForecast:
    """The forecast that ``forecast_results`` stored."""
    frame = frame_from(content)
    first = frame.iloc[0]
    members = np.stack(frame[MEMBERS].tolist()).astype(np.int64)
    members = members.reshape(len(frame), int(first[REPLICATIONS]), -1)
    return BedForecast(
        first_day=date.fromisoformat(first[FIRST_DAY]),
        units=tuple(frame[Col.UNIT].tolist()),
        beds=frame[BEDS].to_numpy(dtype=np.int64),
        today=frame[TODAY].to_numpy(dtype=np.int64),
        members=np.moveaxis(members, 0, 1),
        hour=int(first[Col.HOUR]),
    )


def _score_row(one: BedForecastScore, at: int) -> list[object]:
    grids = (getattr(one, name)[at].tolist() for name in GRIDS)
    return [one.first_day.isoformat(), one.units[at], *grids]


def scores_from(content: bytes) -> tuple[BedForecastScore, ...]:
    """The scores that ``forecast_results`` stored, in their order."""
    frame = frame_from(content)
    return tuple(
        BedForecastScore(
            date.fromisoformat(str(day)),
            tuple(rows[Col.UNIT].tolist()),
            *(np.stack(rows[name].tolist()) for name in GRIDS),
        )
        for day, rows in frame.groupby(FIRST_DAY, sort=False)
    )
