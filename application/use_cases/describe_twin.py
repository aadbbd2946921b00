"""Writes the STRESS-DES sheet of a run of the twin: how to repeat it, from the run itself."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from application.identity import code_hash, library_versions
from application.language import Translator
from application.report.stress import TITLES, Cell, StressItem
from application.use_cases import stress_places as places
from application.use_cases.access import needs
from application.use_cases.session import Session
from application.use_cases.simulate import (
    TwinDesign,
    TwinRun,
    prepare_twin,
    simulate,
    twin_inputs,
)
from governance.access import Action
from hospital.errors import InvalidInput, Problem, Sentence, say
from scenarios.language import Scenario

if TYPE_CHECKING:
    from hospital.gst import Gst
    from twin.parameters import TwinParameters
    from twin.simulation import Prepared

SUFFIXES = (".md", ".html")
DIGITS = 3

NOTES: dict[str, Sentence] = {
    "stay_is_hypothesis": say("too few stays: the stay of the unit's row was used"),
    "intensive_care_limit_is_hypothesis": say("no history of waits for intensive care: stated"),
    "admissions_disagree": say("admissions of visits and of stays disagree"),
    "admissions_follow_stays": say("admissions were scaled to the stays"),
}
OTHER_NOTE = say("the history was too short: a table of the GST or a hypothesis was used")


@dataclass(frozen=True)
class Described:
    """All that a sheet is written from."""

    session: Session
    design: TwinDesign
    scenario: Scenario | None
    run: TwinRun
    gst: Gst
    parameters: TwinParameters
    prepared: Prepared
    replication_seconds: float


@needs(Action.SIMULATE)
def describe_twin(
    session: Session, design: TwinDesign, file: Path, scenario: Scenario | None = None
) -> TwinRun:
    """Writes the sheet of this run, in Markdown or HTML as the file's name ends.

    The run is done if it has not been; one more replication measures its time on this machine.

    Raises:
        InvalidInput: the name of the file ends in neither ``.md`` nor ``.html``.
    """
    if file.suffix not in SUFFIXES:
        raise InvalidInput([_wrong_suffix(file)])
    described = _described(session, design, scenario)
    file.parent.mkdir(parents=True, exist_ok=True)
    page = render(stress_items(described), described, Translator(session.settings.language), file)
    file.write_text(page, encoding="utf-8")
    return described.run


def _wrong_suffix(file: Path) -> Problem:
    return Problem(
        code="unknown_format",
        file=str(file),
        found=file.suffix,
        expected=" | ".join(SUFFIXES),
        remedy=say("Give a file whose name ends in .md or .html."),
    )


def _described(session: Session, design: TwinDesign, scenario: Scenario | None) -> Described:
    run = simulate(session, design, scenario)
    gst, parameters = twin_inputs(session, design, scenario)
    prepared = prepare_twin(session, design, scenario)
    start = time.process_time()
    prepared.replay(0)
    seconds = time.process_time() - start
    return Described(session, design, scenario, run, gst, parameters, prepared, seconds)


def render(items: dict[str, StressItem], described: Described, t: Translator, file: Path) -> str:
    """The sheet in one language."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - loads slowly

    environment = Environment(
        loader=PackageLoader("application", "report"),
        autoescape=file.suffix == ".html",  # noqa: S701 - the other sheet is Markdown
        undefined=StrictUndefined,
        trim_blocks=True,
    )

    def cell(value: Cell) -> str:
        if isinstance(value, Sentence):
            return t(value)
        return value if isinstance(value, str) else t.number(value, _digits(value))

    content: dict[str, Any] = {
        "t": t,
        "cell": cell,
        "name": described.gst.identity.name,
        "synthetic": described.gst.identity.synthetic,
        "items": [(number, title, items[number]) for number, title in TITLES.items()],
    }
    return environment.get_template(f"stress{file.suffix}.j2").render(content)


def _digits(value: float) -> int:
    return 0 if isinstance(value, int) else DIGITS


def stress_items(one: Described) -> dict[str, StressItem]:
    """What each of the 24 items says of this run."""
    return {
        **_objectives(one),
        **_logic(one),
        "2.5.1": places.entities(one.parameters),
        "2.5.2": places.activities(one.parameters),
        "2.5.3": places.resources(one.gst, one.prepared.network),
        "2.5.4": places.queues(one.parameters),
        "2.5.5": places.entry_and_exit(one.parameters),
        **_data(one),
        **_experiment(one),
        **_implementation(one),
    }


def _objectives(one: Described) -> dict[str, StressItem]:
    scenario = say("the hospitals as they are") if one.scenario is None else one.scenario.name
    return {
        "1.1": StressItem(
            (
                say(
                    "To foresee {days} days of {gst}: beds, waits, transfers and losses, so that a "
                    "change can be tried without risk. The twin proposes; a named person decides.",
                    days=one.run.result.horizon_days,
                    gst=one.gst.identity.name,
                ),
            )
        ),
        "1.2": _outputs(one),
        "1.3": StressItem(
            (
                say("Run: {scenario}.", scenario=scenario),
                say(
                    "A scenario is compared with the baseline pair by pair, on the same random "
                    "numbers."
                ),
            )
        ),
    }


def _outputs(one: Described) -> StressItem:
    """The whole GST: means of the replications, with the interval that the table shows."""
    from application.twin_summaries import result_rows  # noqa: PLC0415 - loads SciPy
    from twin.indicators.formulas import FORMULAS  # noqa: PLC0415

    formulas = {str(indicator): formula for indicator, formula in FORMULAS.items()}
    rows = tuple(
        (row.name, row.indicator, formulas[row.indicator], row.mean, row.half_width)
        for row in result_rows(one.run.result)
        if row.indicator in formulas and not row.group
    )
    return StressItem(
        (say("T is the measured time. Values: whole GST, mean of the replications."),),
        (say("indicator"), say("code"), say("formula"), say("mean"), say("half of 95 % interval")),
        rows,
    )


def _logic(one: Described) -> dict[str, StressItem]:
    changes = () if one.scenario is None else one.scenario.changes
    rows = tuple((str(change.kind), _said(change.model_dump(mode="json"))) for change in changes)
    nothing = (say("No scenario: only the baseline is run."),)
    return {
        "2.1": StressItem(
            (say("Units with their beds, ways of patients, roads between hospitals."),),
            diagram=places.diagram(one.prepared.network),
        ),
        "2.2": StressItem(
            (
                say(
                    "A visitor waits for a cubicle, then for a physician, has tests, and goes home "
                    "or is admitted; the cubicle is held until a bed is free. A patient stays in "
                    "the unit, goes on to another, home, or dies; the bed is held until the next "
                    "one is free."
                ),
            )
        ),
        "2.3": StressItem(
            (say("What the scenario changes:"),) if rows else nothing,
            (say("change"), say("values")) if rows else (),
            rows,
        ),
        "2.4": StressItem(
            (
                say(
                    "Visits of a day follow the forecast's sample path, their hours the rates of "
                    "the weekday; durations by inversion of their laws; shortest roads by Floyd "
                    "and Warshall; remaining stays of inpatients by S(e + h) / S(e)."
                ),
                say(
                    "After every replication: arrived = gone + present + waiting, or the run stops."
                ),
            )
        ),
    }


def _said(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items() if name != "kind")


def _data(one: Described) -> dict[str, StressItem]:
    history = one.session.data.history
    frames = {"visits": history.visits, "stays": history.stays, "consumption": history.consumption}
    notes = tuple(
        (NOTES.get(note.code, OTHER_NOTE), note.code, note.place, note.found)
        for note in one.parameters.notes
    )
    return {
        "3.1": StressItem(
            (
                say(
                    "Tables of the GST folder up to {day}, snapshot {snapshot}; daily visits from "
                    "forecast {forecast}.",
                    day=one.gst.identity.as_of.isoformat(),
                    snapshot=one.session.snapshot.snapshot,
                    forecast=one.run.forecast_run,
                ),
            ),
            (say("table"), say("rows")),
            tuple((name, len(frame)) for name, frame in frames.items()),
        ),
        "3.2": StressItem(
            (
                say(
                    "Rates by hour and weekday from visits; stays fitted by unit with the running "
                    "ones as censored; {count} replacements are listed.",
                    count=len(notes),
                ),
            ),
            (say("what"), say("code"), say("place"), say("found")) if notes else (),
            notes,
        ),
        "3.3": places.inputs(one.parameters),
        "3.4": StressItem(
            (
                say(
                    "Stays of different patients are independent and do not depend on crowding. "
                    "Nobody dies while waiting unless the territory has such a rule."
                ),
                say(
                    "Hypotheses to confirm: patience before leaving (no Moroccan study found), "
                    "limits of the search for intensive care (rules of each GST), and, without "
                    "history, age structure (RGPH 2024) and visits per inhabitant (6 M urgent "
                    "visits in 2024)."
                ),
            )
        ),
    }


def _experiment(one: Described) -> dict[str, StressItem]:
    result = one.run.result
    return {
        "4.1": StressItem(
            (
                say(
                    "Start: {start}, with {patients} patients in their beds; warm-up {days} days.",
                    start=result.start,
                    patients=result.census_patients,
                    days=result.warmup_days,
                ),
            )
        ),
        "4.2": StressItem(
            (
                say(
                    "{days} days measured from {first}, after {warmup} days of warm-up.",
                    days=result.horizon_days,
                    first=one.gst.identity.as_of.isoformat(),
                    warmup=result.warmup_days,
                ),
            )
        ),
        "4.3": StressItem(
            (
                say(
                    "{count} independent replications; means with Student's 95 % interval; "
                    "differences are paired by common random numbers.",
                    count=result.replications,
                ),
            )
        ),
    }


def _implementation(one: Described) -> dict[str, StressItem]:
    versions = {"Python": platform.python_version(), **library_versions()}
    return {
        "5.1": StressItem(
            (say("Tadbir, code {code}.", code=code_hash()),),
            (say("software"), say("version")),
            tuple(versions.items()),
        ),
        "5.2": StressItem(
            (
                say(
                    "Seed {seed}. Every number is a hash of seed, replication, patient and "
                    "purpose, so a change of beds, staff or roads meets the same patients.",
                    seed=one.run.result.seed,
                ),
            )
        ),
        "5.3": StressItem(
            (
                say(
                    "Events on a SimPy environment; all chance is drawn before the run. "
                    "Replications run on any number of processes with the same results."
                ),
            )
        ),
        "5.4": StressItem(
            (
                say(
                    "{machine}, {cores} cores: one replication took {seconds} CPU seconds when "
                    "this sheet was written.",
                    machine=platform.machine(),
                    cores=os.cpu_count() or 1,
                    seconds=f"{one.replication_seconds:.2f}",
                ),
            )
        ),
        "6.1": StressItem(
            (
                say(
                    "Open source, Apache 2.0. Run {run} on snapshot {snapshot} is repeated with "
                    "the same code, folder, scenario and seed: {command}",
                    run=one.run.run,
                    snapshot=one.session.snapshot.snapshot,
                    command=_command(one),
                ),
            )
        ),
    }


def _command(one: Described) -> str:
    design = one.design
    return (
        f"tadbir twin report FILE --horizon {design.horizon_days} "
        f"--replications {design.replications} --seed {design.seed}"
    )
