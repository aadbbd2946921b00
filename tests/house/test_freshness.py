"""What is generated from the code is what the code says today, in all three languages."""

import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parent.parent.parent
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
METHODS = [("**.py", "python"), ("**.j2", "jinja2")]
KEYWORDS = {"say": None, "t": None}
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def _build() -> ModuleType:
    spec = spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_generated_documents_and_schemas_are_fresh() -> None:
    """If not: ``make docs`` and commit what it writes."""
    assert _build().stale() == []


def sentences_in_the_code() -> set[str]:
    """Every sentence that a person may read."""
    found: set[str] = set()
    for package in PACKAGES:
        for _, _, message, _, _ in extract_from_dir(
            str(ROOT / package), method_map=METHODS, keywords=KEYWORDS
        ):
            found.add(message if isinstance(message, str) else message[0])
    return found


def catalogue(language: str) -> Catalog:
    file = ROOT / "application" / "locale" / language / "LC_MESSAGES" / "tadbir.po"
    with file.open("rb") as source:
        return read_po(source, locale=language)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_sentence_is_said_in_this_language(language: str) -> None:
    """If not: ``make messages``, translate what is empty, commit."""
    said = {str(m.id): str(m.string) for m in catalogue(language) if m.id and not m.fuzzy}
    in_code = sentences_in_the_code()
    assert sorted(in_code - set(said)) == [], "missing from the catalogue"
    assert sorted(set(said) - in_code) == [], "no longer in the code"
    assert sorted(key for key, text in said.items() if not text.strip()) == [], "not translated"


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_translation_keeps_every_value(language: str) -> None:
    """A lost {value} would hide a figure; an invented one would fail when it is said."""
    wrong = [
        str(m.id)
        for m in catalogue(language)
        if m.id and set(PLACEHOLDER.findall(str(m.id))) != set(PLACEHOLDER.findall(str(m.string)))
    ]
    assert wrong == []
