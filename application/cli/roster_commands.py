"""``tadbir roster``: build a roster, mend it, move a duty, say why, how fair it is, what it breaks.

Engines and tables load inside the command that needs them, so that help comes at once.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from application.cli.chrome import SpokenGroup, dress
from application.cli.options import AsJson, Day, Seed, day_of, session
from application.cli.voice import t
from hospital.errors import GstError, say

if TYPE_CHECKING:
    from application.use_cases.session import Session
    from hospital.roster import Assignment
    from hospital.staff import Leave

Unit = Annotated[str | None, typer.Option("--unit", help=t("Code of the unit."))]
Days = Annotated[int, typer.Option("--days", min=1, max=62, help=t("Days of the roster."))]
Work = Annotated[
    float,
    typer.Option("--work", min=0.1, max=3600, help=t("Seconds of one core the search may take.")),
]
Stages = Annotated[
    bool,
    typer.Option(
        "--stages/--weights",
        help=t("Cover, then fairness, then wishes, one after the other; or all by weights."),
    ),
]
ProposedRules = Annotated[
    bool,
    typer.Option(
        "--proposed-rules",
        help=t("Add the rules proposed for Morocco where rules.csv says nothing."),
    ),
]
Locks = Annotated[
    list[str] | None,
    typer.Option(
        "--lock", help=t("A duty to keep, as STAFF:2026-11-23:SHIFT; may be given again.")
    ),
]
FromBeds = Annotated[
    int | None,
    typer.Option(
        "--from-beds",
        min=1,
        max=99,
        help=t("Nurses for the beds foreseen at this quantile in percent (50, 90), not the table."),
    ),
]
RunOption = Annotated[
    str | None, typer.Option("--run", help=t("Run of a roster (the newest of the unit)."))
]
Away = Annotated[
    list[str],
    typer.Option("--away", help=t("Who is away, as STAFF:2026-11-23:DAYS; may be given again.")),
]
Moves = Annotated[
    list[str],
    typer.Option(
        "--set", help=t("One entry, as STAFF:2026-11-23:SHIFT or STAFF:2026-11-23: for nothing.")
    ),
]
MostChanges = Annotated[
    int | None, typer.Option("--most-changes", min=0, help=t("Person-days that may change."))
]
Person = Annotated[str, typer.Option("--staff", help=t("Code of the person."))]
OnePerson = Annotated[
    str | None, typer.Option("--staff", help=t("Code of the person whose calendar it is (.ics)."))
]
OutFile = Annotated[
    Path,
    typer.Option(
        "--out",
        help=t("The file: .pdf or .xlsx for the wall, .csv, .ics of one person, .zip of all."),
    ),
]
OneDay = Annotated[str, typer.Option("--day", help=t("The day, as 2026-12-01."))]
STAGED_WORK = 30.0


def register(app: typer.Typer) -> None:
    """Adds the roster and what can be done with it."""
    roster = typer.Typer(cls=SpokenGroup)
    roster.callback(invoke_without_command=True)(bare)
    roster.command("build", help=t("Propose a roster, with its bound."))(build)
    roster.command("mend", help=t("Mend a roster after absences with the fewest changes."))(mend)
    roster.command("options", help=t("Ways to live with absences: cover, changes, money."))(options)
    roster.command("move", help=t("Change entries by hand; say which rules they break."))(move)
    roster.command("replace", help=t("Who could take over a duty, and at what cost."))(replace)
    roster.command("explain", help=t("Why somebody works, or is free, on a day."))(explain)
    roster.command("fairness", help=t("How evenly burdens lie, before and after."))(fairness)
    roster.command("prices", help=t("What fairness costs in wishes and cover."))(prices)
    roster.command("export", help=t("Wall chart, table or calendars as a file."))(export)
    roster.command("check", help=t("Every rule that a roster breaks."))(check)
    dress(roster)
    app.add_typer(roster, name="roster", help=t("Propose the roster of a unit."))


def bare(
    context: typer.Context,
    unit: Unit = None,
    first_day: Day = None,
    days: Days = 14,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Builds a roster and checks it before it is shown."""
    if context.invoked_subcommand is None:
        from application.cli import tables  # noqa: PLC0415
        from application.use_cases.build_roster import (  # noqa: PLC0415
            RosterRequest,
            build_roster,
            default_unit,
        )

        with session() as opened:
            asked = RosterRequest(unit or default_unit(opened), day_of(first_day), days, seed)
            tables.show_roster(build_roster(opened, asked), as_json=as_json)


def build(
    unit: Unit = None,
    first_day: Day = None,
    days: Days = 28,
    seed: Seed = 1,
    work: Work = STAGED_WORK,
    stages: Stages = True,
    proposed_rules: ProposedRules = False,
    lock: Locks = None,
    from_beds: FromBeds = None,
    as_json: AsJson = False,
) -> None:
    """Builds a roster stage after stage, from what published rosters left."""
    from application.cli import roster_tables  # noqa: PLC0415
    from application.use_cases.build_roster import (  # noqa: PLC0415
        RosterRequest,
        build_roster,
        default_unit,
    )
    from application.use_cases.needs_from_beds import foreseen_cover  # noqa: PLC0415

    with session() as opened:
        asked = RosterRequest(
            unit or default_unit(opened),
            day_of(first_day),
            days,
            seed,
            work,
            in_stages=stages,
            proposed_rules=proposed_rules,
            locked=tuple(_duty(text) for text in lock or ()),
            bed_percent=from_beds,
        )
        draft = build_roster(opened, asked)
        roster_tables.show_built(draft, as_json=as_json)
        if from_beds is not None and not as_json:
            roster_tables.show_foreseen(foreseen_cover(opened, draft.roster))


def mend(
    away: Away,
    run: RunOption = None,
    first_day: Day = None,
    most_changes: MostChanges = None,
    as_json: AsJson = False,
) -> None:
    """Mends the roster; the result is a draft."""
    from application.cli import roster_tables  # noqa: PLC0415
    from application.use_cases import change_roster  # noqa: PLC0415

    absences = tuple(_absence(text) for text in away)
    with session() as opened:
        asked = change_roster.MendRequest(absences, day_of(first_day), most_changes)
        made = change_roster.mend(opened, _run(opened, run), asked)
        roster_tables.show_mended(made, as_json=as_json)


def options(
    away: Away,
    run: RunOption = None,
    first_day: Day = None,
    as_json: AsJson = False,
) -> None:
    """Weighs uncovered shifts, changed days and agency money against each other."""
    from application.cli import roster_tables  # noqa: PLC0415
    from application.use_cases import change_roster  # noqa: PLC0415

    absences = tuple(_absence(text) for text in away)
    with session() as opened:
        asked = change_roster.MendRequest(absences, day_of(first_day))
        found = change_roster.options(opened, _run(opened, run), asked)
        roster_tables.show_options(found, as_json=as_json)


def move(entries: Moves, run: RunOption = None, as_json: AsJson = False) -> None:
    """Changes entries by hand; the result is a draft, and what it breaks is told."""
    from application.cli import roster_tables  # noqa: PLC0415
    from application.use_cases import change_roster  # noqa: PLC0415

    moves = [change_roster.Move(*_entry(text)) for text in entries]
    with session() as opened:
        made = change_roster.move(opened, _run(opened, run), moves)
        roster_tables.show_checked(made, as_json=as_json)


def replace(staff: Person, day: OneDay, run: RunOption = None, as_json: AsJson = False) -> None:
    """Ranks the colleagues who could take a duty over."""
    from application.cli import roster_tables  # noqa: PLC0415
    from application.use_cases.change_roster import replacements_for  # noqa: PLC0415

    with session() as opened:
        ranked = replacements_for(opened, _run(opened, run), staff, _day(day))
        roster_tables.show_replacements(ranked, as_json=as_json)


def explain(staff: Person, day: OneDay, run: RunOption = None, as_json: AsJson = False) -> None:
    """Says why a person works, or is free, on a day."""
    from application.cli import roster_tables  # noqa: PLC0415
    from application.use_cases.read_fairness import explained  # noqa: PLC0415

    with session() as opened:
        reasons = explained(opened, _run(opened, run), staff, _day(day))
        roster_tables.show_reasons(reasons, as_json=as_json)


def fairness(run: RunOption = None, as_json: AsJson = False) -> None:
    """Shows how evenly every burden lies, in the ledger before the roster and with it."""
    from application.cli import roster_tables  # noqa: PLC0415
    from application.use_cases.read_fairness import fairness_of  # noqa: PLC0415

    with session() as opened:
        roster_tables.show_fairness(fairness_of(opened, _run(opened, run)), as_json=as_json)


def prices(run: RunOption = None, work: Work = 4.0, as_json: AsJson = False) -> None:
    """Shows how much evener a roster can be when wishes and cover may cost a little more."""
    from application.cli import roster_tables  # noqa: PLC0415
    from application.use_cases.read_fairness import fairness_prices  # noqa: PLC0415

    with session() as opened:
        curve = fairness_prices(opened, _run(opened, run), work)
        roster_tables.show_prices(curve, as_json=as_json)


def export(out: OutFile, run: RunOption = None, staff: OnePerson = None) -> None:
    """Writes a stored roster; a draft says that nobody has published it."""
    from application.cli.screen import screen  # noqa: PLC0415
    from application.files_out import require_format  # noqa: PLC0415
    from application.use_cases.export_roster import FORMATS, export_roster  # noqa: PLC0415

    require_format(out.suffix.lower(), FORMATS)
    with session() as opened:
        export_roster(opened, _run(opened, run), out, t, staff)
    screen.print(t("Written to {file}.", file=str(out)))


def check(run: RunOption = None, as_json: AsJson = False) -> None:
    """Checks a stored roster apart from the solver; ends with status 1 where a rule is broken."""
    from application.cli import roster_tables  # noqa: PLC0415
    from application.use_cases.build_roster import RosterDraft  # noqa: PLC0415
    from application.use_cases.read_results import read_roster  # noqa: PLC0415

    with session() as opened:
        name = _run(opened, run)
        roster = read_roster(opened, name)
        roster_tables.show_checked(RosterDraft(name, roster), as_json=as_json)
    if roster.violations():
        raise typer.Exit(1)


def _run(opened: Session, prefix: str | None) -> str:
    from application.terms import RecommendationKind  # noqa: PLC0415
    from application.use_cases.chosen_run import chosen_run  # noqa: PLC0415

    return chosen_run(opened, RecommendationKind.ROSTER, prefix)


def _entry(text: str) -> tuple[str, date, str | None]:
    """STAFF:DAY:SHIFT, where nothing after the second colon means a free day."""
    parts = text.split(":")
    if len(parts) != len(("staff", "day", "shift")):
        raise GstError(
            "not_an_entry",
            say("{found} cannot be read; write STAFF:2026-11-23:SHIFT.", found=text),
        )
    return parts[0], _day(parts[1]), parts[2] or None


def _duty(text: str) -> Assignment:
    from hospital.roster import Assignment  # noqa: PLC0415 - with the tables

    staff, day, shift = _entry(text)
    return Assignment(staff=staff, day=day, shift=shift or "")


def _absence(text: str) -> Leave:
    from application.use_cases.change_roster import absence  # noqa: PLC0415

    staff, first_day, days = _entry(text)
    if days is None or not days.isdecimal() or days == "0":
        raise GstError(
            "not_an_absence", say("{found} cannot be read; write STAFF:2026-11-23:3.", found=text)
        )
    return absence(staff, first_day, int(days))


def _day(text: str) -> date:
    day = day_of(text)
    if day is None:
        raise GstError("not_a_date", say("{found} is not a day; write it as 2026-11-23.", found=""))
    return day
