"""The client of docs/api.md does what it says, on a real server with the demo."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from application.store.database import Database
from application.store.decisions import decisions
from tests.application.api.conftest import PASSWORD, serving, staffed_copy

if TYPE_CHECKING:
    from application.use_cases.loop import FinishedLoop

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

DOCUMENT = Path(__file__).parents[3] / "docs" / "api.md"


def client() -> str:
    (found,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.S)
    return str(found)


def test_the_documented_client_forecasts_and_decides(
    demo: FinishedLoop, demo_home: Path, tmp_path: Path
) -> None:
    settings = staffed_copy(demo_home, tmp_path)
    secret = tmp_path / "password"
    secret.write_text(PASSWORD + "\n")
    secret.chmod(0o600)
    program = tmp_path / "client.py"
    program.write_text(client(), encoding="utf-8")
    with serving(settings) as asker:
        own = {
            "TADBIR_API": asker.address,
            "TADBIR_USER": "Amina Tazi",
            "TADBIR_PASSWORD_FILE": str(secret),
        }
        done = subprocess.run(
            [sys.executable, str(program)],
            env=os.environ | own,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
    assert done.returncode == 0, done.stderr
    assert "4 recommendations wait" in done.stdout
    assert "visits:" in done.stdout
    assert "accepted" in done.stdout
    database = Database(settings.database_url)
    (decision,) = decisions(database, demo.loop.scenario.run)
    database.close()
    assert (decision.actor, decision.role.value) == ("Amina Tazi", "manager")
