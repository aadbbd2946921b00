"""What the pharmacy holds and buys: medicines, suppliers, offers, lots, open orders."""

from datetime import date
from enum import StrEnum

from pydantic import Field, field_validator

from hospital.base import Frozen
from hospital.places import Code

GTIN_LENGTHS = (8, 12, 13, 14)


class VenClass(StrEnum):
    """Vital, essential, necessary (WHO): what a shortage would do to patients."""

    VITAL = "V"
    ESSENTIAL = "E"
    NECESSARY = "N"


class Storage(StrEnum):
    """Conditions of storage."""

    AMBIENT = "ambient"
    COLD = "cold"


def gtin_check_digit(digits: str) -> int:
    """The last digit that a GTIN with these leading digits must have.

    Source: GS1 General Specifications, section 7.9.1 (weights 3, 1 from the right).
    """
    weighted = (int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return -sum(weighted) % 10


def is_valid_gtin(gtin: str) -> bool:
    """Whether a GTIN has a legal length and the right check digit."""
    if not gtin.isascii() or not gtin.isdigit() or len(gtin) not in GTIN_LENGTHS:
        return False
    return gtin_check_digit(gtin[:-1]) == int(gtin[-1])


class Medicine(Frozen):
    """A medicine as the hospital issues it, by DCI, strength and form. Counted in units."""

    medicine: Code
    inn: str = Field(min_length=1)
    strength: str = Field(min_length=1)
    form: str = Field(min_length=1)
    ven: VenClass
    storage: Storage
    controlled: bool
    gtin: str | None = None
    shelf_life_days: int = Field(gt=0, le=3650)
    units_per_bed_day: float = Field(ge=0, le=1000, description="mean issues [units/bed-day]")
    unit_litres: float | None = Field(
        default=None, gt=0, le=1000, description="room that a unit takes, packed [litres]"
    )

    @field_validator("gtin")
    @classmethod
    def _check_digit(cls, gtin: str | None) -> str | None:
        if gtin is not None and not is_valid_gtin(gtin):
            raise ValueError(f"{gtin} is not a GTIN: its check digit or its length is wrong")
        return gtin


class Supplier(Frozen):
    """Who delivers, how fast, and what an order costs."""

    supplier: Code
    name: str = Field(min_length=1)
    lead_time_days: float = Field(gt=0, le=730, description="mean, from order to shelf")
    lead_time_cv: float = Field(ge=0, le=3)
    order_cost_mad: float = Field(ge=0)
    minimum_order_mad: float = Field(ge=0)


class Offer(Frozen):
    """A supplier's offer of a medicine: sold in whole packs."""

    supplier: Code
    medicine: Code
    pack_units: int = Field(ge=1, le=100_000)
    minimum_packs: int = Field(ge=1, le=100_000)
    unit_price_mad: float = Field(gt=0)


class Lot(Frozen):
    """What lies on the shelf of a hospital's pharmacy, by lot."""

    hospital: Code
    medicine: Code
    lot: Code
    expiry_date: date
    units: int = Field(ge=0)


class OpenOrder(Frozen):
    """Ordered, not yet received."""

    hospital: Code
    medicine: Code
    supplier: Code
    units: int = Field(gt=0)
    due_date: date
