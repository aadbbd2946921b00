"""What a run of the twin says of itself: too much demand, its warm-up, how precise its means are.

``overload_sentences`` comes first wherever a run is shown: waits of a unit that cannot serve its
patients grow with the length of the run, and mean nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING, Any

from application.cli.screen import screen, show_table
from application.cli.voice import t
from application.summaries import UnitRow, overload_sentences
from application.twin_summaries import result_rows, shown_rows
from application.words import indicator_name
from hospital.twin_result import SMALLEST_GROUP_PATIENTS, ReachedPrecision, TwinResult, WarmupSource

if TYPE_CHECKING:
    from application.use_cases.simulate import TwinRun


def show_overload(result: TwinResult) -> None:
    """One line for each unit whose offered load exceeds its beds or physicians."""
    for sentence in overload_sentences(result):
        screen.print(f"[bold red]⚠[/] {t(sentence)}")


def overload_json(result: TwinResult) -> dict[str, Any]:
    """The same for a machine, with the sentences."""
    return {
        "overloaded": list(result.overloaded),
        "short_of_physicians": list(result.short_of_physicians),
        "warnings": [t(sentence) for sentence in overload_sentences(result)],
    }


def twin_json(run: TwinRun, rows: Sequence[UnitRow]) -> dict[str, Any]:
    """A run of the twin for a machine; what it cannot serve comes first."""
    result = run.result
    return {
        **overload_json(result),
        "run": run.run,
        "forecast": run.forecast_run,
        "replications": result.replications,
        "warmup": {"days": result.warmup_days, "source": result.warmup_source},
        "precision": [_finite(asdict(one)) for one in result.precision],
        "units": [asdict(row) for row in rows],
        "indicators": [_finite(asdict(row)) for row in result_rows(result)],
    }


def show_results(result: TwinResult) -> None:
    """The whole GST: waits, losses, and the gaps between groups of patients."""
    show_table(
        t("The whole GST, mean and 95 % interval"),
        [t("indicator"), t("of whom"), t("mean"), "±"],
        [
            [
                t(row.name),
                t(row.who),
                t.number(row.mean, 2),
                t.number(row.half_width, 2) if isfinite(row.half_width) else "–",
            ]
            for row in shown_rows(result)
        ],
    )
    said = t(
        "Groups of fewer than {least} patients in a replication take no part in a gap.",
        least=SMALLEST_GROUP_PATIENTS,
    )
    screen.print(f"[dim]{said}[/]")


def _finite(values: dict[str, Any]) -> dict[str, Any]:
    """JSON has no infinity: an unknown width is null."""
    return {
        name: None if isinstance(value, float) and not isfinite(value) else value
        for name, value in values.items()
    }


def show_warmup(result: TwinResult) -> None:
    """How many days warmed up and who said so; nothing where the run starts from a census."""
    days = result.warmup_days
    if result.warmup_source == WarmupSource.MSER5:
        screen.print(t("Warm-up: {days} days, found by MSER-5 on pilot replications.", days=days))
    if result.warmup_source == WarmupSource.NOT_FOUND:
        said = t(
            "Warm-up: {days} days assumed; the pilot replications had not settled in half a year.",
            days=days,
        )
        screen.print(f"[bold yellow]⚠[/] {said}")


def show_precision(result: TwinResult) -> None:
    """Whether every mean is as precise as was asked, and which is not."""
    if not result.precision:
        return
    missed = [one for one in result.precision if not one.holds]
    screen.print(
        t(
            "{count} replications: {held} of {asked} means are as precise as asked.",
            count=result.replications,
            held=len(result.precision) - len(missed),
            asked=len(result.precision),
        )
    )
    for one in missed:
        screen.print(f"[bold yellow]⚠[/] {_missed(one)}")


def _missed(one: ReachedPrecision) -> str:
    return t(
        "{indicator} {place}: ± {reached} reached, ± {asked} asked.",
        indicator=t(indicator_name(one.indicator)),
        place=one.place,
        reached=t.number(one.half_width, 2) if isfinite(one.half_width) else "–",
        asked=t.number(one.allowed, 2),
    )
