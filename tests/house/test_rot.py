"""The rules against rot that no linter has: each test names the files that break its rule."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

REPOSITORY = Path(__file__).parents[2]
PACKAGES = (
    "hospital",
    "forecasting",
    "twin",
    "scheduling",
    "inventory",
    "scenarios",
    "governance",
    "application",
    "dashboard",
)
MOST_LINES_OF_A_FILE = 500
MOST_LINES_OF_A_FUNCTION = 60
DRAWER_NAMES = {"utils", "util", "common", "helpers", "helper", "core"}

# Put together here so that this file does not break the rules that it keeps.
CANNOT_FAIL = "||" + " true"
BARE_SILENCER = re.compile(r"#\s*(?:noqa(?!:\s*[A-Z])|type:\s*ignore(?!\[))")
MACHINE_FOLDER = re.compile(r"(?<![\w.~-])/(?:work|root)" + "/")
REGISTRY_HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org")


def committed() -> list[Path]:
    """The files that git keeps and that are there."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    files = [REPOSITORY / name for name in listing.stdout.split("\0") if name]
    return [file for file in files if file.is_file()]


def texts(files: list[Path]) -> Iterator[tuple[str, str]]:
    """Name and text of each file that is text."""
    for file in files:
        try:
            yield str(file.relative_to(REPOSITORY)), file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def modules() -> list[Path]:
    """The Python files of the nine packages."""
    return [file for file in committed() if file.suffix == ".py" and package_of(file) in PACKAGES]


def package_of(file: Path) -> str:
    return file.relative_to(REPOSITORY).parts[0]


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Length of a function without its docstring: what a reader has to run in the head."""
    end = function.end_lineno or function.lineno
    length = end - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is not None:
        length -= (first.end_lineno or first.lineno) - first.lineno + 1
    return length


def test_no_check_is_made_unable_to_fail() -> None:
    files = [
        file
        for file in committed()
        if file.suffix == ".py" or file.name == "Makefile" or ".ci" in file.parts
    ]
    assert [name for name, text in texts(files) if CANNOT_FAIL in text] == []


def test_a_silenced_finding_is_named() -> None:
    files = [file for file in committed() if file.suffix == ".py"]
    assert [name for name, text in texts(files) if BARE_SILENCER.search(text)] == []


def test_no_module_is_a_drawer_for_everything() -> None:
    def is_drawer(file: Path) -> bool:
        parts = file.relative_to(REPOSITORY).with_suffix("").parts
        return not DRAWER_NAMES.isdisjoint(parts)

    assert [str(file.relative_to(REPOSITORY)) for file in modules() if is_drawer(file)] == []


def test_a_file_is_short_enough_to_read() -> None:
    lengths = {name: text.count("\n") for name, text in texts(modules())}
    assert {name: n for name, n in lengths.items() if n > MOST_LINES_OF_A_FILE} == {}


def test_a_function_is_short_enough_to_read() -> None:
    too_long = {
        f"{name}:{node.name}": lines_of(node)
        for name, text in texts(modules())
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and lines_of(node) > MOST_LINES_OF_A_FUNCTION
    }
    assert too_long == {}


def test_packages_never_print() -> None:
    printing = [
        f"{name}:{node.lineno}"
        for name, text in texts(modules())
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert printing == []


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert [name for name, text in texts(committed()) if MACHINE_FOLDER.search(text)] == []


def test_no_file_names_a_package_registry() -> None:
    found = [name for name, text in texts(committed()) if any(h in text for h in REGISTRY_HOSTS)]
    assert found == []


@pytest.mark.parametrize("silencer", ["noqa", "noqa  because", "type: ignore"])
def test_a_bare_silencer_is_recognised(silencer: str) -> None:
    assert BARE_SILENCER.search(f"# {silencer}")
    assert BARE_SILENCER.search(f"#{silencer}")


@pytest.mark.parametrize("named", ["noqa: E501", "type: ignore[no-untyped-call]"])
def test_a_named_silencer_is_let_through(named: str) -> None:
    assert not BARE_SILENCER.search(f"# {named}")
