"""``tadbir`` as a person types it, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TADBIR = [sys.executable, "-c", "from application.cli import main; main()"]


def typed(home: Path, *words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    """The words after ``tadbir``, typed in this home, with no other setting of Tadbir."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TADBIR_")}
    own = {
        "TADBIR_HOME": str(home),
        "TADBIR_PROCESSES": "1",
        "COLUMNS": "200",
        "TADBIR_LANG": language,
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
