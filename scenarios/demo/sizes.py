"""Which hospitals a demo GST has: three sizes of an invented group in a real region.

Provinces, towns and their positions are those of Rabat-Salé-Kénitra; the hospitals are
invented, and so is every person, stay and figure in them.
"""

from dataclasses import dataclass
from enum import StrEnum

from hospital.places import HospitalLevel

REGION = "Rabat-Salé-Kénitra"

REGION_POPULATION = 5_132_639
"""Inhabitants in 2024 (RGPH, decree 2-24-1009)."""

REGION_PUBLIC_BEDS = 4_404
"""Public beds in 2021 (HCP, Annuaire statistique 2022)."""


class DemoSize(StrEnum):
    """How much of a GST is generated."""

    SMALL = "small"
    DEFAULT = "default"
    REGION = "region"


@dataclass(frozen=True, slots=True)
class Site:
    """One invented hospital in a real town; ``beds`` are inpatient beds, cubicles apart."""

    code: str
    town: str
    province: str
    level: HospitalLevel
    beds: int
    latitude: float
    longitude: float


_HP, _CHP = HospitalLevel.LOCAL, HospitalLevel.PROVINCIAL
_CHR, _CHU = HospitalLevel.REGIONAL, HospitalLevel.UNIVERSITY

_SMALL = (
    Site("CHR-KEN", "Kénitra", "Kénitra", _CHR, 180, 34.261, -6.580),
    Site("HP-SEA", "Souk El Arbaa", "Kénitra", _HP, 45, 34.690, -5.980),
)

_DEFAULT = (
    Site("CHP-SKA", "Sidi Kacem", "Sidi Kacem", _CHP, 210, 34.220, -5.710),
    Site("CHP-SSL", "Sidi Slimane", "Sidi Slimane", _CHP, 180, 34.260, -5.930),
    Site("CHR-KEN", "Kénitra", "Kénitra", _CHR, 380, 34.261, -6.580),
    Site("HP-MBK", "Mechra Bel Ksiri", "Sidi Kacem", _HP, 55, 34.570, -5.950),
    Site("HP-SEA", "Souk El Arbaa", "Kénitra", _HP, 75, 34.690, -5.980),
)

_REGION = (
    Site("CHP-KHE", "Khémisset", "Khémisset", _CHP, 270, 33.820, -6.070),
    Site("CHP-RAB", "Rabat", "Rabat", _CHP, 300, 34.000, -6.860),
    Site("CHP-SEA", "Souk El Arbaa", "Kénitra", _CHP, 170, 34.690, -5.980),
    Site("CHP-SKA", "Sidi Kacem", "Sidi Kacem", _CHP, 240, 34.220, -5.710),
    Site("CHP-SSL", "Sidi Slimane", "Sidi Slimane", _CHP, 200, 34.260, -5.930),
    Site("CHP-TEM", "Témara", "Skhirate-Témara", _CHP, 290, 33.930, -6.910),
    Site("CHR-KEN", "Kénitra", "Kénitra", _CHR, 420, 34.261, -6.580),
    Site("CHR-SAL", "Salé", "Salé", _CHR, 370, 34.040, -6.800),
    Site("CHU-RAB", "Rabat", "Rabat", _CHU, 1_200, 33.980, -6.850),
    Site("HP-AAO", "Aïn Aouda", "Skhirate-Témara", _HP, 70, 33.810, -6.790),
    Site("HP-BOU", "Bouknadel", "Salé", _HP, 60, 34.120, -6.740),
    Site("HP-HKO", "Had Kourt", "Sidi Kacem", _HP, 60, 34.620, -5.740),
    Site("HP-JEM", "Jorf El Melha", "Sidi Kacem", _HP, 80, 34.490, -5.510),
    Site("HP-MBK", "Mechra Bel Ksiri", "Sidi Kacem", _HP, 90, 34.570, -5.950),
    Site("HP-MBO", "Moulay Bousselham", "Kénitra", _HP, 60, 34.880, -6.290),
    Site("HP-ROM", "Rommani", "Khémisset", _HP, 84, 33.530, -6.600),
    Site("HP-SAJ", "Sala Al Jadida", "Salé", _HP, 110, 34.000, -6.740),
    Site("HP-SKH", "Skhirate", "Skhirate-Témara", _HP, 100, 33.850, -7.030),
    Site("HP-SYG", "Sidi Yahia El Gharb", "Sidi Slimane", _HP, 90, 34.310, -6.300),
    Site("HP-TIF", "Tiflet", "Khémisset", _HP, 140, 33.890, -6.310),
)

_SITES = {DemoSize.SMALL: _SMALL, DemoSize.DEFAULT: _DEFAULT, DemoSize.REGION: _REGION}


def sites(size: DemoSize) -> tuple[Site, ...]:
    """The hospitals of this size, in the order of their codes."""
    return _SITES[size]
