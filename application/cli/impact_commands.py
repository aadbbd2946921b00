"""``tadbir impact``: the national indicators before and after a day.

Engines and tables load inside the command, so that help comes at once.
"""

from __future__ import annotations

from dataclasses import asdict
from math import isnan
from typing import TYPE_CHECKING, Annotated, Any

import typer

from application.cli.options import AsJson, day_of, session
from application.cli.screen import screen, show_json, show_table
from application.cli.voice import t

if TYPE_CHECKING:
    from application.use_cases.measure_impact import Impact, Share
    from scenarios.impact.interrupted import ImpactRow

PERCENT = 100

Since = Annotated[
    str, typer.Option("--from", help=t("Day on which something began, as 2026-06-01."))
]
Place = Annotated[
    str | None,
    typer.Option("--place", help=t("Only this hospital; GST for the whole territory (all).")),
]


def register(app: typer.Typer) -> None:
    """Adds the table of impact."""
    app.command("impact", help=t("The national indicators before and after a day."))(impact)


def impact(since: Since, place: Place = None, as_json: AsJson = False) -> None:
    """Interrupted time series of stays, deaths, readmissions, costs and gaps; use of proposals."""
    from application.use_cases.measure_impact import measure_impact  # noqa: PLC0415

    day = day_of(since)
    assert day is not None
    with session() as opened:
        found = measure_impact(opened, day, "" if place == "GST" else place)
    if as_json:
        show_json(_json(found))
    else:
        _show(found)


def _json(found: Impact) -> dict[str, Any]:
    rows = [
        {
            "indicator": row.series.indicator.value,
            "place": row.series.place or "GST",
            **{name: value for name, value in asdict(row).items() if name != "series"},
        }
        for row in found.rows
    ]
    use = {side: asdict(getattr(found, side)) for side in ("before", "after")}
    return {"day": found.day.isoformat(), "indicators": rows, "recommendations": use}


def _show(found: Impact) -> None:
    from application.impact_words import CHANGES, INDICATORS, LIMITS  # noqa: PLC0415

    for place in dict.fromkeys(row.series.place for row in found.rows):
        show_table(
            t("Before and after {day}: {place}", day=found.day, place=place or t("GST")),
            [t("indicator"), t("before"), t("after"), t("effect"), t("95 % interval"), t("change")],
            [
                [t(INDICATORS[row.series.indicator]), *_figures(row), t(CHANGES[row.change])]
                for row in found.rows
                if row.series.place == place
            ],
        )
    show_table(
        t("What became of what was recommended"),
        ["", t("before"), t("after")],
        [
            [t("decided on"), _share(found.before.used), _share(found.after.used)],
            [
                t("modified or rejected"),
                _share(found.before.overruled),
                _share(found.after.overruled),
            ],
        ],
    )
    for sentence in LIMITS:
        screen.print(t(sentence), markup=False)


def _figures(row: ImpactRow) -> list[str]:
    effect = row.effect
    interval = f"[{t.number(effect.low, 2)} ; {t.number(effect.high, 2)}]"
    known = not isnan(effect.value)
    return [
        t.number(row.before, 2),
        t.number(row.after, 2),
        t.number(effect.value, 2) if known else "-",
        interval if known else "-",
    ]


def _share(one: Share) -> str:
    if not one.of:
        return "-"
    return (
        f"{t.number(PERCENT * one.share, 0)} % ({one.count}/{one.of}) "
        f"[{t.number(PERCENT * one.low, 0)} ; {t.number(PERCENT * one.high, 0)}]"
    )
