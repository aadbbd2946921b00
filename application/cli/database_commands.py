"""``tadbir db``: what the database holds, backups of it, and the move to PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from application.cli.chrome import SpokenGroup, dress
from application.cli.options import AsJson, session
from application.cli.screen import screen, show_json, show_table
from application.cli.voice import t

if TYPE_CHECKING:
    from application.store.copies import Copied

BYTES_PER_MB = 1_000_000

NewFile = Annotated[Path, typer.Argument(help=t("A file that does not exist yet."))]
BackupFile = Annotated[Path, typer.Argument(help=t("A backup that tadbir db backup made."))]
Address = Annotated[
    str,
    typer.Argument(help=t("Address of an empty database, as postgresql://user@server/name.")),
]


def register(app: typer.Typer) -> None:
    """Adds the commands on the database."""
    commands = typer.Typer(cls=SpokenGroup, no_args_is_help=True)
    commands.command("status", help=t("What the database holds, with counts and hashes."))(status)
    commands.command("backup", help=t("Write everything into one file, and compare."))(backup)
    commands.command("check", help=t("Verify a backup without restoring it."))(check)
    commands.command("restore", help=t("Bring a backup back into an empty database."))(restore)
    commands.command("copy", help=t("Copy everything into an empty database, and compare."))(copy)
    dress(commands)
    app.add_typer(commands, name="db", help=t("Back up, restore and move the database."))


def status(as_json: AsJson = False) -> None:
    """Two databases with the same hashes hold the same."""
    from application.use_cases.keep_database import database_state  # noqa: PLC0415

    with session() as opened:
        found = database_state(opened)
    if as_json:
        head = found.head
        show_json(
            {
                "kind": found.kind,
                "address": found.address,
                "size_bytes": found.size_bytes,
                "head": None if head is None else {"sequence": head.sequence, "hash": head.hash},
                **found.contents.as_json(),
            }
        )
        return
    show_table(
        t("Database {address}, version {version}", **_named(found)),
        [t("table"), t("rows"), "SHA-256"],
        [
            [name, t.number(table.rows), table.sha256[:12]]
            for name, table in found.contents.tables.items()
        ],
    )
    screen.print(t("Size: {size} MB.", size=t.number(round(found.size_bytes / BYTES_PER_MB, 1))))


def _named(found: Any) -> dict[str, str]:
    return {"address": found.address, "version": found.contents.version}


def backup(file: NewFile) -> None:
    """Reads one state of the database while others go on working."""
    from application.use_cases.keep_database import back_up  # noqa: PLC0415

    with session() as opened:
        found = back_up(opened, file)
    screen.print(t("Written to {file}.", file=str(file)))
    _say_compared(found.copied)
    screen.print(t("It holds data on health: keep it encrypted, and apart from this machine."))


def check(file: BackupFile) -> None:
    """Hashes every row and verifies the record."""
    from application.use_cases.keep_database import check_backup  # noqa: PLC0415

    found = check_backup(file)
    screen.print(
        t("{file} holds, made {day}.", file=str(file), day=f"{found.made_at:%Y-%m-%d %H:%M} UTC")
    )
    _say_compared(found.copied)


def restore(file: BackupFile) -> None:
    """Writes over nothing: the database has to be empty."""
    from application.use_cases.keep_database import restore_backup  # noqa: PLC0415

    with session() as opened:
        found = restore_backup(opened, file)
    screen.print(t("Restored from {file}.", file=str(file)))
    _say_compared(found)


def copy(address: Address) -> None:
    """Afterwards TADBIR_DATABASE_URL names the new one."""
    from application.use_cases.keep_database import copy_to  # noqa: PLC0415

    with session() as opened:
        found = copy_to(opened, address)
    screen.print(t("Copied. From now on set TADBIR_DATABASE_URL to this address."))
    _say_compared(found)


def _say_compared(found: Copied) -> None:
    """Counts, and the head of the record that came along."""
    screen.print(
        t(
            "{rows} rows in {tables} tables, compared by their hashes. Head of the record: {head}",
            rows=t.number(found.rows),
            tables=len(found.contents.tables),
            head=found.head.hash if found.head else "–",
        )
    )
