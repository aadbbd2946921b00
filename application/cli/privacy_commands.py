"""``tadbir privacy``: the register of processing, and the purge of what is kept too long."""

from __future__ import annotations

from typing import Annotated

import typer

from application.cli.chrome import SpokenGroup, dress
from application.cli.options import AsJson, day_of, session
from application.cli.screen import screen, show_json
from application.cli.voice import t
from hospital.errors import GstError, say

Before = Annotated[str, typer.Option("--before", help=t("Remove what is older than this day."))]
By = Annotated[str, typer.Option("--by", help=t("Your name."))]


def register(app: typer.Typer) -> None:
    """Adds the commands on personal data."""
    privacy = typer.Typer(cls=SpokenGroup, no_args_is_help=True)
    privacy.command("register", help=t("The register of processing (law 09-08)."))(processing)
    privacy.command("purge", help=t("Remove what is older than a day; the chain still holds."))(
        purge
    )
    dress(privacy)
    app.add_typer(privacy, name="privacy", help=t("What is kept of persons, and its end."))


def processing(as_json: AsJson = False) -> None:
    """Markdown for a person; what the database does not hold is not listed."""
    from dataclasses import asdict  # noqa: PLC0415

    from application.use_cases.privacy import register_of_processing  # noqa: PLC0415

    with session() as opened:
        found = register_of_processing(opened)
    if as_json:
        show_json([asdict(one) for one in found])
        return
    title = t("Register of processing (law 09-08)")
    screen.print(f"# {title}\n", markup=False)
    for one in found:
        lines = (
            (t("Purpose"), t(one.purpose)),
            (t("Persons"), t(one.persons)),
            (t("Data"), t(one.data)),
            (t("Protection"), t(one.protection)),
            (t("Entries"), t.number(one.entries)),
            (t("Months"), f"{one.oldest} … {one.newest}" if one.oldest else "–"),
        )
        told = "\n".join(f"- {name}: {value}" for name, value in lines)
        screen.print(f"## {t(one.name)}\n\n{told}\n", markup=False)


def purge(before: Before, by: By = "") -> None:
    """Keeps the current GST, ninety days at least, and every hash of the record."""
    from application.use_cases.privacy import purge as remove  # noqa: PLC0415

    day = day_of(before)
    if day is None:
        raise GstError("not_a_date", say("{found} is not a day; write it as 2026-11-23.", found=""))
    with session() as opened:
        found = remove(opened, day, by)
    screen.print(
        t(
            "Removed: {runs} runs, {snapshots} old snapshots, the text of {entries} entries.",
            runs=found.runs,
            snapshots=found.snapshots,
            entries=found.entries,
        )
    )
    if found.not_erasable:
        screen.print(
            t(
                "{count} entries are from before texts could be erased, and stay.",
                count=found.not_erasable,
            )
        )
