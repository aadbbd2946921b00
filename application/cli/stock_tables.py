"""How the pharmacy's answers look on a terminal: tables for people, JSON for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from application.cli.screen import screen, show_json, show_table
from application.cli.tables import PERCENT, medicine_names, show_run, show_synthetic
from application.cli.voice import t
from application.words import ALERTS, TERMS
from hospital.errors import UnknownPlace, say

if TYPE_CHECKING:
    from application.use_cases.propose_order import OrderDraft
    from application.use_cases.propose_transfers import TransfersDraft
    from hospital.gst import Gst
    from hospital.stock_plan import OrderRefusal
    from inventory.horizon import HorizonPlan
    from inventory.status import StockStatus

SHOWN = 15
GRAVEST = tuple(ALERTS)
MAD_MORE = 100_000


def show_status(
    gst: Gst, rows: Sequence[StockStatus], refusals: Sequence[OrderRefusal], *, as_json: bool
) -> None:
    """The gravest first, then how many of each alert."""
    if as_json:
        refused = [row.model_dump(mode="json") for row in refusals]
        show_json({"status": [asdict(row) for row in rows], "refusals": refused})
        return
    show_synthetic(gst)
    names = medicine_names(gst)
    gravest = sorted(rows, key=lambda row: (GRAVEST.index(row.alert), -row.runout_probability))
    show_table(
        t("Stock: the {count} gravest", count=SHOWN),
        [t("medicine"), t("hospital"), t("alert"), t("units"), t("risk"), t("days of cover")],
        [
            [
                names.get(row.medicine, row.medicine),
                row.hospital,
                t(ALERTS[row.alert]),
                t.number(row.on_hand_units),
                f"{t.number(PERCENT * row.runout_probability)} %",
                t.number(row.cover_days_p50),
            ]
            for row in gravest[:SHOWN]
        ],
    )
    counts: Counter[str] = Counter(row.alert for row in rows)
    show_table(
        t("How many of each"),
        [t("alert"), t("medicines in hospitals")],
        [[t(words), t.number(counts[alert])] for alert, words in ALERTS.items()],
    )


def show_line(gst: Gst, draft: OrderDraft, place: tuple[str, str], *, as_json: bool) -> None:
    """The terms of one quantity. Raises ``UnknownPlace`` where nothing is wanted there."""
    hospital, medicine = place
    lines = [*draft.plan.lines, *draft.plan.unordered]
    found = [line for line in lines if (line.hospital, line.medicine) == (hospital, medicine)]
    if not found:
        hint = say(
            "Nothing is wanted of {medicine} in {hospital}, or there is no forecast for it.",
            medicine=medicine,
            hospital=hospital,
        )
        raise UnknownPlace("no_order_line", hint)
    line = found[0]
    if as_json:
        show_json({"run": draft.run, "line": line.model_dump(mode="json")})
        return
    show_synthetic(gst)
    show_table(
        t(
            "{medicine} in {hospital}: {packs} packs",
            medicine=medicine_names(gst).get(medicine, medicine),
            hospital=hospital,
            packs=line.packs,
        ),
        [t("term"), t("units")],
        [[t(TERMS.get(term.term, term.term)), t.number(term.units)] for term in line.terms],
    )
    show_run(draft.run)


def show_transfers(gst: Gst, draft: TransfersDraft, *, as_json: bool) -> None:
    """The moves, and what all of them save and cost."""
    plan = draft.plan
    if as_json:
        show_json(
            {"run": draft.run, "plan": plan.model_dump(mode="json"), "saved_mad": plan.saved_mad}
        )
        return
    show_synthetic(gst)
    names = medicine_names(gst)
    show_table(
        t("Transfers that save more than they cost"),
        [t("medicine"), t("from"), t("to"), t("lot"), t("units"), "MAD"],
        [
            [
                names.get(line.medicine, line.medicine),
                line.origin,
                line.destination,
                line.lot,
                t.number(line.units),
                t.number(line.expiry_saved_mad + line.shortage_avoided_mad),
            ]
            for line in plan.lines[:SHOWN]
        ],
    )
    screen.print(
        t(
            "{lines} transfers save {saved} MAD after {cost} MAD of transport.",
            lines=len(plan.lines),
            saved=t.number(plan.saved_mad),
            cost=t.number(plan.cost_mad),
        )
    )
    show_run(draft.run)


def show_plan(gst: Gst, plan: HorizonPlan, *, as_json: bool) -> None:
    """What each budget period spends, and what more money would save."""
    if as_json:
        show_json(asdict(plan) | {"gap": plan.gap, "refusals": len(plan.refusals)})
        return
    show_synthetic(gst)
    show_table(
        t("Orders by budget period"),
        [t("period"), "MAD", t("saved by {mad} MAD more", mad=t.number(MAD_MORE))],
        [
            [str(at + 1), t.number(spent), t.number(worth * MAD_MORE)]
            for at, (spent, worth) in enumerate(
                zip(plan.spent_mad, plan.worth_of_budget, strict=True)
            )
        ],
    )
    screen.print(
        t(
            "{orders} orders; expected cost {cost} MAD, at most {gap} % above the best plan.",
            orders=len(plan.orders),
            cost=t.number(plan.cost_mad),
            gap=t.number(PERCENT * plan.gap, 2),
        )
    )
