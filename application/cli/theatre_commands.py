"""``tadbir theatre``: plan a week of surgery, change, check, explain and hand out the plan.

Engines and tables load inside the command that needs them, so that help comes at once.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from application.cli.chrome import SpokenGroup, dress
from application.cli.options import (
    AsJson,
    Day,
    HorizonDays,
    Processes,
    Seed,
    day_of,
    session,
    twin_design,
)
from application.cli.voice import t
from hospital.errors import GstError, say

if TYPE_CHECKING:
    from application.use_cases.change_theatre import Emergency
    from application.use_cases.session import Session

HospitalCode = Annotated[str | None, typer.Option("--hospital", help=t("Code of the hospital."))]
InstanceFile = Annotated[Path, typer.Argument(help=t("An instance of IHTC-2024, JSON or gzip."))]
Seconds = Annotated[
    float, typer.Option("--seconds", min=2, max=86_400, help=t("Seconds by the clock."))
]
Moves = Annotated[
    int | None,
    typer.Option(
        "--work", min=1, help=t("Moves of each search, without a clock: same moves, same plan.")
    ),
]
SolutionFile = Annotated[
    Path | None, typer.Option("--score", help=t("Only judge this solution; plan nothing."))
]
OutFile = Annotated[Path | None, typer.Option("--out", help=t("Write the solution to this file."))]
RunOption = Annotated[
    str | None, typer.Option("--run", help=t("Run of a theatre plan (the newest)."))
]
Now = Annotated[str, typer.Option("--now", help=t("The day and hour, as 2026-12-01T10:00."))]
Emergencies = Annotated[
    list[str] | None,
    typer.Option(
        "--emergency",
        help=t(
            "Somebody to operate today, as CODE:PROCEDURE:SURGEON:female:15-64; may be given again."
        ),
    ),
]
Absent = Annotated[
    list[str] | None,
    typer.Option("--absent", help=t("Code of a surgeon who is missing; may be given again.")),
]
Patient = Annotated[
    str | None, typer.Option("--patient", help=t("Code of one patient (everybody left out)."))
]
CheckReplications = Annotated[
    int, typer.Option("--replications", min=20, max=10_000, help=t("Replications of the twin."))
]
Rosters = Annotated[
    list[str] | None,
    typer.Option("--roster", help=t("Run of a roster that staffs beds; may be given again.")),
]
OneSurgeon = Annotated[
    str | None,
    typer.Option("--surgeon", help=t("Code of the surgeon whose calendar it is (.ics).")),
]
ListFile = Annotated[
    Path,
    typer.Option(
        "--out",
        help=t("The file: .pdf or .xlsx by day, .csv, .ics of one surgeon, .zip of all."),
    ),
]


def register(app: typer.Typer) -> None:
    """Adds the theatre and what can be done with it."""
    theatre = typer.Typer(cls=SpokenGroup)
    theatre.callback(invoke_without_command=True)(bare)
    theatre.command("plan", help=t("Propose a week of surgery."))(plan)
    theatre.command("replan", help=t("Plan the day again with the fewest changes."))(replan)
    theatre.command("check", help=t("Replay a plan in the twin: overtime, beds, equity."))(check)
    theatre.command("explain", help=t("Why a patient waits, and what would place him."))(explain)
    theatre.command("score", help=t("Value, bound, indicators, and rules broken."))(judge)
    theatre.command("release", help=t("Unused session time, and who could use it."))(release)
    theatre.command("territory", help=t("Places in other hospitals for who accepts."))(territory)
    theatre.command("export", help=t("Daily lists, table or calendars as a file."))(export)
    theatre.command("ihtc", help=t("Plan or judge an instance of the competition IHTC-2024."))(ihtc)
    dress(theatre)
    app.add_typer(theatre, name="theatre", help=t("Propose a week of surgery."))


def bare(
    context: typer.Context,
    hospital: HospitalCode = None,
    first_day: Day = None,
    horizon: HorizonDays = 28,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Plans a week of surgery against the beds that emergencies are expected to leave."""
    if context.invoked_subcommand is None:
        plan(hospital, first_day, horizon, seed, None, as_json)


def plan(
    hospital: HospitalCode = None,
    first_day: Day = None,
    horizon: HorizonDays = 28,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Plans a week of surgery against the beds that emergencies are expected to leave."""
    from application.cli import tables  # noqa: PLC0415
    from application.use_cases.plan_theatre import (  # noqa: PLC0415
        THEATRE_REPLICATIONS,
        default_hospital,
        plan_theatre,
    )

    with session(processes) as opened:
        design = twin_design(horizon, THEATRE_REPLICATIONS, seed)
        place = hospital or default_hospital(opened)
        tables.show_theatre(plan_theatre(opened, place, design, day_of(first_day)), as_json=as_json)


def replan(
    now: Now,
    run: RunOption = None,
    emergency: Emergencies = None,
    absent: Absent = None,
    as_json: AsJson = False,
) -> None:
    """Keeps what has begun and, as far as it can, everything else; the result is a draft."""
    from application.cli import theatre_tables  # noqa: PLC0415
    from application.use_cases import change_theatre  # noqa: PLC0415

    news = change_theatre.TodaysNews(
        _moment(now), tuple(_emergency(text) for text in emergency or ()), tuple(absent or ())
    )
    with session() as opened:
        made = change_theatre.replan(opened, _run(opened, run), news)
        theatre_tables.show_replanned(made, as_json=as_json)


def check(
    run: RunOption = None,
    horizon: HorizonDays = 28,
    replications: CheckReplications = 100,
    roster: Rosters = None,
    seed: Seed = 2,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Replays the hospitals with the patients of the plan, on chance that the plan has not seen."""
    from application.cli import theatre_tables  # noqa: PLC0415
    from application.use_cases.check_theatre import check_theatre  # noqa: PLC0415

    with session(processes) as opened:
        design = twin_design(horizon, replications, seed).but(rosters=tuple(roster or ()))
        found = check_theatre(opened, _run(opened, run), design)
        theatre_tables.show_check(found, as_json=as_json)


def explain(patient: Patient = None, run: RunOption = None, as_json: AsJson = False) -> None:
    """Names what stands in the way of each patient left out, and the smallest relaxation."""
    from application.cli import roster_tables, theatre_tables  # noqa: PLC0415
    from application.theatre_words import explained  # noqa: PLC0415
    from application.use_cases.read_results import read_theatre_plan  # noqa: PLC0415

    with session() as opened:
        plan = read_theatre_plan(opened, _run(opened, run))
        if patient is None:
            theatre_tables.show_left_out(plan, as_json=as_json)
            return
        reasons = explained(plan, patient)
        if reasons is None:
            raise GstError(
                "not_in_the_plan",
                say("{patient} is not on the list of this plan.", patient=patient),
            )
        roster_tables.show_reasons(reasons, as_json=as_json)


def judge(run: RunOption = None, as_json: AsJson = False) -> None:
    """Judges a stored plan apart from the solver; ends with status 1 where a rule is broken."""
    from application.cli import theatre_tables  # noqa: PLC0415
    from application.use_cases.read_results import read_theatre_plan  # noqa: PLC0415
    from application.use_cases.read_theatre import indicators_of  # noqa: PLC0415

    with session() as opened:
        name = _run(opened, run)
        plan = read_theatre_plan(opened, name)
        theatre_tables.show_score(name, plan, indicators_of(opened, name), as_json=as_json)
    if plan.violations():
        raise typer.Exit(1)


def release(run: RunOption = None, as_json: AsJson = False) -> None:
    """Lists the sessions with an hour or more to give, the emptiest first."""
    from application.cli import theatre_tables  # noqa: PLC0415
    from application.use_cases.read_theatre import offers_of  # noqa: PLC0415

    with session() as opened:
        theatre_tables.show_offers(offers_of(opened, _run(opened, run)), as_json=as_json)


def territory(
    first_day: Day = None,
    horizon: HorizonDays = 28,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Plans every suite of the GST, then offers unused time to who was left out and accepts."""
    from application.cli import theatre_tables  # noqa: PLC0415
    from application.use_cases.change_theatre import share_list  # noqa: PLC0415
    from application.use_cases.plan_theatre import THEATRE_REPLICATIONS  # noqa: PLC0415

    with session(processes) as opened:
        design = twin_design(horizon, THEATRE_REPLICATIONS, seed)
        shared = share_list(opened, design, day_of(first_day))
        theatre_tables.show_territory(shared, as_json=as_json)


def export(out: ListFile, run: RunOption = None, surgeon: OneSurgeon = None) -> None:
    """Writes a stored plan; a draft says that nobody has published it."""
    from application.cli.screen import screen  # noqa: PLC0415
    from application.files_out import require_format  # noqa: PLC0415
    from application.use_cases.export_theatre import FORMATS, export_theatre  # noqa: PLC0415

    require_format(out.suffix.lower(), FORMATS)
    with session() as opened:
        export_theatre(opened, _run(opened, run), out, t, surgeon)
    screen.print(t("Written to {file}.", file=str(out)))


def ihtc(
    file: InstanceFile,
    seconds: Seconds = 60.0,
    work: Moves = None,
    seed: Seed = 1,
    solution: SolutionFile = None,
    out: OutFile = None,
    as_json: AsJson = False,
) -> None:
    """Plans patients, rooms, theatres and nurses together, and scores by the official rules."""
    from application.cli import ihtc_tables  # noqa: PLC0415
    from application.use_cases.plan_ihtc import judge_ihtc, plan_ihtc  # noqa: PLC0415
    from scheduling.theatres.ihtc.solve import Effort  # noqa: PLC0415

    if solution is not None:
        ihtc_tables.show_score(file.name, judge_ihtc(file, solution), as_json=as_json)
        return
    effort = Effort(seed, work, None if work else seconds)
    with ihtc_tables.ProgressBar() as bar:
        planned = plan_ihtc(file, effort, out, bar.watch)
    ihtc_tables.show_planned(file.name, planned, as_json=as_json)


def _run(opened: Session, prefix: str | None) -> str:
    from application.terms import RecommendationKind  # noqa: PLC0415
    from application.use_cases.chosen_run import chosen_run  # noqa: PLC0415

    return chosen_run(opened, RecommendationKind.THEATRE_PLAN, prefix)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise GstError(
            "not_a_moment",
            say("{found} is not a day and hour; write it as 2026-12-01T10:00.", found=text),
        ) from None


def _emergency(text: str) -> Emergency:
    from application.use_cases.change_theatre import Emergency  # noqa: PLC0415
    from hospital.theatre import AgeGroup, Sex  # noqa: PLC0415

    try:
        code, procedure, surgeon, sex, age = text.split(":")
        return Emergency(code, procedure, surgeon, Sex(sex), AgeGroup(age))
    except ValueError:
        raise GstError(
            "not_an_emergency",
            say(
                "{found} cannot be read; write CODE:PROCEDURE:SURGEON:female:15-64 "
                "(female or male; 0-14, 15-64 or 65+).",
                found=text,
            ),
        ) from None
