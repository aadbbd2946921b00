"""``tadbir scenario explore`` and ``robustness``: many variants of one, and changed inputs.

Engines and tables load inside the command, so that help comes at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from application.cli.options import (
    AsJson,
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
from hospital.errors import GstError, say

if TYPE_CHECKING:
    from application.use_cases.explore_scenario import Exploration, Explored
    from scenarios.exploration import Dial

VARY = re.compile(
    r"^(?P<path>[a-z_0-9.]+)=(?P<low>[-\d.]+)\.\.(?P<high>[-\d.]+)(:(?P<steps>\d+))?$"
)

Vary = Annotated[
    list[str],
    typer.Option(
        "--vary",
        help=t("A figure and its values, as changes.0.beds=2..10 or =2..10:5 for 5 steps."),
    ),
]
HowTurned = Annotated[str, typer.Option("--method", help=t("grid, latin or tornado."))]
Points = Annotated[
    int, typer.Option("--points", min=1, max=1000, help=t("Points of a Latin hypercube."))
]
Watched = Annotated[
    list[str] | None,
    typer.Option("--indicator", help=t("Code of an indicator to watch; several may be named.")),
]
Place = Annotated[
    str, typer.Option("--place", help=t("Code of a hospital or unit (the whole GST)."))
]
Report = Annotated[
    Path | None, typer.Option("--report", help=t("File in Markdown for the report."))
]
USUAL = ("boarding_hours", "total_mad_per_day")


def explore(
    file: ScenarioFile,
    vary: Vary,
    method: HowTurned = "grid",
    points: Points = 10,
    indicator: Watched = None,
    place: Place = "",
    horizon: HorizonDays = 28,
    replications: Replications = 20,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Turns figures of the scenario and shows every variant, and which are not beaten."""
    from application.use_cases.explore_scenario import (  # noqa: PLC0415
        ExplorationDesign,
        Method,
        explore_scenario,
    )
    from application.use_cases.read_scenario import read_scenario  # noqa: PLC0415

    if method not in set(Method):
        raise GstError(
            "unknown_method",
            say(
                "{found} is no method; choose one of: {known}.",
                found=method,
                known=", ".join(Method),
            ),
        )
    design = ExplorationDesign(
        dials=tuple(_dial(one) for one in vary),
        indicators=tuple(indicator or USUAL),
        method=Method(method),
        points=points,
        place=place,
        twin=twin_design(horizon, replications, seed),
    )
    with session(processes) as opened:
        found = explore_scenario(opened, read_scenario(file), design)
    if as_json:
        variants = [asdict(one) for one in found.variants]
        show_json({"run": found.run, **design.model_dump(mode="json"), "variants": variants})
    elif design.method is Method.TORNADO:
        _show_tornado(found)
    else:
        _show_variants(found)


def _dial(text: str) -> Dial:
    from pydantic import ValidationError  # noqa: PLC0415 - with the engine

    from scenarios.exploration import Dial  # noqa: PLC0415

    match = VARY.match(text)
    given = {} if match is None else match.groupdict()
    try:
        return Dial.model_validate({name: value for name, value in given.items() if value})
    except ValidationError:
        raise GstError(
            "not_a_dial",
            say(
                "{found} turns nothing; write a figure and two values, the lower one first, as "
                "changes.0.beds=2..10.",
                found=text,
            ),
        ) from None


def _show_variants(found: Exploration) -> None:
    from application.cli.tables import show_run  # noqa: PLC0415

    show_table(
        t("Variants, and those that no other beats"),
        [t("figure"), t("indicator"), t("mean"), t("difference"), t("95 % interval"), ""],
        [row for one in found.variants for row in _rows(one)],
    )
    show_run(found.run)


def _rows(one: Explored) -> Iterator[list[str]]:
    """A row for each indicator; the dials, and whether anything beats them, on the first."""
    from application.words import indicator_name  # noqa: PLC0415

    dials = ", ".join(f"{path} = {value:g}" for path, value in one.values.items())
    beaten = "" if not one.is_on_front else t("not beaten")
    for at, figure in enumerate(one.figures):
        yield [
            "" if at else dials,
            t(indicator_name(figure.indicator)),
            t.number(figure.mean, 2),
            t.number(figure.difference, 2),
            f"[{t.number(figure.low, 2)} ; {t.number(figure.high, 2)}]",
            "" if at else beaten,
        ]


def _show_tornado(found: Exploration) -> None:
    from application.cli.tables import show_run  # noqa: PLC0415
    from application.words import indicator_name  # noqa: PLC0415

    ends = {dial.path: dial for dial in found.design.dials}
    for indicator in found.design.indicators:
        show_table(
            t("What moves {indicator} most", indicator=t(indicator_name(indicator))),
            [t("figure"), t("at"), t("value"), t("at"), t("value"), t("swing")],
            [
                [
                    path,
                    f"{ends[path].low:g}",
                    t.number(low.mean, 2),
                    f"{ends[path].high:g}",
                    t.number(high.mean, 2),
                    t.number(high.mean - low.mean, 2),
                ]
                for path, low, high in found.swings(indicator)
            ],
        )
    show_run(found.run)


def robustness(
    file: ScenarioFile,
    report: Report = None,
    horizon: HorizonDays = 14,
    replications: Replications = 10,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Changes, thins out and reorders the inputs, and says whether the twin still says the same."""
    from application.robustness_words import report as text_of  # noqa: PLC0415
    from application.use_cases.check_robustness import (  # noqa: PLC0415
        RobustnessDesign,
        check_robustness,
        write_robustness,
    )
    from application.use_cases.read_scenario import read_scenario  # noqa: PLC0415

    design = RobustnessDesign(horizon_days=horizon, replications=replications, seed=seed)
    with session() as opened:
        found = check_robustness(opened, read_scenario(file), design)
    if report is not None:
        write_robustness(found, report, t)
    if as_json:
        show_json(asdict(found) | {"holds": found.holds})
    else:
        screen.print(text_of(found, t), markup=False)
    if not found.holds:
        raise typer.Exit(1)
