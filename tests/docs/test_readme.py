"""What the README says exists: its commands, its links, its picture, its scenarios."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from application.cli.app import app
from application.use_cases.read_scenario import read_scenario
from hospital.gst import Gst
from scenarios.demo import DemoSize, generate
from scenarios.language import OpenHospital, apply

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
LIBRARY = sorted((ROOT / "scenarios" / "library").glob("*.yaml"))


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"make ([a-z-]+)", README))
    assert targets
    assert targets <= set(re.findall(r"^([a-z-]+):", MAKEFILE, flags=re.MULTILINE))


@pytest.mark.parametrize("command", sorted(set(re.findall(r"tadbir ([a-z]+)", README))))
def test_every_command_answers(command: str) -> None:
    done = CliRunner().invoke(app, [command, "--help"])
    assert done.exit_code == 0, done.output


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert len(links) >= 5
    missing = [link for link in links if not (ROOT / link).exists()]
    assert missing == []


@pytest.fixture(scope="module")
def demo_gst() -> Gst:
    return generate(DemoSize.DEFAULT, 1)[0]


def test_every_unit_that_the_readme_names_is_in_the_demo(demo_gst: Gst) -> None:
    named = re.findall(r"--unit ([A-Z0-9-]+)", README)
    assert named
    assert set(named) <= {unit.unit for unit in demo_gst.units}


@pytest.mark.parametrize("file", LIBRARY, ids=[file.stem for file in LIBRARY])
def test_every_scenario_of_the_library_can_be_applied_to_the_demo(
    file: Path, demo_gst: Gst
) -> None:
    scenario = read_scenario(file)
    assert scenario.purpose
    opened = {one.new_hospital for one in scenario.changes if isinstance(one, OpenHospital)}
    after = {row.hospital for row in apply(demo_gst, scenario).hospitals}
    assert after - opened == {row.hospital for row in demo_gst.hospitals}
