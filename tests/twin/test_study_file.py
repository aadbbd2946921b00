"""Studies are read with every fault named and its line."""

import subprocess
import sys
from pathlib import Path

import pytest

from hospital.errors import InvalidInput
from twin.laws import Gamma, LogNormal
from twin.study_file import parse_study, read_study
from twin.study_model import study_model

pytestmark = pytest.mark.unit

GOOD = """
study: A ward
units:
  - unit: WARD
    beds: 4
    stay: {law: log_normal, mean_days: 2, sd_hours: 24}
arrivals:
  - stream: all
    to: WARD
    per_day: 1.5
run:
  days: 10
"""


def faults(text: str) -> list[tuple[int | None, str, str]]:
    with pytest.raises(InvalidInput) as wrong:
        parse_study(text, "ward.yaml")
    return [(one.row, one.column or "", str(one)) for one in wrong.value.problems]


def test_times_are_read_in_their_unit() -> None:
    study = parse_study(GOOD)
    assert study.units[0].stay is not None
    assert study.units[0].stay.law == LogNormal(mean_hours=48, cv=0.5)
    minutes = GOOD.replace(
        "{law: log_normal, mean_days: 2, sd_hours: 24}", "{law: gamma, mean_minutes: 90, cv: 2}"
    )
    stay = parse_study(minutes).units[0].stay
    assert stay is not None
    assert stay.law == Gamma(mean_hours=1.5, cv=2)
    assert sum(study.arrivals[0].rates()) == pytest.approx(7 * 1.5)


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "word"),
    [
        ("beds: 4", "beds: 0", 5, "units.0.beds", "greater than or equal to 1"),
        ("beds: 4", "bedz: 4", 5, "units.0.bedz", "not permitted"),
        ("mean_days: 2", "mean_days: -2", 6, "units.0.stay", "greater than 0"),
        ("law: log_normal", "law: lognormal", 6, "units.0.stay", "log_normal"),
        ("per_day: 1.5", "per_day: .inf", 10, "arrivals.0.per_day", "finite"),
        ("per_day: 1.5", "per_day: 0", 10, "arrivals.0.per_day", "greater than 0"),
        ("days: 10", "days: ten", 12, "run.days", "integer"),
        ("to: WARD", "to: WARDS", 1, "", "WARDS is no unit"),
        ("    stay: {law: log_normal, mean_days: 2, sd_hours: 24}\n", "", 1, "", "no stay in WARD"),
        ("    per_day: 1.5\n", "", 8, "arrivals.0", "exactly one of per_hour"),
        ("per_day: 1.5", "gap: {law: fixed, mean_hours: 0}", 8, "arrivals.0", "neither zero nor"),
        ("per_day: 1.5", "gap: {law: endless}", 8, "arrivals.0", "neither zero nor endless"),
        ("run:\n", "present: [{unit: WARD}]\nrun:\n", 11, "present.0", "elapsed_days or"),
        ("run:\n", "present: [{unit: W, elapsed_days: [1]}]\nrun:\n", 1, "", "W is no unit"),
        (
            "run:\n",
            "present: [{unit: WARD, elapsed_days: [1]}]\nrun:\n  warmup_days: 3\n",
            1,
            "",
            "warmup_days must be 0",
        ),
    ],
)
def test_a_fault_is_named_with_its_line(
    old: str, new: str, line: int, path: str, word: str
) -> None:
    found = faults(GOOD.replace(old, new))
    assert any(
        row == line and column.startswith(path) and word in text for row, column, text in found
    ), found


def test_all_faults_are_named_at_once() -> None:
    text = GOOD.replace("beds: 4", "beds: 0").replace("days: 10", "days: -1")
    assert {row for row, _, _ in faults(text)} >= {5, 12}


def test_what_is_no_yaml_is_refused_with_its_line() -> None:
    (fault,) = faults("study: [open\nunits: 3")
    assert fault[0] is not None
    assert faults("")[0][0] == 1


@pytest.mark.parametrize(
    "path",
    sorted((Path(__file__).parents[2] / "benchmarks/twin").glob("*.yaml")),
    ids=lambda p: p.stem,
)
def test_the_studies_of_the_benchmarks_can_be_run(path: Path) -> None:
    prepared = study_model(read_study(path)).prepared()
    assert len(prepared.patients(0)) > 1000


def test_reading_a_study_loads_no_package_that_a_worker_does_not_need() -> None:
    """Each replication worker would pay for it: pandas and SciPy's statistics are 90 MB."""
    code = (
        "import sys; from twin.study_file import read_study;"
        "print(sorted({'pandas', 'scipy.stats', 'scipy.optimize'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
