"""The state of the demand of every series, kept as a run so that a page can show it at once."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import TypeAdapter

from application.identity import run_identity
from application.store.runs import JSON, Result, Run, find_run, latest_run, load_result, save_run
from application.use_cases.access import needs
from application.use_cases.forecast_demand import ForecastRequest
from application.use_cases.session import Session
from application.use_cases.watch_drift import watch_drift
from governance.access import Action
from hospital.base import Frozen
from hospital.drift import DriftReport, DriftState
from hospital.forecast import SeriesKey

KIND = "drift_states"
GRAVEST = (DriftState.BREAK, DriftState.WATCH, DriftState.NORMAL)


class SeriesState(Frozen):
    """Where one series stands, since when, and how often its watch raised an alarm.

    ``coverage`` is the share of recent periods inside the 80 % interval [0 to 1], none until
    there are enough of them.
    """

    key: SeriesKey
    state: DriftState
    since: date | None
    alarms: int
    coverage: float | None


STATES = TypeAdapter(tuple[SeriesState, ...])


@needs(Action.FORECAST)
def find_drift(session: Session) -> str:
    """Watches every series of the current GST; a watch done before is read. Returns the run.

    Raises:
        NotEnoughHistory: not one series has eight weeks of history.
    """
    request = ForecastRequest()
    inputs = _inputs(session)
    snapshot = session.snapshot.snapshot
    run = run_identity(KIND, snapshot, request.seed, inputs)
    if find_run(session.database, run) is None:
        states = tuple(_state(report) for report in watch_drift(session, request))
        result = Result(KIND, JSON, STATES.dump_json(states))
        save_run(session.database, Run(run, KIND, snapshot, request.seed, inputs), [result])
    return run


@needs(Action.READ)
def newest_drift(session: Session) -> Run | None:
    """The newest watch over the current GST, with its events as they stand now, if there is one."""
    run = latest_run(session.database, KIND, session.snapshot.snapshot)
    return run if run is not None and run.inputs == _inputs(session) else None


@needs(Action.READ)
def read_drift(session: Session, run: str) -> tuple[SeriesState, ...]:
    """A stored watch, the gravest first."""
    states = STATES.validate_json(load_result(session.database, run, KIND))
    return tuple(sorted(states, key=lambda row: (GRAVEST.index(row.state), -row.alarms)))


def _inputs(session: Session) -> dict[str, Any]:
    return {"events": [event.model_dump(mode="json") for event in session.events]}


def _state(report: DriftReport) -> SeriesState:
    known = [share for share in report.coverage.tolist()[-1:] if share == share]  # noqa: PLR0124
    return SeriesState(
        key=report.key,
        state=report.state,
        since=report.since,
        alarms=len(report.alarms),
        coverage=known[0] if known else None,
    )
