"""The few rows that a person reads of a fit of the twin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from hospital.tables import Col
from hospital.twin_result import Indicator

OBSERVED, SIMULATED, LOW, HIGH = "observed", "simulated", "low", "high"
MEASURE, MEAN = "measure", "mean"


@dataclass(frozen=True, slots=True)
class FitRow:
    """One unit: occupied beds with the 90 % of the replications, admissions, length of stay."""

    unit: str
    beds_observed: float
    beds_simulated: float
    beds_low: float
    beds_high: float
    admissions_observed: float
    admissions_simulated: float
    stay_days_observed: float
    stay_days_simulated: float


def fit_rows(fit: pd.DataFrame) -> tuple[FitRow, ...]:
    """Every unit, in the order of the report."""
    cells = _cells(fit)
    units = fit.loc[fit[MEASURE] == MEAN, Col.PLACE].tolist()
    return tuple(
        FitRow(
            unit,
            *(cells[unit, MEAN, name] for name in (OBSERVED, SIMULATED, LOW, HIGH)),
            *(cells[unit, Indicator.ADMISSIONS, name] for name in (OBSERVED, SIMULATED)),
            *(cells[unit, Indicator.LENGTH_OF_STAY, name] for name in (OBSERVED, SIMULATED)),
        )
        for unit in units
    )


def _cells(fit: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    return {
        (str(row[Col.PLACE]), str(row[MEASURE]), name): float(row[name])
        for row in fit.to_dict("records")
        for name in (OBSERVED, SIMULATED, LOW, HIGH)
    }


def shape_of_the_gst(fit: pd.DataFrame, cell: str) -> tuple[tuple[int, float, float], ...]:
    """All units together by ``hour`` or ``weekday`` (Monday is 0): number, observed, simulated."""
    own = fit[fit[MEASURE].str.startswith(f"{cell}:")]
    number = own[MEASURE].str.removeprefix(f"{cell}:").astype(int)
    totals = own.groupby(number)[[OBSERVED, SIMULATED]].sum().sort_index()
    return tuple((int(at), float(one), float(two)) for at, one, two in totals.itertuples())


@dataclass(frozen=True, slots=True)
class StayRow:
    """One law against the stays of one unit, and kind of admission if not empty.

    ``distance`` is the largest gap to the observed survival; nothing for the observed law.
    """

    unit: str
    kind: str
    law: str
    stays: int
    running_share: float
    mean_days: float
    cv: float
    aic: float | None
    bic: float | None
    distance: float | None
    rejected: bool
    chosen: bool


def stay_rows(laws: pd.DataFrame) -> tuple[StayRow, ...]:
    """Every law of every group, in the order of the report."""
    return tuple(_stay_row(row) for row in laws.to_dict("records"))


def _stay_row(row: dict[Any, Any]) -> StayRow:
    aic, bic, distance = (
        None if pd.isna(row[name]) else float(row[name]) for name in ("aic", "bic", "distance")
    )
    return StayRow(
        unit=row[Col.UNIT],
        kind=row[Col.KIND],
        law=row["law"],
        stays=int(row["stays"]),
        running_share=float(row["censored_share"]),
        mean_days=float(row["mean_hours"]) / 24,
        cv=float(row["cv"]),
        aic=aic,
        bic=bic,
        distance=distance,
        rejected=bool(row["rejected"]),
        chosen=bool(row["chosen"]),
    )
