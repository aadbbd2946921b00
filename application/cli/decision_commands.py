"""Commands with which a named person decides, and with which it is read how people decide."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from application.cli.options import AsJson, session
from application.cli.screen import aside, screen, show_json, show_table
from application.cli.voice import t
from governance.decision import ReasonCode, Role, State, Verdict
from hospital.errors import GstError, say

if TYPE_CHECKING:
    from application.use_cases.session import Session
    from governance.override import OverrideRow

SECONDS_A_MINUTE = 60

Run = Annotated[str | None, typer.Argument(help=t("The run, or its first characters."))]
Said = Annotated[Verdict | None, typer.Option("--verdict", help=t("What you decide."))]
By = Annotated[str, typer.Option("--by", help=t("Your name."))]
As = Annotated[Role, typer.Option("--role", help=t("Your role."))]
Reason = Annotated[str, typer.Option("--reason", help=t("Why (needed unless you accept)."))]
Change = Annotated[str, typer.Option("--change", help=t("What you changed, in words."))]
Code = Annotated[
    ReasonCode | None, typer.Option("--code", help=t("The kind of reason (needed to reject)."))
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", help=t("A value of yours, as /lines/0/packs=12; may be given again.")),
]
Instead = Annotated[
    str | None, typer.Option("--instead", help=t("The run that holds your own version."))
]
Show = Annotated[
    bool, typer.Option("--show", help=t("Print what is recommended, with the places to change."))
]
Rates = Annotated[
    bool, typer.Option("--rates", help=t("How often and how fast people overrule or accept."))
]
Out = Annotated[
    Path | None, typer.Option("--out", help=t("Write what was decided as JSON to this file."))
]


def register(app: typer.Typer) -> None:
    """Adds the command on decisions."""
    app.command("decide", help=t("List the drafts, or accept, modify or reject one."))(decide)


def decide(
    run: Run = None,
    verdict: Said = None,
    by: By = "",
    role: As = Role.MANAGER,
    reason: Reason = "",
    change: Change = "",
    code: Code = None,
    sets: Sets = None,
    instead: Instead = None,
    show: Show = False,
    rates: Rates = False,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Without a run it lists what waits; with one it records the verdict for good."""
    from application.use_cases.decide import Opinion, find_recommendation  # noqa: PLC0415
    from application.use_cases.decide import decide as record  # noqa: PLC0415
    from application.use_cases.state_change import edits_of  # noqa: PLC0415

    with session() as opened:
        if run is None:
            _list(opened, rates=rates, as_json=as_json)
            return
        if show or out is not None:
            _show(opened, run, out)
            return
        if verdict is None:
            raise GstError("verdict_missing", say("Add --verdict accepted, modified or rejected."))
        edits = edits_of(opened, run, sets or (), instead) if sets or instead else ()
        opinion = Opinion(verdict, by, role, reason, change, code, edits)
        _warn_of_the_clock(opened)
        entry = record(opened, run, opinion)
        state = find_recommendation(opened, run).state
    screen.print(
        t("Recorded as entry {number} ({hash}).", number=entry.sequence, hash=entry.hash[:12])
    )
    if state is State.SECOND_NEEDED:
        screen.print(t("A second person has to agree before it is published."))


def _warn_of_the_clock(opened: "Session") -> None:
    """A decision is kept in its order whatever the clock says; a person should still set it."""
    from application.use_cases.decide import clock_behind  # noqa: PLC0415 - loads pandas

    behind = clock_behind(opened)
    if behind is not None:
        aside.print(
            t(
                "The clock of this machine is {minutes} minutes behind the newest entry of the "
                "record: set it. The decision is kept in its order all the same.",
                minutes=t.number(round(behind.total_seconds() / SECONDS_A_MINUTE)),
            )
        )


def _show(opened: "Session", run: str, out: Path | None) -> None:
    from application.use_cases.decide import find_recommendation  # noqa: PLC0415 - loads pandas
    from application.use_cases.publishing import document_of, write_published  # noqa: PLC0415

    if out is None:
        show_json(document_of(opened, find_recommendation(opened, run)))
        return
    write_published(opened, run, out)
    screen.print(t("Written to {file}.", file=str(out)))


def _list(opened: "Session", *, rates: bool, as_json: bool) -> None:
    from application.cli import tables  # noqa: PLC0415 - loads pandas
    from application.use_cases.decide import decision_rates, recommendations  # noqa: PLC0415

    if rates:
        _show_rates(decision_rates(opened), as_json=as_json)
        return
    found = recommendations(opened)
    if as_json:
        show_json([{"run": r.run.run, "kind": r.kind, "state": r.state} for r in found])
        return
    show_table(
        t("Recommendations"),
        [t("run"), t("kind"), t("state"), t("person"), t("reason")],
        [tables.recommendation_row(recommendation) for recommendation in found],
    )


def _show_rates(rows: "tuple[OverrideRow, ...]", *, as_json: bool) -> None:
    """A rate of zero is shown as plainly as a high one: both deserve a question."""
    from dataclasses import asdict  # noqa: PLC0415

    from application.words import RECOMMENDATIONS, ROLES  # noqa: PLC0415 - loads pandas

    if as_json:
        told = [asdict(r) | {"override_rate": r.override_rate} for r in rows]
        show_json([row | {"fast_rate": r.fast_rate} for row, r in zip(told, rows, strict=True)])
        return
    show_table(
        t("How people decide"),
        [t("kind"), t("role"), t("week"), t("decisions"), t("overruled [%]"), t("under 3 s [%]")],
        [
            [
                t(RECOMMENDATIONS[row.kind]),
                t(ROLES[row.role]),
                row.week,
                str(row.decisions),
                _percent(row.override_rate),
                _percent(row.fast_rate),
            ]
            for row in rows
        ],
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else t.number(round(100 * share))
