"""What keeps the dashboard readable, translated and at home; a test names what breaks its rule."""

from __future__ import annotations

import ast
import importlib.metadata
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

DASHBOARD = Path(__file__).parents[2] / "dashboard"
MODULES = sorted(DASHBOARD.rglob("*.py"))
MOST_LINES_OF_A_VIEW = 150
MOST_LINES_OF_A_FUNCTION = 50

# What these arguments hold is read by the program, never by a person.
NOT_WORDS = {
    "alt_theme",
    "border",
    "chart_type",
    "color",
    "delta_arrow",
    "delta_color",
    "file_name",
    "gap",
    "height",
    "horizontal_alignment",
    "icon",
    "key",
    "language",
    "layout",
    "mime",
    "on_change",
    "on_click",
    "page_icon",
    "selection_mode",
    "size",
    "type",
    "url_path",
    "vertical_alignment",
    "width",
}
NOT_WORDS_OF = {
    "form": {0},
    "html": {0},
}  # fmt: skip
BRAND = {"Tadbir · تدبير"}
COMMAND = {"tadbir import FOLDER"}


def tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def drawing_calls(module: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Calls on Streamlit itself or on one of its containers: anything with a drawing name."""
    import streamlit as st  # noqa: PLC0415

    drawing = {name for name in dir(st) if not name.startswith("_")} - {"App", "Page", "cache_data"}
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            is_streamlit = isinstance(owner, ast.Name) and owner.id == "st"
            is_container = isinstance(owner, ast.Name) and owner.id in CONTAINERS
            if node.func.attr in drawing and (is_streamlit or is_container):
                yield node.func.attr, node


CONTAINERS = {"who", "as_what", "kinds", "places", "items", "column", "chart", "left", "right"}


def untranslated(module: ast.Module) -> Iterator[str]:
    """Texts with letters that reach a drawing call without passing through the translator."""
    for name, call in drawing_calls(module):
        words = [a for at, a in enumerate(call.args) if at not in NOT_WORDS_OF.get(name, set())]
        words += [k.value for k in call.keywords if k.arg not in NOT_WORDS]
        for word in words:
            for text in literals(word):
                if any(letter.isalpha() for letter in text) and text not in BRAND | COMMAND:
                    yield f"line {call.lineno}: st.{name}({text!r})"


def literals(node: ast.expr) -> Iterator[str]:
    """Literal texts that are shown as they are: also inside f-strings, never inside a call."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield from literals(part) if isinstance(part, ast.Constant) else ()
    elif isinstance(node, ast.BinOp | ast.IfExp | ast.List | ast.Tuple):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr) and not isinstance(child, ast.Compare):
                yield from literals(child)


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(DASHBOARD)))
def test_every_word_on_a_page_passes_through_the_translator(module: Path) -> None:
    assert list(untranslated(tree(module))) == []


@pytest.mark.parametrize(
    "code",
    [
        "st.title('Overview')",
        "st.markdown(f'Overview of {name}')",
        "st.metric(t('Beds'), 'many')",
        "st.button(label='Go')",
        "column.metric('Beds', 3)",
        "st.selectbox(t('Unit'), ['one', 'two'])",
    ],
)
def test_a_hard_coded_word_is_found(code: str) -> None:
    assert list(untranslated(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "st.title(t('Overview'))",
        "st.button(t('Go'), key='go', type='primary')",
        "st.markdown(f'**{t(title)}** · {when}')",
        "st.metric(t('Beds'), '–', border=True)",
    ],
)
def test_a_translated_word_is_let_through(code: str) -> None:
    assert list(untranslated(ast.parse(code))) == []


def test_only_the_session_touches_the_state_of_streamlit() -> None:
    touching = [m.name for m in MODULES if "session_state" in m.read_text(encoding="utf-8")]
    assert touching == ["session.py"]


def test_charts_know_no_streamlit() -> None:
    for module in (DASHBOARD / "charts").glob("*.py"):
        imported = {
            alias.name.split(".")[0]
            for node in ast.walk(tree(module))
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        assert "streamlit" not in imported, module.name


def test_every_chart_says_what_it_shows() -> None:
    silent = [
        f"{module.name}:{call.lineno}"
        for module in MODULES
        for name, call in drawing_calls(tree(module))
        if name.endswith("_chart") and not {k.arg for k in call.keywords} & {"alt"}
    ]
    assert silent == []


def test_a_view_is_short_enough_to_read() -> None:
    lengths = {
        view.name: len(view.read_text(encoding="utf-8").splitlines())
        for view in (DASHBOARD / "views").glob("*.py")
    }
    assert {name: n for name, n in lengths.items() if n > MOST_LINES_OF_A_VIEW} == {}


def test_a_function_is_short_enough_to_read() -> None:
    too_long = {
        f"{module.name}:{node.name}": (node.end_lineno or 0) - node.lineno
        for module in MODULES
        for node in ast.walk(tree(module))
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or 0) - node.lineno >= MOST_LINES_OF_A_FUNCTION
    }
    assert too_long == {}


def test_nothing_in_the_folder_hides_a_package() -> None:
    """Streamlit puts this folder first on the path: ``session.py`` is fine, ``numpy.py`` is not."""
    own = {path.stem for path in DASHBOARD.iterdir() if path.suffix in {"", ".py"}}
    own -= {"__init__", "__main__", "__pycache__", "py"}
    taken = set(sys.stdlib_module_names) | set(importlib.metadata.packages_distributions())
    others = {path.name for path in DASHBOARD.parent.iterdir() if path.is_dir()}
    assert own & (taken | others) == set()
    assert "pages" not in own


def test_the_page_icon_is_not_fetched_from_another_host() -> None:
    from dashboard.shell import FAVICON  # noqa: PLC0415

    assert not FAVICON.startswith(":material")
