"""Intensive care of several hospitals run as one pool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from hospital.gst import Gst
from hospital.places import Code, UnitKind
from scenarios.changes.base import ScenarioChange
from scenarios.changes.territory import SOURCE, Order

if TYPE_CHECKING:
    from twin.parameters import TwinParameters


class PoolIntensiveCare(ScenarioChange):
    """Who waits for intensive care in one hospital of the pool gets the first bed in any of them.

    The plain rule asks directly linked hospitals after some hours; a pool asks every hospital of
    its own by any road, soon, and in the order of its choice. Where one hospital alone has such a
    unit there is nothing to pool, and nothing changes.
    """

    kind: Literal["pool_intensive_care"] = "pool_intensive_care"
    hospitals: tuple[Code, ...] = ()
    """Hospitals of the pool; none: the whole GST."""
    after_hours: float = Field(default=0.5, ge=0, le=720)
    """Hours of waiting after which the pool is asked."""
    order: Order = "least_occupied"
    """Which of them is asked first."""

    def on_gst(self, gst: Gst) -> Gst:
        """Places stay; the hospitals are checked."""
        for code in self.hospitals:
            gst.hospital(code)
        return gst

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin whose intensive-care units help each other; the limit of a wait stays."""
        from twin.territory import ReceiverOrder, TransferPolicy, TransferRule  # noqa: PLC0415

        members = self.hospitals or tuple(one.hospital for one in gst.hospitals)
        have = tuple(code for code in members if gst.units_of(code, UnitKind.INTENSIVE_CARE))
        if len(have) < 2:  # noqa: PLR2004 - one unit is no pool
            return parameters
        limit = parameters.intensive_care_limit_hours
        rule = TransferRule(
            kind=UnitKind.INTENSIVE_CARE,
            hospitals=members,
            to=have,
            order=ReceiverOrder(self.order),
            after_hours=self.after_hours,
            limit_hours=None if limit is None else max(limit, self.after_hours),
            source=SOURCE,
        )
        known = parameters.transfer_policy or TransferPolicy()
        return parameters.but(transfer_policy=known.but(rules=(rule, *known.rules)))
