"""``tadbir stock tender``: a year's quantities, and the budget of every service."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from application.cli.options import AsJson, HorizonDays, Seed, session
from application.cli.screen import screen, show_json, show_table
from application.cli.voice import t

if TYPE_CHECKING:
    from hospital.gst import Gst
    from inventory.tender import Tender

PERCENT = 100
SHOWN = 15
Service = Annotated[
    float,
    typer.Option("--service", min=0.5, max=0.999, help=t("Probability that the year is covered.")),
]
Deliveries = Annotated[
    int, typer.Option("--deliveries", min=1, max=52, help=t("Deliveries in the year."))
]


def tender(
    service: Service = 0.95,
    deliveries: Deliveries = 4,
    horizon: HorizonDays = 28,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Shows the dearest medicines of the year, then the budget against the service."""
    from application.use_cases.stock_desk import tender_now  # noqa: PLC0415 - heavy
    from inventory.tender import TenderQuestion  # noqa: PLC0415

    question = TenderQuestion(service=service, deliveries=deliveries)
    with session(None) as opened:
        _show(opened.gst, tender_now(opened, horizon, seed, question), as_json=as_json)


def _show(gst: Gst, found: Tender, *, as_json: bool) -> None:
    from application.cli.tables import medicine_names, show_synthetic  # noqa: PLC0415 - pandas

    if as_json:
        show_json(asdict(found) | {"cost_mad": found.cost_mad, "refusals": len(found.refusals)})
        return
    show_synthetic(gst)
    names = medicine_names(gst)
    show_table(
        t("Tender of a year: the {count} dearest", count=SHOWN),
        [t("medicine"), t("use of a year"), t("in stock"), t("packs"), "MAD", t("may expire, MAD")],
        [
            [
                names.get(line.medicine, line.medicine),
                f"{t.number(line.demand_units)} "
                f"[{t.number(line.low_units)}–{t.number(line.high_units)}]",
                t.number(line.held_units),
                t.number(line.packs),
                t.number(line.cost_mad),
                t.number(line.expiring_mad),
            ]
            for line in found.lines[:SHOWN]
        ],
    )
    show_table(
        t("Budget against service"),
        [t("year covered with"), "MAD", t("shortage, MAD"), t("may expire, MAD")],
        [
            [
                f"{t.number(PERCENT * point.service)} %",
                t.number(point.cost_mad),
                t.number(point.shortage_mad),
                t.number(point.expiring_mad),
            ]
            for point in found.frontier
        ],
    )
    screen.print(
        t(
            "{lines} medicines, {cost} MAD; not proposed for lack of data: {refused}.",
            lines=len(found.lines),
            cost=t.number(found.cost_mad),
            refused=len(found.refusals),
        )
    )
