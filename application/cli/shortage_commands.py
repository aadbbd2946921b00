"""``tadbir stock substitutes | emergency``: what to do about what no order can prevent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from application.cli.options import AsJson, HorizonDays, Seed, session
from application.cli.screen import screen, show_json, show_table
from application.cli.voice import t

if TYPE_CHECKING:
    from hospital.gst import Gst
    from inventory.emergency import EmergencyPlan
    from inventory.substitution import Substitution

SHOWN = 15
Without = Annotated[
    str, typer.Option("--without", help=t("Code of a supplier that delivers nothing."))
]
FailedDays = Annotated[
    int, typer.Option("--days", min=0, max=365, help=t("Days for which it delivers nothing."))
]
PriceFactor = Annotated[
    float,
    typer.Option("--price-factor", min=1, max=20, help=t("Emergency price over the usual one.")),
]
DeliveryDays = Annotated[
    int, typer.Option("--delivery", min=0, max=60, help=t("Days that an emergency order takes."))
]
OrderMad = Annotated[
    float, typer.Option("--order-mad", min=0, help=t("What an emergency order costs, in MAD."))
]


def substitutes(horizon: HorizonDays = 28, seed: Seed = 1, as_json: AsJson = False) -> None:
    """Shows what has the same INN, strength and form and can be spared."""
    from application.use_cases.stock_desk import substitutions_now  # noqa: PLC0415 - heavy

    with session(None) as opened:
        _show_substitutes(opened.gst, substitutions_now(opened, horizon, seed), as_json=as_json)


def emergency(
    without: Without = "",
    days: FailedDays = 60,
    price_factor: PriceFactor = 1.5,
    delivery: DeliveryDays = 3,
    order_mad: OrderMad = 500.0,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Shows what would be lost, what to buy at once, what that costs and avoids."""
    from application.use_cases.stock_desk import emergency_now  # noqa: PLC0415 - heavy
    from inventory.emergency import EmergencyTerms  # noqa: PLC0415

    terms = EmergencyTerms(
        price_factor=price_factor,
        delivery_days=delivery,
        order_mad=order_mad,
        failed_supplier=without,
        failed_days=days,
    )
    with session(None) as opened:
        found = emergency_now(opened, HORIZON_DAYS, seed, terms)
        _show_emergency(opened.gst, found, as_json=as_json)


HORIZON_DAYS = 28


def _show_substitutes(gst: Gst, found: Sequence[Substitution], *, as_json: bool) -> None:
    from application.cli.tables import medicine_names, show_synthetic  # noqa: PLC0415 - pandas

    if as_json:
        show_json({"substitutions": [asdict(row) for row in found]})
        return
    show_synthetic(gst)
    if not found:
        screen.print(t("Nothing that runs out has another of its INN, strength and form to spare."))
        return
    names = medicine_names(gst)
    show_table(
        t("Issue instead of what runs out"),
        [t("hospital"), t("medicine"), t("code"), t("in its place"), t("lacking"), t("units")],
        [
            [
                row.hospital,
                names.get(row.medicine, row.medicine),
                row.medicine,
                row.substitute,
                t.number(row.lacking_units),
                t.number(row.units),
            ]
            for row in found[:SHOWN]
        ],
    )


def _show_emergency(gst: Gst, plan: EmergencyPlan, *, as_json: bool) -> None:
    from application.cli.tables import medicine_names, show_synthetic  # noqa: PLC0415 - pandas

    if as_json:
        lines = [asdict(line) for line in plan.lines]
        totals = {"lost_mad": plan.lost_mad, "avoided_mad": plan.avoided_mad}
        show_json({"lines": lines, "cost_mad": plan.cost_mad, **totals})
        return
    show_synthetic(gst)
    names = medicine_names(gst)
    show_table(
        t("Lost before any ordinary delivery"),
        [t("medicine"), t("hospital"), t("lost units"), t("buy at once"), "MAD", t("avoided, MAD")],
        [
            [
                names.get(line.medicine, line.medicine),
                line.hospital,
                t.number(line.lost_units),
                t.number(line.units),
                t.number(line.cost_mad),
                t.number(line.avoided_mad),
            ]
            for line in plan.lines[:SHOWN]
        ],
    )
    screen.print(
        t(
            "Shortage weighs {lost} MAD; emergency orders of {cost} MAD avoid {avoided} MAD of it.",
            lost=t.number(plan.lost_mad),
            cost=t.number(plan.cost_mad),
            avoided=t.number(plan.avoided_mad),
        )
    )
