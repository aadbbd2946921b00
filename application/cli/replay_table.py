"""Order rules beside each other: what each would have done on the same weeks of demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from application.cli.screen import screen, show_json, show_table
from application.cli.tables import PERCENT, show_synthetic
from application.cli.voice import t
from application.words import ORDER_RULES

if TYPE_CHECKING:
    from hospital.gst import Gst
    from hospital.stock_plan import OrderRefusal
    from inventory.replay import ReplayQuestion, RuleReplay, Spread

Asked = tuple["ReplayQuestion", Sequence["OrderRefusal"]]


def show_replay(gst: Gst, rows: Sequence[RuleReplay], asked: Asked, *, as_json: bool) -> None:
    """Each figure with the range that holds nine of ten courses of demand."""
    question, refusals = asked
    if as_json:
        refused = [row.model_dump(mode="json") for row in refusals]
        rules = [asdict(row) for row in rows]
        show_json({"question": question.model_dump(), "rules": rules, "refusals": refused})
        return
    show_synthetic(gst)
    show_table(
        t(
            "{weeks} weeks, {count} courses of demand",
            weeks=question.weeks,
            count=question.scenarios,
        ),
        [
            t("rule"),
            t("served %"),
            t("vital served %"),
            t("waste, MAD"),
            t("mean stock, MAD"),
            t("cost, MAD"),
        ],
        [
            [
                t(ORDER_RULES[row.rule]),
                _range(row.fill, PERCENT, 1),
                _range(row.vital_fill, PERCENT, 1),
                _range(row.waste_mad),
                _range(row.stock_mad),
                _range(row.cost_mad),
            ]
            for row in rows
        ],
    )
    for row in rows[1:]:
        between = row.cost_difference_mad
        screen.print(
            t(
                "{rule} costs {mean} MAD more than ours (95 % from {low} to {high}).",
                rule=t(ORDER_RULES[row.rule]),
                mean=t.number(between.mean),
                low=t.number(between.low),
                high=t.number(between.high),
            )
        )
    screen.print(t("In brackets: nine courses of demand in ten. Cost is holding, shortage, waste."))


def _range(found: Spread, scale: float = 1.0, digits: int = 0) -> str:
    low, high = t.number(scale * found.low, digits), t.number(scale * found.high, digits)
    return f"{t.number(scale * found.mean, digits)} [{low}–{high}]"
