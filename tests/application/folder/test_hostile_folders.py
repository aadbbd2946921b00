"""Bytes of any kind, and a million of them: an error with a place, never a traceback."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.folder.findings import Findings
from application.folder.reading import inspect_folder
from application.folder.safe_yaml import YamlFile, read_yaml
from application.folder.sources import read_as_text
from application.folder.text_table import TextTable
from hospital.errors import Problem
from hospital.tables import BY_NAME

pytestmark = pytest.mark.integration

HERE = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
CSV_LIKE = st.text(st.sampled_from("a1é\"'\n\r,;\t# \x00\ufeff\u2028-:T."), max_size=80)
YAML_LIKE = st.text(st.sampled_from("ab1: \n-[]{}&*!|>'\"#%@`,?\t\x00\x85\u2028~"), max_size=60)


def _read_table(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    findings = Findings()
    table = read_as_text(file, BY_NAME["leave"], findings)
    assert isinstance(table, TextTable) or findings.problems
    assert table is None or not findings.problems


@HERE
@given(content=st.one_of(st.binary(max_size=200), CSV_LIKE.map(str.encode)))
def test_any_bytes_are_a_table_or_a_problem(content: bytes, tmp_path: Path) -> None:
    for suffix in (".csv", ".xlsx", ".parquet"):
        _read_table(tmp_path / f"leave{suffix}", content)


@HERE
@given(
    cuts=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=6),
    end=st.floats(0.1, 1),
)
@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_a_damaged_file_is_a_table_or_a_problem(
    cuts: list[tuple[int, int]],
    end: float,
    suffix: str,
    tmp_path: Path,
    whole: dict[str, bytes],
) -> None:
    content = bytearray(whole[suffix])
    for place, byte in cuts:
        content[place % len(content)] = byte
    _read_table(tmp_path / f"leave{suffix}", bytes(content[: int(len(content) * end)]))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    import pandas as pd  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("whole")
    leave = pd.DataFrame({"staff": ["S1"] * 20, "first_day": pd.to_datetime(["2026-12-01"] * 20)})
    leave.to_excel(folder / "a.xlsx", index=False)
    leave.to_parquet(folder / "a.parquet", index=False)
    return {file.suffix: file.read_bytes() for file in folder.iterdir()}


@settings(HERE, max_examples=300)
@given(content=st.one_of(st.binary(max_size=200), YAML_LIKE.map(lambda text: text.encode())))
def test_any_bytes_are_yaml_or_a_problem(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "gst.yaml"
    file.write_bytes(content)
    assert isinstance(read_yaml(file), YamlFile | Problem)


@settings(HERE, max_examples=40)
@given(cells=st.lists(st.text(max_size=12), min_size=5, max_size=5))
def test_any_text_in_a_row_is_right_or_told(cells: list[str], gst_folder: Path) -> None:
    import csv  # noqa: PLC0415

    for file in gst_folder.glob("*.csv"):
        file.unlink()
    file = gst_folder / "hospitals.csv"
    with file.open("w", encoding="utf-8", newline="", errors="replace") as out:
        csv.writer(out).writerows(
            [
                ["hospital", "name", "level", "province", "population"],
                ["CHR-01", "a", "chr", "b", "1"],
                cells,
            ]
        )
    report = inspect_folder(gst_folder)
    assert (report.data is None) == bool(report.findings.problems)
    assert all(problem.row in {None, 3} for problem in report.findings.problems)


MILLION = """
import resource, sys
from pathlib import Path
from application.folder.reading import inspect_folder
from application.folder.rejected import write_rejected
folder = Path(sys.argv[1])
report = inspect_folder(folder)
rejected, = write_rejected(report, folder, folder.parent / "rejected")
with rejected.open() as lines:
    rows = sum(1 for _ in lines)
print(report.findings.total, len(report.findings.problems), rows,
      resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.slow
def test_a_million_bad_rows_are_told_in_a_few_lines_and_bounded_memory(gst_folder: Path) -> None:
    rows = 1_000_000
    with (gst_folder / "visits.csv").open("w", encoding="utf-8") as file:
        file.write("hospital,hour,visits\n")
        file.writelines(f"CHR 01,2026/01/01 00h {n},-{n}.5\n" for n in range(rows))
    told = subprocess.run(
        [sys.executable, "-c", MILLION, str(gst_folder)],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=_limit_memory,
    ).stdout.split()
    total, shown, side_rows, megabytes = (int(figure) for figure in told)
    assert (total, shown, side_rows) == (3 * rows, 15, rows + 1)
    assert megabytes < 1000


def _limit_memory() -> None:
    """Address space, not only resident memory: a reader that grows without end is stopped."""
    resource.setrlimit(resource.RLIMIT_AS, (12 * 2**30, 12 * 2**30))
