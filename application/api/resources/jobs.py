"""Long work: where it stands, what came of it, and a stop."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from application.api.doors import Guarded
from application.api.problems import ProblemDocument, document_of, documented
from application.api.visit import Here, Visit
from application.store.jobs import Job, JobState
from application.use_cases.access import require
from governance.access import Action
from hospital.base import Frozen
from hospital.errors import GstError, say

JobName = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]


MOST_SHOWN = 100


class JobView(Frozen):
    """A job; once it is done, ``result`` is the address of what it made."""

    job: str
    title: str
    state: JobState
    step: str
    share_done: float = Field(ge=0, le=1)
    run: str | None
    result: str | None
    problem: ProblemDocument | None


router = APIRouter(tags=["jobs"], route_class=Guarded)


@router.get("/jobs")
def list_all(here: Here) -> list[JobView]:
    """The newest jobs that were asked for through the API, newest first."""
    require(here.session, Action.READ)
    return [view(here, job) for job in here.office.board.of_the_api(MOST_SHOWN)]


@router.get("/jobs/{job}")
def show(here: Here, job: JobName) -> JobView:
    """One job. Ask again every few seconds until it is over."""
    require(here.session, Action.READ)
    return view(here, _found(here, job))


@router.post("/jobs/{job}/stop", status_code=202, responses=documented(409))
def stop(here: Here, job: JobName) -> JobView:
    """Stops a job at its next task; nothing unfinished is stored. Who may start it may stop it.

    The job stays on the list, stopped.
    """
    found = _found(here, job)
    if found.starter is not None:
        require(here.session, found.starter.action)
    if found.is_over:
        raise GstError("job_is_over", say("The job {job} is over.", job=job))
    here.office.board.cancel(found.job)
    return view(here, _found(here, job))


def started(here: Visit, job: Job, response: Response) -> JobView:
    """The answer to who has begun a job: where to look for it."""
    response.headers["Location"] = f"/api/v1/jobs/{job.job}"
    return view(here, job)


def view(here: Visit, job: Job) -> JobView:
    """A job in the language of who asks."""
    resource = "" if job.starter is None else job.starter.resource
    return JobView(
        job=job.job,
        title=here.t(job.title),
        state=job.state,
        step=job.progress.step,
        share_done=min(1.0, job.share_done),
        run=job.run or None,
        result=f"/api/v1/{resource}/{job.run}" if job.run and resource else None,
        problem=None if job.error is None else document_of(job.error, here.t),
    )


def _found(here: Visit, name: str) -> Job:
    found = here.office.board.find(name)
    if found is None or found.starter is None:
        raise GstError("no_job", say("This server has no job {job}.", job=name))
    return found
