"""Shows what a study says: each figure with its interval, or all of it as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import TYPE_CHECKING, Any

from application.cli.screen import screen, show_json, show_table
from application.cli.voice import t
from application.study_words import figure_name

if TYPE_CHECKING:
    from application.use_cases.run_study import StudyRun

IN_JSON_ONLY = "present_at_"
"""Twenty-four figures a unit would hide the others."""


def show_study(run: StudyRun, *, as_json: bool) -> None:
    """What is overloaded first, then a line for each figure of each unit and stream."""
    rows = run.result.figures.to_dict("records")
    if as_json:
        show_json(
            {
                "study": run.study.study,
                "seed": run.study.run.seed,
                "overloaded": run.result.overloaded,
                "figures": rows,
            }
        )
        return
    for unit in run.result.overloaded:
        warning = t("{unit}: more patients than its beds can serve.", unit=unit)
        screen.print(f"[bold red]⚠[/] {warning}")
    show_table(
        t("{study}: {count} replications", study=run.study.study, count=run.study.run.replications),
        [t("place or stream"), t("figure"), t("mean"), t("95 % interval")],
        [
            [
                row["subject"],
                t(figure_name(row["figure"])),
                t.number(row["mean"], 4),
                _interval(row["low"], row["high"]),
            ]
            for row in rows
            if _is_shown(row)
        ],
    )


def _is_shown(row: Mapping[Any, Any]) -> bool:
    """Shares and spreads of waits say nothing where nobody waits."""
    figure = row["figure"]
    is_of_waits = figure.startswith("wait") and figure not in {"wait_hours", "waiting_patients"}
    return not figure.startswith(IN_JSON_ONLY) and not (is_of_waits and row["high"] == 0)


def _interval(low: float, high: float) -> str:
    return "–" if isnan(low) else f"[{t.number(low, 4)} ; {t.number(high, 4)}]"
