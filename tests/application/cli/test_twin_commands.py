"""The words after ``tadbir twin``, as a person types them, on the finished demo."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from application.use_cases.loop import FinishedLoop
from tests.application.cli.conftest import typed

pytestmark = pytest.mark.e2e

NOW = ("twin", "now", "--days", "7", "--past", "1", "--replications", "4")


def tadbir(home: Path, *words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    return typed(home, *words, language=language)


@pytest.mark.slow
def test_beds_are_told_to_a_machine_and_to_a_person(demo: FinishedLoop, demo_home: Path) -> None:
    """The JSON has the law of every unit and day; the tables say the same."""
    told = json.loads(tadbir(demo_home, *NOW, "--json").stdout)
    row = told["days"][0]
    assert sum(row["probabilities"]) == pytest.approx(1)
    assert sum(row["probabilities"][row["beds"] :]) == pytest.approx(row["full_probability"])
    assert told["record"]["origins"] == len(told["scores"]) == 1
    shown = tadbir(demo_home, *NOW, language="ar")
    assert shown.returncode == 0
    assert "مريض" in shown.stdout
    assert told["run"][:12] in shown.stdout
    assert f"{row['p50']} ({row['p10']}–{row['p90']})" in shown.stdout
    one = tadbir(demo_home, *NOW, "--unit", row["unit"])
    assert f"{row['p10']} – {row['p90']}" in one.stdout


@pytest.mark.slow
def test_an_unknown_unit_is_refused(demo: FinishedLoop, demo_home: Path) -> None:
    refused = tadbir(demo_home, *NOW, "--unit", "NOWHERE")
    assert refused.returncode == 2
    assert "NOWHERE" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.slow
def test_a_fit_is_told_to_a_machine_and_to_a_person(demo: FinishedLoop, demo_home: Path) -> None:
    """What is not recorded is null for a machine and a named table for a person."""
    asked = ("twin", "fit", "--days", "7", "--replications", "2")
    told = json.loads(tadbir(demo_home, *asked, "--json").stdout)
    unit = told["units"][0]["unit"]
    waits = [row for row in told["fit"] if row["measure"] == "boarding_hours"]
    assert waits
    assert all(row["observed"] is None for row in waits)
    assert {row["code"] for row in told["notes"]} >= {"admissions_follow_stays"}
    shown = tadbir(demo_home, *asked, language="fr")
    assert shown.returncode == 0
    assert unit in shown.stdout
    assert "log-normale" in shown.stdout
    one = tadbir(demo_home, *asked, "--unit", unit)
    assert "observed lengths" in one.stdout


@pytest.mark.slow
def test_a_roster_opens_the_beds_that_it_staffs(demo: FinishedLoop, demo_home: Path) -> None:
    """The beginning of its run is enough; what is no roster is refused."""
    short = ("twin", "--horizon", "7", "--replications", "2", "--json")
    rosters = json.loads(tadbir(demo_home, "roster", "--days", "7", "--json").stdout)
    staffed = tadbir(demo_home, *short, "--roster", rosters["run"][:12])
    assert staffed.returncode == 0, staffed.stderr
    plain = tadbir(demo_home, *short)
    assert json.loads(staffed.stdout)["run"] != json.loads(plain.stdout)["run"]
    refused = tadbir(demo_home, *short, "--roster", "nonsense")
    assert refused.returncode == 2
    assert "nonsense" in refused.stderr
    separate = tadbir(demo_home, *short, "--separate-beds")
    assert separate.returncode == 0, separate.stderr


@pytest.mark.slow
def test_a_theatre_plan_brings_its_own_patients(demo: FinishedLoop, demo_home: Path) -> None:
    short = ("twin", "--horizon", "7", "--replications", "2", "--json")
    plan = json.loads(tadbir(demo_home, "theatre", "--json").stdout)
    planned = tadbir(demo_home, *short, "--theatre", plan["run"][:12])
    assert planned.returncode == 0, planned.stderr
    assert json.loads(planned.stdout)["run"] != json.loads(tadbir(demo_home, *short).stdout)["run"]
    refused = tadbir(demo_home, *short, "--theatre", "nonsense")
    assert refused.returncode == 2
    assert "tadbir theatre" in refused.stderr
