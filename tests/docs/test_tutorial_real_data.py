"""The tutorial on real data, run as a reader runs it: every block, in order, in one shell."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "tutorial-real-data.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END = "END_OF_PYTHON_BLOCK"


def blocks() -> list[tuple[str, str]]:
    """Language and text of every fenced block, in order."""
    return BLOCK.findall(TUTORIAL.read_text(encoding="utf-8"))


def as_shell(language: str, text: str) -> str:
    return text if language == "bash" else f"{sys.executable} - <<'{END}'\n{text}{END}\n"


def test_every_block_is_of_a_language_that_is_run() -> None:
    assert len(blocks()) >= 10
    assert {language for language, _ in blocks()} == {"bash", "python"}


def test_every_planning_command_is_shown() -> None:
    shown = set(re.findall(r"tadbir (\w+)", "".join(text for _, text in blocks())))
    assert shown >= {
        "init",
        "check",
        "import",
        "export",
        "forecast",
        "twin",
        "scenario",
        "roster",
        "theatre",
        "stock",
        "decide",
        "audit",
    }


@pytest.mark.slow
def test_the_tutorial_runs_from_its_first_block_to_its_last(shared: Path, tmp_path: Path) -> None:
    series = shared / "data" / "uihc_ed_hourly.csv.gz"
    if not series.is_file():
        pytest.skip(f"no {series.name} in {series.parent}")
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", "\n".join(as_shell(*each) for each in blocks())],
        cwd=tmp_path,
        env={
            **os.environ,
            "ED_HOURLY": str(series),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "159 arrivals a day" in done.stdout
    assert "unknown_code (unit)" in done.stdout
    assert "Traceback" not in done.stderr
