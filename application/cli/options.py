"""Options that several commands share, and the session that they open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from application.cli.screen import Bar
from application.cli.voice import t
from application.settings import Settings, load_settings
from hospital.errors import GstError, say

if TYPE_CHECKING:
    from application.use_cases.session import Session
    from application.use_cases.simulate import TwinDesign

AsJson = Annotated[bool, typer.Option("--json", help=t("Print JSON for a machine."))]
ScenarioFile = Annotated[Path, typer.Argument(help=t("A scenario in YAML."))]
Seed = Annotated[int, typer.Option("--seed", min=0, help=t("Same seed, same numbers."))]
Processes = Annotated[
    int | None, typer.Option("--processes", min=1, help=t("Processes to use (all cores)."))
]
ClusterAddress = Annotated[
    str | None,
    typer.Option(
        "--cluster", help=t("Address of a Dask scheduler that does the work, as tcp://host:8786.")
    ),
]
HorizonDays = Annotated[
    int, typer.Option("--horizon", min=1, max=366, help=t("Days to look ahead."))
]
Replications = Annotated[
    int, typer.Option("--replications", min=2, max=10_000, help=t("Replications of the twin."))
]
HalfWidth = Annotated[
    float | None,
    typer.Option(
        "--half-width",
        min=0.1,
        max=100,
        help=t(
            "More replications until the 95 % interval is ± this percent of the mean: occupied "
            "beds of each unit; boarding at five times it."
        ),
    ),
]
AtMost = Annotated[
    int, typer.Option("--at-most", min=2, max=10_000, help=t("Most replications in all."))
]
Day = Annotated[
    str | None, typer.Option("--from", help=t("First day, as 2026-11-23 (the next Monday)."))
]


def settings_with(processes: int | None, cluster: str | None = None) -> Settings:
    """The settings of the environment, with the language and workers that were asked for."""
    settings = replace(load_settings(), language=t.language)
    if cluster is not None:
        settings = replace(settings, cluster=cluster)
    return settings if processes is None else replace(settings, processes=processes)


@contextmanager
def session(processes: int | None = None, cluster: str | None = None) -> Iterator[Session]:
    """A session that shows its progress."""
    from application.use_cases.session import open_session  # noqa: PLC0415 - loads pandas

    with open_session(settings_with(processes, cluster), Bar()) as opened:
        yield opened


def twin_design(horizon: int, replications: int, seed: int) -> TwinDesign:
    """How long and how often the twin runs."""
    from application.use_cases.simulate import TwinDesign  # noqa: PLC0415 - loads pandas

    return TwinDesign(horizon_days=horizon, replications=replications, seed=seed)


def day_of(text: str | None) -> date | None:
    """A day written as 2026-11-23. Raises ``GstError`` for anything else."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise GstError(
            "not_a_date", say("{found} is not a day; write it as 2026-11-23.", found=text)
        ) from None
