"""``tadbir rank``: which of several scenarios is the best, and how surely.

Engines and tables load inside the command, so that help comes at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from application.cli.options import AsJson, AtMost, HorizonDays, Processes, Seed, session
from application.cli.screen import screen, show_json, show_table
from application.cli.voice import t

if TYPE_CHECKING:
    from application.use_cases.rank_scenarios import ScenarioRanking

PERCENT = 100

ScenarioFiles = Annotated[
    list[Path] | None, typer.Argument(help=t("Scenarios in YAML; the GST as it is joins them."))
]
IndicatorCode = Annotated[
    str, typer.Option("--indicator", help=t("Code of the indicator that decides."))
]
Place = Annotated[
    str, typer.Option("--place", help=t("Code of a hospital or unit (the whole GST)."))
]
Highest = Annotated[
    bool, typer.Option("--highest", help=t("The highest is the best, not the lowest."))
]
Delta = Annotated[
    float, typer.Option("--delta", help=t("A smaller difference does not matter [its unit]."))
]
Confidence = Annotated[
    float, typer.Option("--confidence", help=t("Probability with which the best is found."))
]


def register(app: typer.Typer) -> None:
    """Adds the ranking of scenarios."""
    app.command("rank", help=t("Find the best of several scenarios."))(rank)


def rank(
    indicator: IndicatorCode,
    delta: Delta,
    files: ScenarioFiles = None,
    place: Place = "",
    highest: Highest = False,
    confidence: Confidence = 0.95,
    at_most: AtMost = 200,
    horizon: HorizonDays = 28,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Replays the GST as it is and every scenario until the best is found, and shows all."""
    from application.use_cases.rank_scenarios import (  # noqa: PLC0415
        RankingDesign,
        rank_scenarios,
    )
    from application.use_cases.read_scenario import read_scenario  # noqa: PLC0415

    scenarios = [read_scenario(file) for file in files or ()]
    design = RankingDesign(
        indicator=indicator,
        place=place,
        highest=highest,
        delta=delta,
        confidence=confidence,
        at_most=at_most,
        horizon_days=horizon,
        seed=seed,
    )
    with session(processes) as opened:
        result = rank_scenarios(opened, scenarios, design)
        if as_json:
            show_json(_json(result))
        else:
            _show(result)


def _json(result: ScenarioRanking) -> dict[str, Any]:
    return {
        "run": result.run,
        **result.design.model_dump(mode="json"),
        "best": result.ranking.best,
        "is_guaranteed": result.ranking.is_guaranteed,
        "candidates": _candidates(result),
    }


def _candidates(result: ScenarioRanking) -> list[dict[str, Any]]:
    found = result.ranking
    return [
        {
            "candidate": name,
            "replications": count,
            "mean": found.means[name],
            "low": found.means[name] - found.half_widths[name],
            "high": found.means[name] + found.half_widths[name],
            "survives": name in found.survivors,
            "left_out_at": found.left_out_at.get(name),
        }
        for name, count in found.replications.items()
    ]


def _show(result: ScenarioRanking) -> None:
    from application.cli.tables import show_run  # noqa: PLC0415
    from application.words import indicator_name  # noqa: PLC0415

    screen.print(_verdict(result), markup=False)
    place = result.design.place or t("GST")
    show_table(
        f"{t(indicator_name(result.design.indicator))} · {place}",
        [t("candidate"), t("replications"), t("mean"), t("95 % interval"), t("outcome")],
        [_row(one) for one in _candidates(result)],
    )
    show_run(result.run)


def _verdict(result: ScenarioRanking) -> str:
    """Who is the best, and what may be said of it."""
    found, design = result.ranking, result.design
    if not found.is_guaranteed:
        return t(
            "Not decided: {count} replications, the most allowed, were reached with {left} "
            "candidates left. {best} has the best mean so far, without any stated probability.",
            count=design.at_most,
            left=len(found.survivors),
            best=found.best,
        )
    return t(
        "Best: {best}, chosen with at least {percent} % probability of being the best, or within "
        "{delta} of it, if replications are roughly normal.",
        best=found.best,
        percent=f"{PERCENT * design.confidence:g}",
        delta=f"{design.delta:g}",
    )


def _row(one: dict[str, Any]) -> list[str]:
    outcome = (
        t("survivor")
        if one["survives"]
        else t("left out at replication {count}", count=one["left_out_at"])
    )
    return [
        one["candidate"],
        str(one["replications"]),
        t.number(one["mean"], 3),
        f"[{t.number(one['low'], 3)} ; {t.number(one['high'], 3)}]",
        outcome,
    ]
