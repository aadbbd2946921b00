"""``tadbir audit``: does the record hold, and what is its head?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from application.cli.chrome import SpokenGroup, dress
from application.cli.options import AsJson, session
from application.cli.screen import screen, show_json
from application.cli.voice import t

if TYPE_CHECKING:
    from application.store.audit import Verified

if TYPE_CHECKING:
    from application.store.audit import Verified

HeadFile = Annotated[
    Path | None, typer.Option("--head", help=t("A head that was exported earlier (JSON)."))
]
OutFile = Annotated[Path | None, typer.Option("--out", help=t("Write the head to this file."))]


def register(app: typer.Typer) -> None:
    """Adds the commands on the record; alone, ``audit`` verifies it."""
    audit = typer.Typer(cls=SpokenGroup)
    audit.callback(invoke_without_command=True)(bare)
    audit.command("verify", help=t("Verify the record, from its first entry to its head."))(verify)
    audit.command("head", help=t("Print the head: keep it elsewhere, so that a cut is found."))(
        head
    )
    dress(audit)
    app.add_typer(audit, name="audit", help=t("Verify the record of decisions."))


def bare(context: typer.Context) -> None:
    """Verifies where nothing else is asked."""
    if context.invoked_subcommand is None:
        verify()


def verify(head: HeadFile = None, as_json: AsJson = False) -> None:
    """Says where the chain first fails; ends with status 2 where it does."""
    from application.use_cases.audit_head import (  # noqa: PLC0415 - loads pandas
        read_head,
        verify_record,
    )

    exported = None if head is None else read_head(head)
    with session() as opened:
        found = verify_record(opened, exported)
    if as_json:
        show_json(
            {
                "entries": found.entries,
                "erased": found.erased,
                "head": found.head,
                "broken_at": None if found.broken is None else found.broken.sequence,
                "fault": None if found.broken is None else found.broken.fault,
                "clock_set_back_at": list(found.clock_set_back),
            }
        )
    if found.broken is not None:
        raise found.broken.refusal()
    if not as_json:
        _show_that_it_holds(found)


def _show_that_it_holds(found: "Verified") -> None:
    """What a person reads of a record without a break."""
    screen.print(
        t(
            "{count} entries, the chain holds. Head: {head}",
            count=found.entries,
            head=found.head or "–",
        )
    )
    screen.print(
        t(
            "This finds what was changed; it cannot prevent it. Keep the head elsewhere "
            "(tadbir audit head), for who owns the file can write the whole chain anew."
        )
    )
    if found.clock_set_back:
        screen.print(
            t(
                "The clock was set back before entry {entries}: the order of the entries "
                "holds, their times do not. Set the clock of this machine by a time server.",
                entries=", ".join(str(number) for number in found.clock_set_back),
            )
        )


def head(out: OutFile = None) -> None:
    """The newest entry's place and hash, as JSON."""
    from application.use_cases.audit_head import exported_head, write_head  # noqa: PLC0415

    with session() as opened:
        if out is None:
            show_json(exported_head(opened))
            return
        write_head(opened, out)
    screen.print(t("Written to {file}.", file=str(out)))
