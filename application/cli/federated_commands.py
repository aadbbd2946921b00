"""``tadbir federated``: what GSTs tell one another of their calendar, signed; never rows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from application.cli.chrome import SpokenGroup, dress
from application.cli.options import AsJson, session
from application.cli.screen import screen, show_json, show_table
from application.cli.voice import t

KeyOption = Annotated[
    Path, typer.Option("--key", help=t("The file of the key that the GSTs share."))
]
NewKey = Annotated[Path, typer.Argument(help=t("The file to write the new key to."))]
OutFile = Annotated[Path, typer.Argument(help=t("The file to write."))]
InFile = Annotated[Path, typer.Argument(help=t("The file of another GST."))]
By = Annotated[str, typer.Option("--by", help=t("Your name."))]


def register(app: typer.Typer) -> None:
    """Adds the commands on parameters that are shared."""
    federated = typer.Typer(cls=SpokenGroup, no_args_is_help=True)
    federated.command("key", help=t("Make a key that the GSTs share; hand it over by hand."))(key)
    federated.command("export", help=t("Write what our hospitals learnt of the calendar, signed."))(
        export
    )
    federated.command("import", help=t("Take what another GST tells, if its signature is right."))(
        import_
    )
    federated.command("list", help=t("List what is known, and of when."))(list_all)
    dress(federated)
    app.add_typer(federated, name="federated", help=t("Share parameters between GSTs, never rows."))


def key(file: NewKey) -> None:
    """Only its owner may read the file."""
    from application.federated.signed_file import make_key  # noqa: PLC0415

    make_key(file)
    screen.print(t("Written to {file}.", file=str(file)))


def export(file: OutFile, key: KeyOption, by: By = "") -> None:
    """Effects over all hospitals with their uncertainty; forecasts here use them too."""
    from application.use_cases.federated import tell_parameters  # noqa: PLC0415

    with session() as opened:
        told = tell_parameters(opened, file, key, by)
    count = sum(len(kind.effects) for kind in told.kinds)
    screen.print(t("{count} effects written to {file}.", count=t.number(count), file=str(file)))


def import_(file: InFile, key: KeyOption, by: By = "") -> None:
    """Hospitals with less than a year of history are forecast with it from now on."""
    from application.use_cases.federated import take_parameters  # noqa: PLC0415

    with session() as opened:
        told = take_parameters(opened, file, key, by)
    count = sum(len(kind.effects) for kind in told.kinds)
    screen.print(t("{count} effects of {gst} are used.", count=t.number(count), gst=told.gst))


def list_all(as_json: AsJson = False) -> None:
    """One line for each GST and kind of count."""
    from application.use_cases.federated import known_parameters  # noqa: PLC0415

    with session() as opened:
        found = known_parameters(opened)
    if as_json:
        show_json([one.model_dump(mode="json") for one in found])
        return
    show_table(
        t("Shared parameters"),
        ["GST", t("day"), t("kind"), t("effects"), t("hospitals")],
        [
            [
                one.gst,
                one.as_of.isoformat(),
                kind.kind.value,
                t.number(len(kind.effects)),
                t.number(max(effect.hospitals for effect in kind.effects)),
            ]
            for one in found
            for kind in one.kinds
        ],
    )
