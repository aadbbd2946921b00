"""``tadbir`` as a person types it, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TADBIR = [sys.executable, "-c", "from application.cli import main; main()"]


def typed(
    home: Path, *words: str, language: str = "en", url: str = ""
) -> subprocess.CompletedProcess[str]:
    """The words after ``tadbir``, typed in this home; ``url`` is a database that is not there."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TADBIR_")}
    own = {
        "TADBIR_HOME": str(home),
        "TADBIR_PROCESSES": "1",
        "COLUMNS": "200",
        "TADBIR_LANG": language,
        "TADBIR_DATABASE_URL": url,
    }
    return subprocess.run(
        [*TADBIR, *words],
        env=kept | own,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
