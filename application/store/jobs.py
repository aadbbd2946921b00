"""Jobs: long work that was asked for, where it stands, and what came out of it.

A job is a row, so it outlives the page that asked for it, the server and the worker. It goes from
waiting to running to one of three ends, and whoever ends it first has the last word.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from secrets import token_hex
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, func, insert, select, update

from application.store.database import Database
from application.store.schema import jobs as table
from application.store.sentences import error_from, error_json, sentence_from, sentence_json
from governance.access import Action, Person
from hospital.errors import GstError, Sentence, say

MOST_WAITING = 5
MOST_BEGUN = 2
"""A job whose worker died is begun once more; one that kills its worker twice is given up."""


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True)
class Starter:
    """Who asked for a job through the API, which action it is, and what its result is called."""

    person: Person
    action: Action
    resource: str


STARTER = TypeAdapter(Starter)

OVER = frozenset({JobState.DONE, JobState.STOPPED, JobState.FAILED})
"""The states after which nothing more happens."""


@dataclass(frozen=True)
class Progress:
    """How far a job is: its step, the how many-th that is, and the tasks of it."""

    step: str = ""
    steps_begun: int = 0
    tasks: int = 0
    tasks_done: int = 0


@dataclass(frozen=True)
class Job:
    """One piece of long work, as it stood when it was read.

    ``run`` is the run that shows its result, or empty; ``times_begun`` counts the workers that
    took it up. ``starter`` is who asked for it through the API: it is done in that name. A job of
    a page has none, and is done in the name of who has signed in on this machine.
    """

    job: str
    title: Sentence
    work: str
    arguments: str
    state: JobState
    stop_asked: bool
    times_begun: int
    progress: Progress
    run: str
    error: GstError | None
    starter: Starter | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in OVER

    @property
    def share_done(self) -> float:
        """Tasks done of the step that runs now, 0 to 1."""
        return self.progress.tasks_done / self.progress.tasks if self.progress.tasks else 0.0


def add_job(
    database: Database, title: Sentence, work: str, arguments: str, starter: Starter | None = None
) -> Job:
    """Puts work at the end of the line.

    Raises:
        GstError: ``too_many_jobs``: enough waits already.
    """
    job = token_hex(8)
    row = {
        "job": job,
        "title_json": sentence_json(title),
        "work": work,
        "arguments_json": arguments,
        "state": JobState.WAITING,
        "stop_asked": False,
        "times_begun": 0,
        "place": "",
        **_columns(Progress()),
        "run": "",
        "starter_json": None if starter is None else STARTER.dump_json(starter).decode(),
        "asked_at": datetime.now(UTC),
    }
    with database.writing() as connection:
        waiting = select(func.count()).where(table.c.state == JobState.WAITING)
        if (connection.execute(waiting).scalar() or 0) >= MOST_WAITING:
            raise GstError(
                "too_many_jobs",
                say("{count} pieces of work wait already. Try again later.", count=MOST_WAITING),
            )
        last = connection.execute(select(func.max(table.c.sequence))).scalar() or 0
        connection.execute(insert(table), [{"sequence": last + 1, **row}])
        found = connection.execute(select(table).where(table.c.job == job)).one()
    return _job(found)


def find_job(database: Database, job: str) -> Job | None:
    """The job of this name, whoever asked for it."""
    with database.reading() as connection:
        row = connection.execute(select(table).where(table.c.job == job)).first()
    return None if row is None else _job(row)


def jobs_of_the_api(database: Database, limit: int) -> tuple[Job, ...]:
    """Those that were asked for through the API, newest first."""
    query = select(table).where(table.c.starter_json.is_not(None))
    with database.reading() as connection:
        rows = connection.execute(query.order_by(table.c.sequence.desc()).limit(limit))
        return tuple(_job(row) for row in rows)


def anything_waits(database: Database) -> bool:
    """Whether a worker would find something to do."""
    query = select(table.c.job).where(table.c.state == JobState.WAITING).limit(1)
    with database.reading() as connection:
        return connection.execute(query).first() is not None


def take_next(database: Database, place: str) -> Job | None:
    """The job that has waited longest, running from now on in this place."""
    waiting = select(table).where(table.c.state == JobState.WAITING).order_by(table.c.sequence)
    with database.writing() as connection:
        row = connection.execute(waiting.limit(1)).first()
        if row is None:
            return None
        connection.execute(
            update(table)
            .where(table.c.job == row.job)
            .values(
                state=JobState.RUNNING,
                place=place,
                times_begun=row.times_begun + 1,
                **_columns(Progress()),
            )
        )
        return _job(connection.execute(select(table).where(table.c.job == row.job)).one())


def ask_to_stop(database: Database, job: str) -> None:
    """One that waits is stopped at once; one that runs as soon as its worker sees it."""
    own = table.c.job == job
    with database.writing() as connection:
        connection.execute(
            update(table)
            .where(own, table.c.state == JobState.WAITING)
            .values(state=JobState.STOPPED, over_at=datetime.now(UTC))
        )
        connection.execute(
            update(table).where(own, table.c.state == JobState.RUNNING).values(stop_asked=True)
        )


def stop_is_asked(database: Database, job: str) -> bool:
    """Whether somebody has pressed the button since."""
    with database.reading() as connection:
        query = select(table.c.stop_asked).where(table.c.job == job)
        return bool(connection.execute(query).scalar())


def tell_progress(database: Database, job: str, progress: Progress) -> None:
    """Keeps how far a job is."""
    with database.writing() as connection:
        connection.execute(
            update(table)
            .where(table.c.job == job, table.c.state == JobState.RUNNING)
            .values(**_columns(progress))
        )


def end_job(
    database: Database, job: str, state: JobState, run: str = "", error: GstError | None = None
) -> None:
    """How a running job has ended; one that is over stays as it is."""
    with database.writing() as connection:
        connection.execute(
            update(table)
            .where(table.c.job == job, table.c.state == JobState.RUNNING)
            .values(
                state=state,
                run=run,
                error_json=None if error is None else error_json(error),
                over_at=datetime.now(UTC),
            )
        )


def take_up_lost(database: Database, place: str) -> None:
    """What ran in this place when its worker died: begun again, stopped as asked, or given up.

    Only the worker of the place calls it, before it takes anything: nothing runs there then.
    """
    lost = (table.c.state == JobState.RUNNING) & (table.c.place == place)
    now = datetime.now(UTC)
    ends = (
        (table.c.stop_asked, {"state": JobState.STOPPED, "over_at": now}),
        (
            table.c.times_begun >= MOST_BEGUN,
            {"state": JobState.FAILED, "over_at": now, "error_json": error_json(lost_twice())},
        ),
        (table.c.job.is_not(None), {"state": JobState.WAITING}),
    )
    with database.writing() as connection:
        for condition, values in ends:
            connection.execute(update(table).where(lost, condition).values(**values))


def lost_twice() -> GstError:
    """What a person is told of a job that ended its worker each time."""
    return GstError(
        "job_lost",
        say(
            "This work ended without an answer {count} times, perhaps for want of memory. What "
            "was finished of it is kept; ask for less, or look into jobs.log.",
            count=MOST_BEGUN,
        ),
    )


def _columns(progress: Progress) -> dict[str, Any]:
    return {
        "step": progress.step,
        "steps_begun": progress.steps_begun,
        "tasks": progress.tasks,
        "tasks_done": progress.tasks_done,
    }


def _job(row: Row[Any]) -> Job:
    return Job(
        row.job,
        sentence_from(row.title_json),
        row.work,
        row.arguments_json,
        JobState(row.state),
        row.stop_asked,
        row.times_begun,
        Progress(row.step, row.steps_begun, row.tasks, row.tasks_done),
        row.run,
        None if row.error_json is None else error_from(row.error_json),
        None if row.starter_json is None else STARTER.validate_json(row.starter_json),
    )
