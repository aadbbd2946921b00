"""Schemathesis asks a real server whatever its description allows, and what it forbids.

With a token of each role in turn: whatever comes, the answer is one that the description has, in
its shape, and never a fault of ours. Half of the roles ask about runs that are there. The
administrator comes last, since what is tried changes the passwords of the others.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from application.jobs.board import JobBoard
from application.store import audit
from application.store.database import Database
from governance.decision import Role
from tests.application.api.conftest import PATIENCE_SECONDS, PEOPLE, Asker, serving, staffed_copy

if TYPE_CHECKING:
    from application.use_cases.loop import FinishedLoop

pytestmark = [pytest.mark.integration, pytest.mark.slow]

PROGRAM = os.environ.get("SCHEMATHESIS", "")
LEAST_CASES = 5_000
EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES", "6")
WITH_RUNS = (Role.MANAGER, Role.AUDITOR, Role.PHARMACIST)
BEYOND_A_SCHEMA = """
# A NUL character is text for JSON and none for PostgreSQL: refused at the door.
[checks]
positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 413, 429]

# Rules that span fields, such as the first day before the last, are no part of JSON Schema.
[[operations]]
include-path = ["/v1/models", "/v1/scenarios"]
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 413, 422, 429]
"""


def about(loop_runs: dict[str, str]) -> str:
    """Settings with which paths are asked about runs that are there."""
    return "".join(
        f'\n[[operations]]\ninclude-path-regex = "^/v1/{resource}/.run."\n'
        f'parameters = {{ "path.run" = "{run}" }}\n'
        for resource, run in loop_runs.items()
    )


def asked(folder: Path, asker: Asker, settings: str) -> tuple[int, str]:
    """How many cases were tried, and what was said; fails where a check failed."""
    file = folder / "schemathesis.toml"
    file.write_text(settings, encoding="utf-8")
    done = subprocess.run(
        [
            str(Path(PROGRAM).absolute()),
            "--config-file",
            str(file),
            "run",
            f"{asker.address}/openapi.json",
            f"--header=Authorization: Bearer {asker.token}",
            "--checks=all",
            f"--max-examples={EXAMPLES}",
            "--seed=1",
            "--no-color",
            "--suppress-health-check=all",
            f"--request-timeout={PATIENCE_SECONDS}",
            # The token of this run must outlive it.
            "--exclude-path=/v1/sign-ins/mine",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    (cases,) = re.findall(r"(\d+) generated", done.stdout)
    return int(cases), done.stdout


@pytest.mark.skipif(not PROGRAM, reason="`make api-fuzz` installs Schemathesis and runs this")
def test_no_request_finds_a_fault(demo: FinishedLoop, demo_home: Path, tmp_path: Path) -> None:
    loop = demo.loop
    there = {
        "forecasts": loop.forecasts.run,
        "twin-runs": loop.scenario.baseline.run,
        "scenarios": loop.scenario.run,
        "rosters": loop.roster.run,
        "theatre-plans": loop.theatre.run,
        "stock-orders": loop.order.run,
        "decisions": loop.scenario.run,
    }
    settings = staffed_copy(demo_home, tmp_path)
    total = 0
    with serving(settings) as nobody:
        nobody.get("/openapi.json")  # made once, then quick
        for role in sorted(Role, key=lambda role: role is Role.ADMINISTRATOR):
            runs = about(there) if role in WITH_RUNS else ""
            cases, _ = asked(tmp_path, nobody.as_(PEOPLE[role]), BEYOND_A_SCHEMA + runs)
            total += cases
            print(f"{role.value}: {cases} cases, no failure")  # noqa: T201 - the count is the result
    database = Database(settings.database_url)
    board = JobBoard(settings, database)
    for job in board.of_the_api(100):
        board.cancel(job.job)
    assert audit.verified(database).broken is None
    database.close()
    assert total >= LEAST_CASES
