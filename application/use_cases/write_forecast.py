"""Writes every period of a forecast to a file for a spreadsheet or a machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from application.use_cases.forecast_demand import ForecastSet
from application.whole_file import whole
from hospital.errors import GstError, say
from hospital.forecast import QUANTILE_LEVELS, DemandForecast

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMATS = (".csv", ".json", ".parquet")
PERCENT = 100


def require_format(file: Path) -> None:
    """Asked before the work. Raises ``GstError`` for a file that is none of ``FORMATS``."""
    if file.suffix.lower() not in FORMATS:
        raise GstError(
            "unknown_format",
            say(
                "{file} cannot be written; end its name in {formats}.",
                file=str(file),
                formats=", ".join(FORMATS),
            ),
        )


def write_forecasts(found: ForecastSet, file: Path) -> None:
    """One row for each period of each series; whole or not at all."""
    frame = forecast_frame(found)
    write = {".csv": _write_csv, ".json": _write_json, ".parquet": _write_parquet}
    with whole(file) as draft:
        write[file.suffix.lower()](frame, draft)


def forecast_frame(found: ForecastSet) -> pd.DataFrame:
    """Columns run, series, day, period, mean, p05 to p95, model; counts per period.

    A what-if says so in a column of its own.
    """
    rows = [row for forecast in found.forecasts for row in _rows(forecast)]
    frame = pd.DataFrame(rows)
    frame.insert(0, "run", found.run)
    return frame


def _rows(forecast: DemandForecast) -> Iterator[dict[str, object]]:
    levels = [f"p{PERCENT * level:02.0f}" for level in QUANTILE_LEVELS]
    for day, mean, quantiles in zip(
        forecast.days(), forecast.mean, forecast.quantiles, strict=True
    ):
        yield {
            "series": str(forecast.key),
            "day": day.isoformat(),
            "period": forecast.period.value,
            "mean": float(mean),
            **dict(zip(levels, quantiles.tolist(), strict=True)),
            "model": forecast.model,
            **({"what_if": "; ".join(forecast.what_if)} if forecast.what_if else {}),
        }


def _write_csv(frame: pd.DataFrame, file: Path) -> None:
    frame.to_csv(file, index=False, lineterminator="\n")


def _write_json(frame: pd.DataFrame, file: Path) -> None:
    rows = json.dumps(frame.to_dict("records"), ensure_ascii=False, indent=2)
    file.write_text(rows + "\n", encoding="utf-8")


def _write_parquet(frame: pd.DataFrame, file: Path) -> None:
    frame.to_parquet(file, index=False, compression="zstd")
