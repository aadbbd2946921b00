"""A process that works until it is killed, and says of each piece of work when it is stored.

    python worker.py KIND URL NAME HOME

It says ``ready`` once everything is loaded, and then one line after each commit: what a person
was told is done.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from application.folder.reading import GstData
from application.settings import Settings, load_settings
from application.store.database import Database
from application.store.runs import Run, save_run
from application.store.snapshots import current_snapshot
from application.store.stock_ledger import Batch, post
from application.use_cases.decide import Opinion, decide
from application.use_cases.folders import import_data
from application.use_cases.publishing import published
from application.use_cases.session import Session, open_session
from governance.decision import Role, Verdict
from inventory.ledger import Posting, PostingKind
from scenarios.demo import DemoSize, generate

DAY, EXPIRY = date(2026, 11, 23), date(2027, 11, 23)
BATCH = 25
RUNS = 4
SCENARIO = {
    "schema_version": 1,
    "name": "more-beds",
    "changes": [{"kind": "open_beds", "unit": "CHR-KEN-REA", "beds": 2}],
}


def say_done(word: object) -> None:
    """An acknowledgement: it leaves the process at once."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def importing(session: Session, data: GstData) -> Iterator[str]:
    """A GST with one bed less each time, stored and current."""
    for less in count(1):
        beds = data.gst.beds[less % 20 :]
        gst = data.gst.model_copy(update={"beds": beds})
        yield import_data(session, GstData(gst, data.history)).snapshot


def posting(session: Session, name: str) -> Iterator[str]:
    """Receipts and issues, a batch in a transaction."""
    for at in count():
        receipt = Posting(
            f"{name}-{at}-0", DAY, PostingKind.RECEIPT, "H", "M", f"L{at % 5}", EXPIRY, 90, "box"
        )
        issues = [
            replace(receipt, posting=f"{name}-{at}-{line}", kind=PostingKind.ISSUE, units=1)
            for line in range(1, BATCH)
        ]
        post(session.database, [receipt, *issues], Batch(name))
        yield f"{name}-{at}"


def publishing(session: Session, name: str) -> Iterator[str]:
    """A scenario is proposed, decided and published; said once the decision is on record."""
    snapshot = current_snapshot(session.database).snapshot
    for at in count():
        run = f"{at % RUNS}".rjust(8, "d") + f"-{name}"
        save_run(session.database, Run(run, "scenario", snapshot, 1, {"definition": SCENARIO}), [])
        opinion = Opinion(Verdict.ACCEPTED, f"Amina {name} {at}", Role.MANAGER)
        entry = decide(session, run, opinion)
        assert published(session, run).by
        yield f"{entry.sequence} {entry.hash}"


def migrating(urls: Iterable[str]) -> Iterator[str]:
    """Databases of an earlier version, one after the other."""
    for url in urls:
        Database(url).close()
        yield url


def settings_of(url: str, home: Path) -> Settings:
    """A home of the worker's own."""
    own = {"TADBIR_HOME": str(home), "TADBIR_DATABASE_URL": url, "TADBIR_PROCESSES": "1"}
    return load_settings(own)


def work(kind: str, name: str) -> Callable[[Session], Iterator[Any]]:
    """What is done in a session."""
    if kind == "import":
        data = GstData(*generate(DemoSize.SMALL, 1))
        return lambda session: importing(session, data)
    does = {"posting": posting, "publishing": publishing}[kind]
    return lambda session: does(session, name)


def main() -> None:
    """Works for ever."""
    kind, url, name, home = sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4])
    if kind == "migration":
        say_done("ready")
        for done in migrating(url.split(" ")):
            say_done(done)
        return
    does = work(kind, name)
    with open_session(settings_of(url, home)) as session:
        say_done("ready")
        for done in does(session):
            say_done(done)


if __name__ == "__main__":
    main()
