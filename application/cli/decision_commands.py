"""Commands with which a named person decides, and with which anybody checks the record."""

from typing import TYPE_CHECKING, Annotated

import typer

from application.cli.options import AsJson, session
from application.cli.screen import screen, show_json, show_table
from application.cli.voice import t
from governance.decision import Role, Verdict
from hospital.errors import GstError, say

if TYPE_CHECKING:
    from application.use_cases.session import Session

Run = Annotated[str | None, typer.Argument(help=t("The run, or its first characters."))]
Said = Annotated[Verdict | None, typer.Option("--verdict", help=t("What you decide."))]
By = Annotated[str, typer.Option("--by", help=t("Your name."))]
As = Annotated[Role, typer.Option("--role", help=t("Your role."))]
Reason = Annotated[str, typer.Option("--reason", help=t("Why (needed unless you accept)."))]
Change = Annotated[str, typer.Option("--change", help=t("What you changed."))]


def register(app: typer.Typer) -> None:
    """Adds the commands on decisions."""
    app.command("decide", help=t("List the drafts, or accept, modify or reject one."))(decide)
    app.command("audit", help=t("Verify the record of decisions."))(audit)


def decide(
    run: Run = None,
    verdict: Said = None,
    by: By = "",
    role: As = Role.MANAGER,
    reason: Reason = "",
    change: Change = "",
    as_json: AsJson = False,
) -> None:
    """Without a run it lists what waits; with one it records the verdict for good."""
    from application.use_cases.decide import Opinion  # noqa: PLC0415 - loads pandas
    from application.use_cases.decide import decide as record  # noqa: PLC0415

    with session() as opened:
        if run is None:
            _list(opened, as_json=as_json)
            return
        if verdict is None:
            raise GstError("verdict_missing", say("Add --verdict accepted, modified or rejected."))
        entry = record(opened, run, Opinion(verdict, by, role, reason, change))
    screen.print(
        t("Recorded as entry {number} ({hash}).", number=entry.sequence, hash=entry.hash[:12])
    )


def _list(opened: "Session", *, as_json: bool) -> None:
    from application.cli import tables  # noqa: PLC0415 - loads pandas
    from application.use_cases.decide import recommendations  # noqa: PLC0415

    found = recommendations(opened)
    if as_json:
        show_json([{"run": r.run.run, "kind": r.kind, "state": r.state} for r in found])
        return
    show_table(
        t("Recommendations"),
        [t("run"), t("kind"), t("state"), t("person"), t("reason")],
        [tables.recommendation_row(recommendation) for recommendation in found],
    )


def audit() -> None:
    """Says whether the chain of decisions holds, and its head to be kept elsewhere."""
    from application.store.decisions import entries, verify  # noqa: PLC0415

    with session() as opened:
        broken = verify(opened.database)
        chain = entries(opened.database)
    if broken is not None:
        raise GstError(
            "chain_broken",
            say(
                "The record does not hold from entry {number} on ({fault}).",
                number=broken.sequence,
                fault=broken.fault,
            ),
        )
    head = chain[-1].hash if chain else "–"
    screen.print(t("{count} entries, the chain holds. Head: {head}", count=len(chain), head=head))
