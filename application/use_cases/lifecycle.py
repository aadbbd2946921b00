"""Reports on a model before, during and after its deployment, from what is stored alone.

Headings follow what the policy asks of evaluation (``shared/design/governance.md``): before, the
evidence on past data and the gates; in the pilot, how people took what it proposed; after, whether
demand has moved and whether groups fare alike. What was not computed is said to be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

from application.files_out import require_format, write_whole
from application.forecast_words import DRIFT_STATES
from application.language import Translator
from application.report.lifecycle import (
    LifecycleReport,
    Section,
    lifecycle_html,
    lifecycle_markdown,
)
from application.store import audit
from application.use_cases.access import needs
from application.use_cases.decide import decision_rates
from application.use_cases.drift_states import newest_drift, read_drift
from application.use_cases.models import Registered, show_model
from application.use_cases.read_results import latest_forecast_run, read_forecast
from application.use_cases.session import Session
from application.words import RECOMMENDATIONS, ROLES, STAGES
from governance.access import Action
from governance.events import EventKind
from governance.promotion import ORDER, Stage, shipped_gates
from hospital.errors import Sentence, say

FORMATS = (".md", ".html")
DIGITS = 3


class Phase(StrEnum):
    """When the model is looked at."""

    BEFORE = "before"
    PILOT = "pilot"
    AFTER = "after"


TITLES: dict[Phase, Sentence] = {
    Phase.BEFORE: say("Before deployment"),
    Phase.PILOT: say("Pilot"),
    Phase.AFTER: say("After deployment"),
}


@needs(Action.READ)
def lifecycle_report(session: Session, key: str, phase: Phase, t: Translator) -> LifecycleReport:
    """The report on one version, or on the newest of a name.

    Raises:
        GstError: there is no such version.
    """
    found = show_model(session, key)
    parts: dict[Phase, tuple[Callable[[Session, Registered, Translator], Section], ...]] = {
        Phase.BEFORE: (_model, _data, _metrics, _past, _gates, _reports),
        Phase.PILOT: (_model, _history, _decisions, _past, _gates, _drift),
        Phase.AFTER: (_model, _history, _decisions, _drift, _reports, _record),
    }
    title = t("{phase}: report on {model}", phase=TITLES[phase], model=found.model.key)
    return LifecycleReport(
        title, tuple(_notes(session, t)), tuple(part(session, found, t) for part in parts[phase])
    )


@needs(Action.READ)
def write_lifecycle(session: Session, key: str, phase: Phase, file: Path, t: Translator) -> None:
    """Writes the report as Markdown or HTML, whole or not at all; its name says which.

    Raises:
        GstError: ``unknown_format``, or there is no such version.
    """
    suffix = file.suffix.lower()
    require_format(suffix, FORMATS)
    report = lifecycle_report(session, key, phase, t)
    text = lifecycle_markdown(report) if suffix == ".md" else lifecycle_html(report, t)
    write_whole(file, text.encode())


def _notes(session: Session, t: Translator) -> Iterator[str]:
    snapshot = session.snapshot
    if snapshot.synthetic:
        yield t("SYNTHETIC DATA: invented for demonstration, no patient is real.")
    yield t(
        "From what is stored on {name} as of {day}; nothing was computed for this report.",
        name=snapshot.name,
        day=t.day(session.gst.identity.as_of),
    )


def _model(session: Session, found: Registered, t: Translator) -> Section:
    model = found.model
    return Section(
        t("Model"),
        (
            t("Stage: {stage}", stage=STAGES[found.stage]),
            t("Owner: {owner}", owner=model.owner),
            t("Intended use: {text}", text=model.intended_use),
            t("Limits: {text}", text=model.limits),
            t("Artefact, SHA-256: {hash}", hash=model.artefact_sha256),
        ),
    )


def _data(session: Session, found: Registered, t: Translator) -> Section:
    data = found.model.training_data
    line = t(
        "{rows} rows from {first} to {last}, SHA-256 {hash}",
        rows=t.number(data.rows),
        first=t.day(data.first_day),
        last=t.day(data.last_day),
        hash=data.sha256[:16],
    )
    return Section(t("Data"), (line,))


def _metrics(session: Session, found: Registered, t: Translator) -> Section:
    rows = tuple(
        (one.name, one.subgroup or t("all"), f"{one.value:g} {one.unit}".strip(), str(one.cases))
        for one in found.model.metrics
    )
    header = (t("figure"), t("group"), t("value"), t("cases"))
    return Section(t("Performance as registered"), (), header, rows)


def _past(session: Session, found: Registered, t: Translator) -> Section:
    """The newest stored forecast on origins that it had not seen, beside the seasonal naive one."""
    title = t("Forecasts on past days")
    run = latest_forecast_run(session)
    if run is None:
        return Section(title, (t("Not stored yet: {command}.", command="tadbir forecast"),))
    rows = tuple(
        (
            str(one.key),
            str(one.backtest.origins),
            t.number(one.backtest.mase, DIGITS),
            t.number(one.backtest.naive_mase, DIGITS),
            t.number(100 * one.backtest.coverage_80, 1),
        )
        for one in read_forecast(session, run).forecasts
        if one.backtest is not None
    )
    header = (
        t("series"),
        t("origins"),
        "MASE",
        t("MASE, seasonal naive"),
        t("inside 80 % interval [%]"),
    )
    line = t("Run {run}.", run=run[:12])
    return Section(title, (line,), header, rows)


def _gates(session: Session, found: Registered, t: Translator) -> Section:
    title = t("Gates before the next stage")
    later = ORDER[ORDER.index(found.stage) + 1 :] if found.stage in ORDER else ()
    if not later:
        return Section(title, (t("There is no stage after this one."),))
    gates = shipped_gates().before(found.model.model_type, later[0])
    rows = tuple(
        (
            gate.metric or (gate.report.value if gate.report else ""),
            gate.bounds or t("never: {words}", words=", ".join(gate.never)),
            t(failure) if (failure := gate.failure(found.evidence)) else t("passed"),
        )
        for gate in gates
    )
    lines = (t("Next stage: {stage}", stage=STAGES[Stage(later[0])]),)
    return Section(title, lines, (t("what"), t("bound"), t("verdict")), rows)


def _reports(session: Session, found: Registered, t: Translator) -> Section:
    rows = tuple(
        (t.day(event.at.date()), str(event.body["report"]), str(event.body["verdict"]), event.actor)
        for event in found.history
        if event.event is EventKind.MODEL_EVALUATED
    )
    lines = () if rows else (t("No report on equity or drift is on record."),)
    header = (t("day"), t("report"), t("verdict"), t("person"))
    return Section(t("Equity and drift on record"), lines, header, rows)


def _history(session: Session, found: Registered, t: Translator) -> Section:
    rows = tuple(
        (
            t.day(event.at.date()),
            event.event.value,
            str(event.body.get("to") or event.body.get("verdict") or ""),
            event.actor,
            str(event.body.get("reason", "")),
        )
        for event in found.history
    )
    return Section(
        t("History"), (), (t("day"), t("event"), t("result"), t("person"), t("reason")), rows
    )


def _decisions(session: Session, found: Registered, t: Translator) -> Section:
    """How people took what was proposed: a rate of zero deserves a question like a high one."""
    title = t("How people decide")
    rates = decision_rates(session)
    if not rates:
        return Section(title, (t("Nobody has decided anything yet."),))
    rows = tuple(
        (
            row.week,
            t(RECOMMENDATIONS[row.kind]),
            t(ROLES[row.role]),
            str(row.decisions),
            t.number(100 * row.override_rate),
            "–" if row.fast_rate is None else t.number(100 * row.fast_rate),
        )
        for row in rates
    )
    header = (
        t("week"),
        t("kind"),
        t("role"),
        t("decisions"),
        t("overruled [%]"),
        t("under 3 s [%]"),
    )
    return Section(title, (), header, rows)


def _drift(session: Session, found: Registered, t: Translator) -> Section:
    title = t("Drift of demand")
    run = newest_drift(session)
    if run is None:
        return Section(title, (t("Not stored yet: {command}.", command="tadbir forecast drift"),))
    rows = tuple(
        (
            str(one.key),
            t(DRIFT_STATES[one.state]),
            "–" if one.since is None else t.day(one.since),
            str(one.alarms),
            "–" if one.coverage is None else t.number(100 * one.coverage),
        )
        for one in read_drift(session, run.run)
    )
    header = (t("series"), t("state"), t("since"), t("alarms"), t("inside 80 % lately"))
    return Section(title, (t("Run {run}.", run=run.run[:12]),), header, rows)


def _record(session: Session, found: Registered, t: Translator) -> Section:
    """Whether the record on which this report rests holds from end to end."""
    verified = audit.verified(session.database)
    if verified.broken is not None:
        line = t(
            "The record does not hold from entry {number} on ({fault}).",
            number=verified.broken.sequence,
            fault=verified.broken.fault,
        )
    else:
        line = t(
            "{count} entries, the chain holds. Head: {head}",
            count=verified.entries,
            head=verified.head or "–",
        )
    return Section(t("The record"), (line,))
