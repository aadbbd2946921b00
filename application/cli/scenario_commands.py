"""``tadbir scenario``: compare a change with the hospitals as they are; the fewest beds of a unit.

Engines and tables load inside the command, so that help comes at once.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from application.cli.chrome import GroupWithUsual, dress
from application.cli.cost_commands import cost
from application.cli.explore_commands import explore, robustness
from application.cli.follow_commands import follow
from application.cli.options import (
    AsJson,
    AtMost,
    HorizonDays,
    Processes,
    Replications,
    ScenarioFile,
    Seed,
    session,
    twin_design,
)
from application.cli.screen import screen, show_json, show_table
from application.cli.voice import t

if TYPE_CHECKING:
    from application.use_cases.smallest_beds import BedsFound

UnderScenario = Annotated[
    Path | None, typer.Option("--scenario", help=t("With the changes of this scenario, in YAML."))
]
UnitCode = Annotated[str, typer.Option("--unit", help=t("Code of the unit."))]
Target = Annotated[
    float,
    typer.Option(
        "--target", min=0.01, max=99, help=t("Share of patients who may be refused, in percent.")
    ),
]
Within = Annotated[
    float | None,
    typer.Option(
        "--within", min=0, max=720, help=t("Who waits longer than these hours counts as refused.")
    ),
]
Most = Annotated[
    int | None, typer.Option("--most", min=1, max=500, help=t("Most beds that are tried."))
]
PERCENT = 100


def register(app: typer.Typer) -> None:
    """Adds the scenario; a file as the first word compares it."""
    scenarios = typer.Typer(cls=GroupWithUsual)
    scenarios.command("compare", help=t("Compare a change with the hospitals as they are."))(
        scenario
    )
    scenarios.command(
        "smallest-beds", help=t("The fewest beds with which a unit refuses no more than a share.")
    )(smallest_beds)
    scenarios.command(
        "follow",
        help=t("Follow a change through beds, nurses, theatre, medicines and money."),
    )(follow)
    scenarios.command("cost", help=t("How long many scenarios will take, from short runs."))(cost)
    scenarios.command("explore", help=t("Many variants of a scenario, and those not beaten."))(
        explore
    )
    scenarios.command(
        "robustness", help=t("Whether the twin says the same when its inputs are changed.")
    )(robustness)
    dress(scenarios)
    app.add_typer(
        scenarios, name="scenario", help=t("Compare a change with the hospitals as they are.")
    )


def scenario(
    file: ScenarioFile,
    horizon: HorizonDays = 28,
    replications: Replications = 20,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Runs baseline and scenario on the same random numbers and shows the paired differences."""
    from application.cli import tables  # noqa: PLC0415
    from application.use_cases.compare_scenario import compare_scenario  # noqa: PLC0415
    from application.use_cases.read_scenario import read_scenario  # noqa: PLC0415

    definition = read_scenario(file)
    with session(processes) as opened:
        result = compare_scenario(opened, definition, twin_design(horizon, replications, seed))
        tables.show_comparison(opened.gst, result, as_json=as_json)


def smallest_beds(
    unit: UnitCode,
    target: Target = 5.0,
    within: Within = None,
    most: Most = None,
    scenario_file: UnderScenario = None,
    at_most: AtMost = 320,
    horizon: HorizonDays = 28,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Replays the GST with fewer and more beds of the unit, each until its share is clear."""
    from application.use_cases.read_scenario import read_scenario  # noqa: PLC0415
    from application.use_cases.smallest_beds import (  # noqa: PLC0415
        SmallestBedsDesign,
        find_smallest_beds,
    )

    changes = None if scenario_file is None else read_scenario(scenario_file)
    design = SmallestBedsDesign(
        unit=unit,
        target_percent=target,
        within_hours=within,
        most=most,
        at_most=at_most,
        horizon_days=horizon,
        seed=seed,
    )
    with session(processes) as opened:
        answer = find_smallest_beds(opened, design, changes)
        if as_json:
            design_values = answer.design.model_dump(mode="json")
            show_json(
                {"run": answer.run, "beds_now": answer.beds_now, **design_values}
                | asdict(answer.found)
            )
            return
        _show(answer)


def _show(answer: BedsFound) -> None:
    from application.cli.tables import show_run  # noqa: PLC0415

    screen.print(_verdict(answer), markup=False)
    show_table(
        t("Patients refused by {unit}, by its number of beds", unit=answer.design.unit),
        [t("beds"), t("replications"), t("refused [%]"), t("interval"), t("outcome")],
        [
            [
                str(one.beds),
                str(one.replications),
                t.number(PERCENT * one.share, 2),
                f"[{t.number(PERCENT * one.low, 2)} ; {t.number(PERCENT * one.high, 2)}]",
                (t("enough") if one.meets else t("too few"))
                + ("" if one.is_sure else " · " + t("not clear")),
            ]
            for one in sorted(answer.found.tried, key=lambda one: one.beds)
        ],
    )
    show_run(answer.run)


def _verdict(answer: BedsFound) -> str:
    """How many beds, and how surely."""
    design, found = answer.design, answer.found
    if found.beds is None:
        return t(
            "Even {count} beds of {unit} refuse more than {percent} %: allow more with --most.",
            count=found.tried[0].beds,
            unit=design.unit,
            percent=f"{design.target_percent:g}",
        )
    words = t(
        "{unit} needs {count} beds to refuse no more than {percent} % of those who ask; it has "
        "{now}.",
        unit=design.unit,
        count=found.beds,
        percent=f"{design.target_percent:g}",
        now=answer.beds_now,
    )
    if found.is_sure:
        sure = t("Right with at least {percent} % probability.", percent=_confidence(answer))
    else:
        sure = t("Not sure: the share of a number tried is too near; allow more with --at-most.")
    return f"{words} {sure}"


def _confidence(answer: BedsFound) -> str:
    return f"{PERCENT * answer.design.confidence:g}"
