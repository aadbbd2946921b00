"""Each import contract reports a planted violation, so a contract that checks nothing is found."""

import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

REPOSITORY = Path(__file__).parents[2]
MAIN = "pyproject.toml"
RUNTIME = "importlinter-runtime.toml"

ENGINES = ("forecasting", "twin", "scheduling", "inventory")
PACKAGES = ("hospital", *ENGINES, "scenarios", "governance", "application", "dashboard")


@dataclass(frozen=True)
class Violation:
    """One import that the contract called ``contract`` must report."""

    contract: str
    package: str
    imported: str
    config: str = MAIN

    def __str__(self) -> str:
        return f"{self.contract}-{self.package}-imports-{self.imported}"


VIOLATIONS = (
    Violation("layers", "hospital", "twin"),
    Violation("layers", "twin", "application"),
    Violation("layers", "scenarios", "governance"),
    Violation("layers", "application", "dashboard"),
    Violation("engines", "twin", "forecasting"),
    Violation("engines", "inventory", "scheduling"),
    Violation("governance", "governance", "twin"),
    Violation("dashboard", "dashboard", "forecasting"),
    Violation("dashboard", "dashboard", "governance"),
    Violation("streamlit", "application", "streamlit"),
    Violation("streamlit", "scenarios", "altair"),
    Violation("prophet", "application", "prophet"),
    Violation("simpy", "scenarios", "simpy"),
    Violation("ortools", "twin", "ortools.sat.python.cp_model"),
    Violation("storage", "governance", "sqlalchemy"),
    Violation("storage", "dashboard", "alembic"),
    Violation("web", "dashboard", "fastapi"),
    Violation("web", "governance", "jwt"),
    Violation("light_language", "hospital", "numpy", RUNTIME),
    Violation("light_language", "hospital", "pandas", RUNTIME),
)

# What each package may import, so that a contract that forbids too much is found as well.
ALLOWED = {
    "hospital": ["pydantic"],
    "forecasting": ["hospital", "prophet", "numpy", "pandas"],
    "twin": ["hospital", "simpy", "numpy"],
    "scheduling": ["hospital", "ortools.sat.python.cp_model"],
    "inventory": ["hospital", "ortools.sat.python.cp_model"],
    "scenarios": ["hospital", *ENGINES],
    "governance": ["hospital"],
    "application": ["hospital", *ENGINES, "scenarios", "governance", "sqlalchemy", "alembic"],
    "dashboard": ["hospital", "application", "streamlit", "altair"],
}


def contracts(config: str) -> dict[str, str]:
    """The name of each contract of a configuration file by its id."""
    settings = tomllib.loads((REPOSITORY / config).read_text(encoding="utf-8"))
    return {each["id"]: each["name"] for each in settings["tool"]["importlinter"]["contracts"]}


def lint(house: Path, config: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the packages in ``house`` under the contracts of this repository."""
    # -S would lose import-linter itself; the folder given first wins over the installed packages.
    program = f"import sys; sys.path.insert(0, {str(house)!r}); " + (
        "from importlinter.cli import lint_imports_command; lint_imports_command()"
    )
    return subprocess.run(
        [sys.executable, "-c", program, "--config", str(REPOSITORY / config), "--no-cache"],
        cwd=house,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Nine small packages, each with every kind of import that it is allowed."""
    for package in PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
        imports = "".join(f"import {name}\n" for name in ALLOWED[package])
        (tmp_path / package / "allowed.py").write_text(imports, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("config", [MAIN, RUNTIME])
def test_a_clean_house_keeps_every_contract(house: Path, config: str) -> None:
    report = lint(house, config)
    assert report.returncode == 0, report.stdout + report.stderr
    assert f"{len(contracts(config))} kept, 0 broken" in report.stdout


@pytest.mark.parametrize("violation", VIOLATIONS, ids=str)
def test_a_planted_violation_is_reported(house: Path, violation: Violation) -> None:
    planted = house / violation.package / "planted.py"
    planted.write_text(f"import {violation.imported}\n", encoding="utf-8")
    report = lint(house, violation.config)
    assert report.returncode == 1, report.stdout + report.stderr
    assert f"{contracts(violation.config)[violation.contract]} BROKEN" in report.stdout
    assert f"{violation.package}.planted" in report.stdout


def test_a_type_checker_may_see_arrays_in_the_language(house: Path) -> None:
    typed = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import numpy\n"
    (house / "hospital" / "typed.py").write_text(typed, encoding="utf-8")
    assert lint(house, RUNTIME).returncode == 0


@pytest.mark.parametrize("config", [MAIN, RUNTIME])
def test_each_contract_has_a_planted_violation(config: str) -> None:
    planted = {each.contract for each in VIOLATIONS if each.config == config}
    assert planted == set(contracts(config))
