"""The few rows that a person reads of a result; command, report and page show the same."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from application.words import (
    HEADLINES,
    HOSPITAL_HEADLINES,
    UNIT_HEADLINES,
    indicator_name,
)
from hospital.errors import Sentence, say
from hospital.forecast import DemandForecast
from hospital.gst import Gst
from hospital.stock_plan import OrderLine, StockPlan
from hospital.tables import Col
from hospital.twin_result import TwinResult
from scenarios.comparison import BASELINE, DIFFERENCE, HIGH, LOW, SCENARIO, Comparison
from scenarios.language import Scenario

LOW_LEVEL, HIGH_LEVEL = 0.1, 0.9


class Effect(StrEnum):
    """What an interval allows to say of a difference."""

    LOWER = "lower"
    HIGHER = "higher"
    NONE = "unchanged"
    UNCLEAR = "unclear"


EFFECTS: dict[Effect, Sentence] = {
    Effect.LOWER: say("lower"),
    Effect.HIGHER: say("higher"),
    Effect.NONE: say("unchanged"),
    Effect.UNCLEAR: say("not clear"),
}


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One headline: baseline, scenario, and the paired difference with its 95 % interval.

    ``place`` is empty for the whole GST.
    """

    indicator: str
    place: str
    name: str
    baseline: float
    scenario: float
    difference: float
    low: float
    high: float

    @property
    def effect(self) -> Effect:
        """Whether the interval excludes zero, and on which side; exactly zero is unchanged."""
        if self.difference == self.low == self.high == 0:
            return Effect.NONE
        if self.high < 0:
            return Effect.LOWER
        return Effect.HIGHER if self.low > 0 else Effect.UNCLEAR


def headline_rows(comparison: Comparison) -> tuple[DifferenceRow, ...]:
    """The headline indicators of the whole GST, in reading order, those that were measured."""
    found = (difference_row(comparison, indicator) for indicator in HEADLINES)
    return tuple(row for row in found if row is not None)


def local_rows(comparison: Comparison, gst: Gst, scenario: Scenario) -> tuple[DifferenceRow, ...]:
    """What changes where the scenario acts: each changed unit, then its hospital."""
    units = dict.fromkeys(
        str(unit)
        for change in scenario.changes
        if (unit := getattr(change, "unit", None)) is not None
    )
    hospitals = dict.fromkeys(gst.unit(unit).hospital for unit in units)
    asked = [(indicator, unit) for unit in units for indicator in UNIT_HEADLINES]
    asked += [(indicator, place) for place in hospitals for indicator in HOSPITAL_HEADLINES]
    found = (difference_row(comparison, indicator, place) for indicator, place in asked)
    return tuple(row for row in found if row is not None)


def difference_row(comparison: Comparison, indicator: str, place: str = "") -> DifferenceRow | None:
    """One indicator at one place, or None if it was not measured there."""
    try:
        row = comparison.row(indicator, place)
    except KeyError:
        return None
    return DifferenceRow(
        indicator,
        place,
        indicator_name(indicator),
        *(float(row[column]) for column in (BASELINE, SCENARIO, DIFFERENCE, LOW, HIGH)),
    )


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """One series in a line: the total over its horizon with an 80 % interval."""

    series: str
    periods: int
    period: str
    total: float
    low: float
    high: float
    model: str
    mase: float | None
    naive_mase: float | None
    coverage_80: float | None
    crps: float | None = None


def forecast_row(forecast: DemandForecast) -> ForecastRow:
    """The total of the horizon; its interval comes from the sums of the sample paths."""
    totals = forecast.sample_paths.sum(axis=1)
    low, high = np.quantile(totals, [LOW_LEVEL, HIGH_LEVEL])
    card = forecast.backtest
    return ForecastRow(
        series=str(forecast.key),
        periods=forecast.horizon,
        period=forecast.period.value,
        total=float(forecast.mean.sum()),
        low=float(low),
        high=float(high),
        model=forecast.model,
        mase=None if card is None else card.mase,
        naive_mase=None if card is None else card.naive_mase,
        coverage_80=None if card is None else card.coverage_80,
        crps=None if card is None else card.crps,
    )


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit in the twin: its beds, mean occupied beds, and the band of 80 % of its hours."""

    unit: str
    beds: int
    occupied: float
    low: float
    high: float


def unit_rows(gst: Gst, result: TwinResult) -> tuple[UnitRow, ...]:
    """Every unit that has beds, in the order of the GST; means over the hours of the run."""
    beds = gst.beds_by_unit()
    means = result.occupancy.groupby(Col.UNIT)[[Col.MEAN, Col.P10, Col.P90]].mean()
    bands = dict(zip(means.index, means.to_numpy(), strict=True))
    return tuple(
        UnitRow(unit.unit, beds[unit.unit], *(float(value) for value in bands[unit.unit]))
        for unit in gst.units
        if beds[unit.unit] and unit.unit in bands
    )


def overload_sentences(result: TwinResult) -> tuple[Sentence, ...]:
    """One sentence for each unit that more patients want than it can serve."""
    return tuple(
        say("{unit}: more patients than its physicians can see.", unit=unit)
        if unit in result.short_of_physicians
        else say("{unit}: more patients than its beds can serve.", unit=unit)
        for unit in result.overloaded
    )


def riskiest_lines(plan: StockPlan, count: int) -> tuple[OrderLine, ...]:
    """The order lines that take away most risk of running out, largest first."""
    return tuple(
        sorted(
            plan.lines,
            key=lambda line: (
                line.stockout_probability_after - line.stockout_probability_before,
                line.hospital,
                line.medicine,
            ),
        )[:count]
    )
