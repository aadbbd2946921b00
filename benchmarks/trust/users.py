"""A hundred people post and read for a minute on PostgreSQL, without one error.

    python -m benchmarks.trust.users [--users 100] [--seconds 60] [--servers 2]

Each server is a process with its own pool of connections, each user a thread of it with a GST
session. A user issues boxes, reads the stock of the hospital and the newest runs, thinks for a
quarter of a second on average, and decides now and then as the dashboard does. Afterwards every
posting and decision that was acknowledged has to be there, the stock has to add up and the record
has to hold. PostgreSQL is a private one with ``fsync`` on. Rewrites users.json beside this file;
the exit status is 1 where a bar falls short.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import random
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from statistics import quantiles
from time import monotonic, perf_counter, sleep

from application.compute import Serial, Silent, Workers
from application.folder.reading import GstData
from application.settings import Settings, load_settings
from application.store.audit import verified
from application.store.database import Database
from application.store.decisions import decisions
from application.store.runs import Run, list_runs, save_run
from application.store.snapshots import current_snapshot, save_snapshot
from application.store.stock_ledger import Batch, on_hand, post, postings_of
from application.use_cases import publishing
from application.use_cases.decide import Opinion, decide
from application.use_cases.session import Session
from benchmarks.bars import Bar, at_least, at_most, conclude
from governance.decision import Role, Verdict
from hospital.errors import GstError
from inventory.ledger import Posting, PostingKind
from scenarios.demo import DemoSize, generate
from tests.application.postgres_server import PostgresServer, missing

RESULTS = Path(__file__).with_name("users.json")
SEED = 20261129
DAY, EXPIRY = date(2026, 11, 23), date(2027, 11, 23)
HOSPITALS, LOTS, OPENING = 8, 5, 1_000_000
MEAN_PAUSE_SECONDS = 0.25
DECIDES_EVERY = 20
SCENARIO = {
    "schema_version": 1,
    "name": "more-beds",
    "changes": [{"kind": "open_beds", "unit": "CHR-KEN-REA", "beds": 2}],
}


@dataclass
class Heard:
    """What one user was told: seconds of each kind of work, and every error."""

    posting_seconds: list[float] = field(default_factory=list)
    reading_seconds: list[float] = field(default_factory=list)
    deciding_seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def add(self, other: Heard) -> None:
        """All users together."""
        for name, heard in asdict(other).items():
            getattr(self, name).extend(heard)


def hospital_of(user: int) -> str:
    """Users of a hospital share its lots."""
    return f"H{user % HOSPITALS}"


def run_of(user: int) -> str:
    """Each user has a recommendation to decide on."""
    return f"user{user:04d}".ljust(64, "0")


def issue(user: int, at: int) -> Posting:
    """One box."""
    name, lot = f"u{user}-{at}", f"L{at % LOTS}"
    return Posting(name, DAY, PostingKind.ISSUE, hospital_of(user), "M", lot, EXPIRY, 1, "box")


def prepare(url: str, users: int) -> None:
    """A GST, full shelves and a draft for each user."""
    database = Database(url)
    snapshot = save_snapshot(database, GstData(*generate(DemoSize.SMALL, 1))).snapshot
    for user in range(users):
        inputs = {"definition": SCENARIO}
        save_run(database, Run(run_of(user), "scenario", snapshot, 1, inputs), [])
    shelves = [
        Posting(
            f"r{at}-{lot}",
            DAY,
            PostingKind.RECEIPT,
            hospital_of(at),
            "M",
            f"L{lot}",
            EXPIRY,
            OPENING,
            "box",
        )
        for at in range(HOSPITALS)
        for lot in range(LOTS)
    ]
    post(database, shelves, Batch("opening"))
    database.close()


def work(session: Session, user: int, until: float, heard: Heard) -> None:
    """One person's minute."""
    pauses, at = random.Random(f"{SEED} {user}"), 0
    while monotonic() < until:
        try:
            one_round(session, user, at, heard)
        except GstError as error:
            heard.errors.append(str(error))
        except Exception as fault:  # noqa: BLE001 - every fault is counted and shown
            heard.errors.append(f"{type(fault).__name__}: {fault}")
        at += 1
        sleep(pauses.expovariate(1 / MEAN_PAUSE_SECONDS))


def one_round(session: Session, user: int, at: int, heard: Heard) -> None:
    """Issue, read, and decide now and then."""
    start = perf_counter()
    post(session.database, [issue(user, at)], Batch(f"user {user}"))
    heard.posting_seconds.append(perf_counter() - start)
    start = perf_counter()
    on_hand(session.database, hospital_of(user))
    list_runs(session.database, "scenario", current_snapshot(session.database).snapshot)
    heard.reading_seconds.append(perf_counter() - start)
    if at % DECIDES_EVERY == user % DECIDES_EVERY:
        start = perf_counter()
        decide(session, run_of(user), Opinion(Verdict.ACCEPTED, f"User {user}", Role.MANAGER))
        heard.deciding_seconds.append(perf_counter() - start)


def serve(url: str, users: Sequence[int], seconds: float) -> Heard:
    """One server with its users."""
    assert publishing, "loaded before the first decision, as in a server"
    database = Database(url)
    settings = settings_of(url)
    until = monotonic() + seconds
    heard = {user: Heard() for user in users}
    threads = [
        threading.Thread(
            target=work,
            args=(
                Session(settings, database, Workers(Serial(), Silent())),
                user,
                until,
                heard[user],
            ),
        )
        for user in users
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()
    together = Heard()
    for own in heard.values():
        together.add(own)
    return together


def settings_of(url: str) -> Settings:
    """A home that no user writes to."""
    home = str(Path(tempfile.gettempdir()) / "tadbir-users")
    return load_settings({"TADBIR_HOME": home, "TADBIR_DATABASE_URL": url})


def faults_of(url: str, heard: Heard) -> list[str]:
    """What is not as it was said to be."""
    database = Database(url)
    stored = postings_of(database)
    issues = sum(one.kind is PostingKind.ISSUE for one in stored)
    units = sum(row.units for row in on_hand(database))
    decided, record = len(decisions(database)), verified(database)
    database.close()
    checks = {
        "postings lost or doubled": issues == len(heard.posting_seconds),
        "decisions lost or doubled": decided == len(heard.deciding_seconds),
        "stock does not add up": units == HOSPITALS * LOTS * OPENING - issues,
        "record does not hold": record.broken is None,
    }
    return [fault for fault, holds in checks.items() if not holds]


def figures(heard: Heard, seconds: float) -> dict[str, float]:
    """Counts, and the middle and the slowest of each kind of work."""
    told: dict[str, float] = {"postings a second": len(heard.posting_seconds) / seconds}
    for name in ("posting", "reading", "deciding"):
        taken = getattr(heard, f"{name}_seconds")
        cuts = quantiles(taken, n=100) if len(taken) > 1 else [0.0] * 99
        told |= {
            f"{name}: times": len(taken),
            f"{name}: median [s]": round(cuts[49], 4),
            f"{name}: 95 % [s]": round(cuts[94], 4),
            f"{name}: slowest [s]": round(max(taken, default=0.0), 4),
        }
    return told


def minute(url: str, asked: argparse.Namespace) -> tuple[Heard, list[str]]:
    """All servers at once, and what is wrong afterwards."""
    prepare(url, asked.users)
    shares = [range(at, asked.users, asked.servers) for at in range(asked.servers)]
    with multiprocessing.get_context("spawn").Pool(asked.servers) as pool:
        parts = pool.starmap(serve, [(url, share, asked.seconds) for share in shares])
    heard = Heard()
    for part in parts:
        heard.add(part)
    return heard, faults_of(url, heard)


def bars(heard: Heard, faults: Sequence[str], asked: argparse.Namespace) -> list[Bar]:
    """What a hundred users have to find."""
    return [
        at_least("users at once", asked.users, 100),
        at_least("seconds", asked.seconds, 60),
        at_most("errors", len(heard.errors), 0),
        at_most("things not as acknowledged", len(faults), 0),
        at_least("rounds a user", len(heard.posting_seconds) / asked.users, 10),
    ]


def main() -> None:
    """Print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--servers", type=int, default=2)
    asked = parser.parse_args()
    if reason := missing():
        raise SystemExit(reason)
    server = PostgresServer(is_durable=True)
    server.start()
    try:
        heard, faults = minute(server.new(), asked)
    finally:
        server.stop()
    told, found = figures(heard, asked.seconds), bars(heard, faults, asked)
    print(*(f"{name}: {value:g}" for name, value in told.items()), sep="\n")
    print(*sorted(set(heard.errors))[:10], *faults, sep="\n")
    machine = [f"python {platform.python_version()}", f"{os.cpu_count()} cores", server.version()]
    machine.append(f"load {os.getloadavg()[0]:.0f} at the end")
    kept = {"machine": machine, "figures": told, "bars": [asdict(bar) for bar in found]}
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    conclude(found)


if __name__ == "__main__":
    main()
