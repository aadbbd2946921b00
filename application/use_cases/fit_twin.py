"""How the twin of the current GST reproduces its own last weeks, and which stays it believes in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pydantic import Field

from application.identity import run_identity
from application.store.frames import frame_from, frame_result
from application.store.runs import Run, find_run, load_result, save_run
from application.use_cases.access import needs
from application.use_cases.session import Session
from governance.access import Action
from hospital.base import Frozen

if TYPE_CHECKING:
    import pandas as pd

KIND = "twin_fit"
PARTS = ("fit", "stay_laws", "notes")


class FitDesign(Frozen):
    """How many of the last days the twin must not know, and how often it replays them."""

    days: int = Field(default=28, ge=7, le=182)
    replications: int = Field(default=20, ge=2, le=10_000)
    seed: int = Field(default=1, ge=0)


@dataclass(frozen=True)
class TwinFit:
    """The report of a fit.

    ``fit`` is that of ``twin.fit_report.fit_report`` from ``first_day`` on; ``stay_laws`` that of
    ``twin.stay_fit.stay_fit_report``, on all stays of the last year; ``notes`` says what was
    assumed where the history is silent: columns code, place, found.
    """

    run: str
    first_day: date
    fit: pd.DataFrame
    stay_laws: pd.DataFrame
    notes: pd.DataFrame


@needs(Action.SIMULATE)
def fit_twin(session: Session, design: FitDesign) -> TwinFit:
    """Calibrates on the past, replays the held-back days; a run done before is read.

    Raises:
        NotEnoughHistory: no stay begins before the held-back days.
        InvalidInput: the GST or its census cannot be simulated.
    """
    first_day = session.gst.identity.as_of - timedelta(days=design.days)
    inputs = design.model_dump(mode="json")
    run = run_identity(KIND, session.snapshot.snapshot, design.seed, inputs)
    if find_run(session.database, run):
        stored = (frame_from(load_result(session.database, run, part)) for part in PARTS)
        return TwinFit(run, first_day, *stored)
    frames = _fitted(session, design)
    save_run(
        session.database,
        Run(run, KIND, session.snapshot.snapshot, design.seed, inputs),
        [frame_result(part, frame) for part, frame in zip(PARTS, frames, strict=True)],
    )
    return TwinFit(run, first_day, *frames)


def _fitted(session: Session, design: FitDesign) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    import pandas as pd  # noqa: PLC0415 - takes long to load

    from twin.calibration import calibrate  # noqa: PLC0415 - loads SciPy
    from twin.fit_report import fit_report, last_weeks  # noqa: PLC0415
    from twin.stay_fit import stay_fit_report  # noqa: PLC0415
    from twin.stay_history import read_stays  # noqa: PLC0415

    gst, history = session.gst, session.data.history
    plan = last_weeks(gst.identity.as_of, design.days).but(
        replications=design.replications, seed=design.seed
    )
    fit = fit_report(gst, history, plan, session.workers)
    parameters = calibrate(gst, history)
    units = tuple(unit.unit for unit in parameters.units)
    laws = stay_fit_report(read_stays(gst, history.stays), units)
    notes = [(note.code, note.place, note.found) for note in parameters.notes]
    return fit, laws, pd.DataFrame(notes, columns=["code", "place", "found"])
