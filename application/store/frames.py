"""Turns results into bytes and back: frames as Parquet, domain values as JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from application.store.runs import JSON, PARQUET, Result
from hospital.errors import GstError, say
from hospital.forecast import (
    BacktestCard,
    DataFinding,
    DemandForecast,
    Period,
    SeriesKey,
    SeriesKind,
    Severity,
)
from hospital.twin_result import ReachedPrecision, TwinResult


def frame_result(name: str, frame: pd.DataFrame) -> Result:
    """A frame as a Parquet result."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False, compression="zstd")
    return Result(name, PARQUET, buffer.getvalue())


def frame_from(content: bytes) -> pd.DataFrame:
    """The frame of a Parquet result."""
    return pd.read_parquet(io.BytesIO(content))


def json_result(name: str, value: Any) -> Result:
    """Plain values as a JSON result."""
    return Result(name, JSON, json.dumps(value, sort_keys=True, ensure_ascii=False).encode())


def twin_results(prefix: str, result: TwinResult) -> list[Result]:
    """A run of the twin as three results that start with ``prefix``."""
    design = {
        "replications": result.replications,
        "horizon_days": result.horizon_days,
        "warmup_days": result.warmup_days,
        "seed": result.seed,
        "overloaded": list(result.overloaded),
        "start": result.start,
        "census_patients": result.census_patients,
        "crowded": dict(result.crowded),
        "precision": [asdict(one) for one in result.precision],
        "warmup_source": result.warmup_source,
        "short_of_physicians": list(result.short_of_physicians),
    }
    return [
        frame_result(f"{prefix}_indicators", result.indicators),
        frame_result(f"{prefix}_occupancy", result.occupancy),
        json_result(f"{prefix}_design", design),
    ]


def twin_from(indicators: bytes, occupancy: bytes, design: bytes) -> TwinResult:
    """The run of the twin that ``twin_results`` stored."""
    values = json.loads(design)
    values["overloaded"] = tuple(values["overloaded"])
    values["short_of_physicians"] = tuple(values.get("short_of_physicians", ()))
    values["precision"] = tuple(ReachedPrecision(**one) for one in values.get("precision", ()))
    return TwinResult(indicators=frame_from(indicators), occupancy=frame_from(occupancy), **values)


def forecast_result(forecasts: Iterable[DemandForecast]) -> Result:
    """Forecasts as one Parquet result, one row for each series.

    Raises:
        GstError: ``what_if_is_no_forecast``: what holds under an assumption is never on record.
    """
    forecasts = tuple(forecasts)
    for one in forecasts:
        if one.what_if:
            raise GstError(
                "what_if_is_no_forecast",
                say(
                    "{series} is a what-if: it is never stored as a forecast.", series=str(one.key)
                ),
            )
    return frame_result("forecasts", pd.DataFrame([_row(forecast) for forecast in forecasts]))


def _row(forecast: DemandForecast) -> dict[str, Any]:
    return {
        "kind": forecast.key.kind.value,
        "hospital": forecast.key.hospital,
        "item": forecast.key.item,
        "first_day": forecast.first_day.isoformat(),
        "period": forecast.period.value,
        "mean": forecast.mean.tolist(),
        "quantiles": forecast.quantiles.ravel().tolist(),
        "sample_paths": forecast.sample_paths.ravel().tolist(),
        "model": forecast.model,
        "backtest": json.dumps(asdict(forecast.backtest) if forecast.backtest else None),
        "components": json.dumps({n: v.tolist() for n, v in forecast.components.items()}),
        "warnings": json.dumps(list(forecast.warnings)),
        "findings": json.dumps([asdict(found) for found in forecast.findings], default=str),
    }


def forecasts_from(content: bytes) -> tuple[DemandForecast, ...]:
    """The forecasts that ``forecast_result`` stored, equal to the last bit."""
    return tuple(_forecast(row) for row in frame_from(content).to_dict("records"))


def _forecast(row: dict[Any, Any]) -> DemandForecast:
    mean = np.asarray(row["mean"], dtype=float)
    card = json.loads(row["backtest"])
    return DemandForecast(
        key=SeriesKey(SeriesKind(row["kind"]), row["hospital"], row["item"]),
        first_day=date.fromisoformat(row["first_day"]),
        period=_period(row),
        mean=mean,
        quantiles=np.asarray(row["quantiles"], dtype=float).reshape(len(mean), -1),
        sample_paths=np.asarray(row["sample_paths"], dtype=float).reshape(-1, len(mean)),
        model=row["model"],
        backtest=None if card is None else BacktestCard(**card),
        components={name: np.asarray(v) for name, v in json.loads(row["components"]).items()},
        warnings=tuple(json.loads(row["warnings"])),
        findings=tuple(_finding(found) for found in json.loads(row.get("findings", "[]"))),
    )


def _period(row: dict[Any, Any]) -> Period:
    """Forecasts stored before there were months say so many days."""
    if "period" in row:
        return Period(row["period"])
    return Period.DAY if row["period_days"] == 1 else Period.WEEK


def _finding(values: dict[str, Any]) -> DataFinding:
    days = {name: date.fromisoformat(values[name]) for name in ("first_day", "last_day")}
    return DataFinding(**{**values, **days, "severity": Severity(values["severity"])})
