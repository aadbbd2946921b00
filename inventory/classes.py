"""Which medicines deserve the closest look: ABC by money, XYZ by how steadily they are used.

ABC ranks medicines by the value of what a hospital will use (Dickie 1951; WHO, "Managing access
to medicines", chapter 40: with VEN, the usual matrix); XYZ by the coefficient of variation of
weekly use. Both come from the forecast, so that a new medicine is classed by what is expected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from hospital.forecast import DemandForecast, SeriesKey
from hospital.gst import Gst
from hospital.pharmacy import VenClass
from inventory.holdings import holdings_of, offers_of

A_SHARE, B_SHARE = 0.80, 0.95
STEADY_CV, VARIABLE_CV = 0.5, 1.0


class ValueClass(StrEnum):
    """A: the first 80 % of the money; B: the next 15 %; C: the rest."""

    A = "A"
    B = "B"
    C = "C"


class UseClass(StrEnum):
    """X: steady use; Y: variable; Z: irregular."""

    X = "X"
    Y = "Y"
    Z = "Z"


@dataclass(frozen=True, slots=True)
class MedicineClass:
    """The place of a medicine of a hospital in the matrix.

    ``value_mad_per_year`` is what it will use at the lowest offered price; ``weekly_cv`` the
    coefficient of variation of a period's use over all sample paths.
    """

    hospital: str
    medicine: str
    ven: VenClass
    value_mad_per_year: float
    value_class: ValueClass
    weekly_cv: float
    use_class: UseClass


def medicine_classes(
    gst: Gst, forecasts: Mapping[SeriesKey, DemandForecast]
) -> tuple[MedicineClass, ...]:
    """The classes of every hospital and medicine with a forecast and a price, in table order.

    A medicine belongs to A until the dearer ones of its hospital make up 80 % of the money.
    """
    prices = {
        row.medicine: min(
            (offer.unit_price_mad for offer, _ in offers_of(gst, row.medicine)), default=0.0
        )
        for row in gst.medicines
    }
    rows = []
    for hospital in gst.hospitals:
        held = [row for row in holdings_of(gst, forecasts)[0] if row.hospital == hospital.hospital]
        values = np.array(
            [_yearly_units(row.forecast) * prices[row.medicine.medicine] for row in held]
        )
        for row, value, abc in zip(held, values, _by_value(values), strict=True):
            cv = _cv(row.forecast)
            place = row.hospital, row.medicine.medicine, row.medicine.ven
            rows.append(MedicineClass(*place, float(value), abc, cv, _by_use(cv)))
    return tuple(rows)


DAYS_PER_YEAR = 365.0


def _yearly_units(forecast: DemandForecast) -> float:
    return float(forecast.mean.mean()) * DAYS_PER_YEAR / forecast.period.days


def _by_value(values: np.ndarray) -> list[ValueClass]:
    """The class of each value: by the share of the money that dearer ones make up."""
    order = np.argsort(-values, kind="stable")
    dearer = np.zeros(len(values))
    dearer[order] = np.cumsum(values[order]) - values[order]
    total = float(values.sum()) or 1.0
    return [
        ValueClass.A if share < A_SHARE else ValueClass.B if share < B_SHARE else ValueClass.C
        for share in dearer / total
    ]


def _cv(forecast: DemandForecast) -> float:
    mean = float(forecast.sample_paths.mean())
    return float(forecast.sample_paths.std()) / mean if mean > 0 else 0.0


def _by_use(cv: float) -> UseClass:
    if cv <= STEADY_CV:
        return UseClass.X
    return UseClass.Y if cv <= VARIABLE_CV else UseClass.Z
