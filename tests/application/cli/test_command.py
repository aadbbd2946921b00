"""The command as a person types it, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from application.folder.reading import GstData
from application.folder.writing import write_folder
from application.settings import load_settings
from application.store.snapshots import snapshot_hash
from application.use_cases.folders import import_folder
from application.use_cases.session import open_session
from scenarios.demo import DemoSize, generate

pytestmark = pytest.mark.e2e

HEAVY = ("pandas", "prophet", "ortools", "streamlit", "simpy", "scipy", "sqlalchemy", "matplotlib")
TADBIR = [sys.executable, "-c", "from application.cli import main; main()"]


def environment(home: Path, **more: str) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TADBIR_")}
    return {**kept, "TADBIR_HOME": str(home), "TADBIR_PROCESSES": "1", "COLUMNS": "200", **more}


def tadbir(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TADBIR, *arguments],
        env=environment(home, **more),
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gst") / "small"
    write_folder(GstData(*generate(DemoSize.SMALL, 1)), folder)
    return folder


def test_help_comes_without_any_heavy_package(tmp_path: Path) -> None:
    script = (
        "import sys\nsys.argv = ['tadbir', '--help']\n"
        "from application.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("language", "word"), [("fr", "territoire"), ("en", "territory"), ("ar", "المستشفيات")]
)
def test_help_speaks_three_languages(tmp_path: Path, language: str, word: str) -> None:
    assert word in tadbir(tmp_path, "--help", TADBIR_LANG=language).stdout
    assert word in tadbir(tmp_path, "--lang", language, "--help").stdout


def test_french_is_spoken_when_nothing_is_asked(tmp_path: Path) -> None:
    assert "territoire" in tadbir(tmp_path, "--help", TADBIR_LANG="").stdout


@pytest.mark.slow
def test_a_folder_is_begun_filled_checked_and_imported(tmp_path: Path, small_folder: Path) -> None:
    begun = tadbir(tmp_path, "init", "mine")
    assert begun.returncode == 0
    assert (tmp_path / "mine" / "gst.yaml").is_file()
    assert tadbir(tmp_path, "check", str(small_folder)).returncode == 0
    assert tadbir(tmp_path, "import", str(small_folder)).returncode == 0
    assert tadbir(tmp_path, "export", "back").returncode == 0
    for file in small_folder.iterdir():
        assert (tmp_path / "back" / file.name).read_bytes() == file.read_bytes()


def test_check_names_file_row_column_and_remedy(tmp_path: Path, small_folder: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    for file in small_folder.iterdir():
        (wrong / file.name).write_bytes(file.read_bytes())
    units = (wrong / "units.csv").read_text(encoding="utf-8").splitlines()
    units[2] = units[2].replace(",ward,", ",wart,", 1)
    (wrong / "units.csv").write_text("\n".join(units) + "\n", encoding="utf-8")
    done = tadbir(tmp_path, "check", str(wrong), "--json")
    problems = json.loads(done.stdout)["problems"]
    assert done.returncode == 2
    assert (problems[0]["file"], problems[0]["row"], problems[0]["column"]) == (
        "units.csv",
        3,
        "kind",
    )
    assert problems[0]["found"] == "wart"
    said = tadbir(tmp_path, "check", str(wrong), TADBIR_LANG="en")
    assert "units.csv, row 3, column kind" in said.stderr
    assert "Traceback" not in said.stderr + said.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "nowhere"),
        ("import", "nowhere"),
        ("forecast",),
        ("forecast", "run", "--as-of", "23/11/2026"),
        ("forecast", "run", "--out", "visits.docx"),
        ("forecast", "run", "--levels", "wards"),
        ("forecast", "backtest", "--origins", "many"),
        ("forecast", "explain", "--day", "soon"),
        ("forecast", "hours", "--day", "soon"),
        ("roster", "--from", "23/11/2026"),
        ("scenario", "nowhere.yaml"),
        ("rank", "nowhere.yaml", "--indicator", "boarding_hours", "--delta", "0.2"),
        ("rank", "--delta", "0.2"),
        ("decide", "abcdef0"),
        ("demo", "--small", "--region"),
        ("twin", "--replications", "1"),
        ("nonsense",),
    ],
)
def test_what_cannot_be_done_is_refused_without_a_traceback(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = tadbir(tmp_path, *arguments)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr + done.stdout


def test_an_unknown_language_in_the_environment_is_named(tmp_path: Path) -> None:
    done = tadbir(tmp_path, "forecast", TADBIR_LANG="de")
    assert done.returncode == 2
    assert "de" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_scenario_is_shown_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(
        "schema_version: 1\nname: try\nchanges:\n  - kind: open_beds\n    unit: A\n    beds: -4\n",
        encoding="utf-8",
    )
    done = tadbir(tmp_path, "scenario", str(file), TADBIR_LANG="en")
    assert done.returncode == 2
    assert "wrong.yaml, row 6" in done.stderr
    assert "-4" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "stop",
    [
        pytest.param(signal.SIGINT, marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, marks=pytest.mark.slow),
        signal.SIGKILL,
    ],
)
def test_an_import_that_is_stopped_is_stored_whole_or_not_at_all(
    tmp_path: Path, small_folder: Path, stop: signal.Signals
) -> None:
    settings = load_settings(environment(tmp_path))
    with open_session(settings) as session:
        before = import_folder(session, small_folder)
    other = tmp_path / "other"
    after = GstData(*generate(DemoSize.SMALL, 2))
    write_folder(after, other)
    for wait_seconds in (0.8, 1.6, 2.4):
        process = subprocess.Popen(
            [*TADBIR, "import", str(other)],
            env=environment(tmp_path),
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        time.sleep(wait_seconds)
        process.send_signal(stop)
        _, said = process.communicate(timeout=60)
        assert "Traceback" not in said
        with open_session(settings) as session:
            stored = session.snapshot.snapshot
            assert stored in {before.snapshot, snapshot_hash(after)}
            assert snapshot_hash(session.data) == stored
            if stored != before.snapshot:
                return
