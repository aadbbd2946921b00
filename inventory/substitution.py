"""What can stand in for a medicine that is out: the same INN, strength and form on the same shelf.

Two presentations are one group where their international name, strength and form read the same
once case, accents, spaces and units of mass are set aside (1 g is 1000 mg, 0,5 is 0.5). One unit
stands for one unit. A substitute gives only what it would not need itself until its next delivery.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from hospital.errors import GstError
from hospital.forecast import DemandForecast, SeriesKey
from hospital.gst import Gst
from hospital.pharmacy import Medicine
from inventory.holdings import holdings_of, offers_of
from inventory.need import Holding, Need, need_of
from inventory.order_plan import OrderPlan

MILLIGRAMS = {
    unit: Decimal(of_one)
    for unit, of_one in (("KG", "1e6"), ("G", "1e3"), ("MG", "1"), ("MCG", "1e-3"), ("UG", "1e-3"))
}
QUANTITY = re.compile(r"(\d+(?:[.,]\d+)?)\s*(KG|MG|MCG|UG|G)\b")
EVEN_ODDS = 0.5

Group = tuple[str, str, str]
"""International name, strength and form, as they are compared."""


@dataclass(frozen=True, slots=True)
class Substitution:
    """Units of one medicine to issue in place of another that runs out in a hospital.

    ``lacking_units`` are lost before a delivery ordered today, more likely than not.
    """

    hospital: str
    medicine: str
    substitute: str
    lacking_units: int
    units: int


def group_of(medicine: Medicine) -> Group:
    """The substitution group of a medicine."""
    return compared(medicine.inn), compared(medicine.strength), compared(medicine.form)


def compared(text: str) -> str:
    """A name, strength or form as it is compared with others."""
    bare = unicodedata.normalize("NFKD", text.replace("µ", "u")).encode("ascii", "ignore").decode()
    words = " ".join(bare.upper().split())
    return QUANTITY.sub(_in_milligrams, words).replace(" / ", "/")


def _in_milligrams(found: re.Match[str]) -> str:
    amount = Decimal(found[1].replace(",", ".")) * MILLIGRAMS[found[2]]
    return f"{amount.normalize():f} MG"


def substitution_groups(medicines: Iterable[Medicine]) -> dict[Group, tuple[str, ...]]:
    """The groups with more than one medicine, and their codes in table order."""
    groups: dict[Group, list[str]] = defaultdict(list)
    for medicine in medicines:
        groups[group_of(medicine)].append(medicine.medicine)
    return {group: tuple(codes) for group, codes in groups.items() if len(codes) > 1}


def propose_substitutions(
    gst: Gst, forecasts: Mapping[SeriesKey, DemandForecast], plan: OrderPlan
) -> tuple[Substitution, ...]:
    """What to issue instead, in each hospital, of what runs out before an order can arrive.

    The most lacking medicine of a group is served first, from the member with most to spare.
    Medicines without a usable forecast or an offer neither give nor take: nothing is known of them.
    """
    grouped = {
        code: group for group, codes in substitution_groups(gst.medicines).items() for code in codes
    }
    shelves: dict[tuple[str, Group], list[_Shelf]] = defaultdict(list)
    for holding in holdings_of(gst, forecasts)[0]:
        group = grouped.get(holding.medicine.medicine)
        need = _need(gst, holding, plan) if group else None
        if group and need:
            shelves[holding.hospital, group].append(_Shelf.of(need, plan))
    return tuple(found for members in shelves.values() for found in _matched(members))


@dataclass
class _Shelf:
    """A medicine of a group in a hospital: what it lacks and what it can give."""

    hospital: str
    medicine: str
    lacking: int
    spare: int

    @classmethod
    def of(cls, need: Need, plan: OrderPlan) -> _Shelf:
        """The same from its need: nothing can be spared by what lacks."""
        lacking = int(np.floor(np.quantile(need.lost_before, EVEN_ODDS)))
        on_shelf = [supply.is_on_shelf for supply in need.shelf.supplies]
        left = need.shelf.left_units(need.interval.cover_days)[on_shelf].sum(axis=0)
        spare = int(np.floor(np.quantile(left, 1 - plan.target(need)))) if any(on_shelf) else 0
        medicine = need.holding.medicine.medicine
        return cls(need.holding.hospital, medicine, lacking, 0 if lacking else spare)


def _need(gst: Gst, holding: Holding, plan: OrderPlan) -> Need | None:
    for offer, supplier in offers_of(gst, holding.medicine.medicine)[:1]:
        try:
            return need_of(holding, offer, supplier, plan.question)
        except GstError:
            return None
    return None


def _matched(members: Sequence[_Shelf]) -> Iterable[Substitution]:
    for short in sorted(members, key=lambda row: (-row.lacking, row.medicine)):
        missing = short.lacking
        for giver in sorted(members, key=lambda row: (-row.spare, row.medicine)):
            units = min(missing, giver.spare)
            if units > 0:
                giver.spare -= units
                missing -= units
                yield Substitution(
                    short.hospital, short.medicine, giver.medicine, short.lacking, units
                )
