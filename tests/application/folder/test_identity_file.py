"""gst.yaml: what a person may get wrong, and what only an attacker writes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from application.folder.reading import inspect_folder

pytestmark = pytest.mark.unit

Faults = Callable[[Path], list[tuple[str, str, int | None, str | None]]]
Replaced = Callable[[str, str, str], Path]

WRONG_LINES = [
    ("region:", "regoin:", {("unknown_key", 4, "regoin"), ("missing_key", None, "region")}),
    (
        "  nurse_hour",
        "  nurze_hour",
        {("unknown_key", 9, "costs.nurze_hour_mad"), ("missing_key", None, "costs.nurse_hour_mad")},
    ),
    ("schema_version: 1", "schema_version: 2", {("wrong_value", 1, "schema_version")}),
    ("gst: GST-TEST", "gst: GST TEST", {("wrong_value", 2, "gst")}),
    ("gst: GST-TEST", "gst:", {("wrong_value", 2, "gst")}),
    ("name: Groupement d'essai", "name: 12", {("wrong_value", 3, "name")}),
    ("name: Groupement d'essai", "name: ''", {("wrong_value", 3, "name")}),
    ("name: Groupement d'essai", r'name: "\ud800"', {("wrong_value", 3, "name")}),
    ("synthetic: true", "synthetic: perhaps", {("wrong_value", 5, "synthetic")}),
    ("2026-11-23", "23/11/2026", {("wrong_value", 6, "as_of")}),
    ("2026-11-23", "2026-13-45", {("wrong_value", 6, "as_of")}),
    ("2026-11-23", "[2026-11-23]", {("wrong_value", 6, "as_of")}),
    ("250000.5", "-1", {("wrong_value", 7, "medicine_budget_mad")}),
    ("250000.5", ".inf", {("wrong_value", 7, "medicine_budget_mad")}),
    ("250000.5", ".nan", {("wrong_value", 7, "medicine_budget_mad")}),
    ("250000.5", "1e400", {("wrong_value", 7, "medicine_budget_mad")}),
    ("250000.5", "9" * 5000, {("yaml_syntax", 7, None)}),
    ("region: Rabat-Salé-Kénitra", "gst: again", {("repeated_key", 4, None)}),
    ("  source: hypothèse", "  source: a\n  source: b", {("repeated_key", 15, None)}),
    ("region: Rabat", "region: &anchor Rabat", {("yaml_alias", 4, None)}),
    ("region: Rabat-Salé-Kénitra", "region: *gst", {("yaml_alias", 4, None)}),
    ("region: Rabat", "region: !!python/name:os.system Rabat", {("yaml_syntax", 4, None)}),
    ("region: Rabat", "region: !!timestamp Rabat", {("yaml_syntax", 4, None)}),
    ("region: Rabat-Salé-Kénitra", "region: " + "[" * 100, {("yaml_depth", 4, None)}),
    ("region: Rabat-Salé-Kénitra", "region: {a: {b: c}}", {("wrong_value", 4, "region")}),
    ("region: Rabat", "region Rabat", {("yaml_syntax", 5, None)}),
    ("region: Rabat", "\tregion: Rabat", {("yaml_syntax", 4, None)}),
    ("region: Rabat", "region: @Rabat", {("yaml_syntax", 4, None)}),
    ("region: Rabat", "region: \x00Rabat", {("yaml_syntax", None, None)}),
    ("region: Rabat", "---\nregion: Rabat", {("yaml_syntax", 4, None)}),
    ("region: Rabat", "1: Rabat", {("yaml_syntax", 4, None)}),
    ("region: Rabat", "? [a, b]\n: Rabat", {("yaml_syntax", 4, None)}),
    ("costs:", "costs: none\nother:", {("wrong_value", 8, "costs"), ("unknown_key", 9, "other")}),
]


@pytest.mark.parametrize(("old", "new", "expected"), WRONG_LINES)
def test_a_wrong_line_is_told_with_its_place(
    old: str,
    new: str,
    expected: set[tuple[str, int | None, str | None]],
    replaced: Replaced,
    faults: Faults,
) -> None:
    folder = replaced("gst.yaml", old, new)
    for file in folder.glob("*.csv"):
        if file.stem not in {"hospitals"}:
            file.unlink()
    told = {(code, row, column) for code, file, row, column in faults(folder)}
    assert told == expected
    assert {file for _, file, *_ in faults(folder)} == {"gst.yaml"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"- a\n- b\n", "yaml_syntax"),
        (b"just text", "yaml_syntax"),
        (b"# a comment\n", "yaml_syntax"),
        ("name: Salé\n".encode("latin-1"), "wrong_encoding"),
        ("name: Salé\n".encode("utf-16"), "wrong_encoding"),
        (b"x: " + b"a" * 200_000, "file_too_large"),
    ],
)
def test_a_file_that_is_no_yaml_of_ours_is_told(
    content: bytes, code: str, gst_folder: Path, faults: Faults
) -> None:
    (gst_folder / "gst.yaml").write_bytes(content)
    assert [told for told, file, *_ in faults(gst_folder) if file == "gst.yaml"] == [code]


def test_a_yaml_bomb_is_refused_before_it_grows(gst_folder: Path, faults: Faults) -> None:
    levels = ['a0: &a0 "lol"']
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (gst_folder / "gst.yaml").write_text("\n".join(levels), encoding="utf-8")
    assert faults(gst_folder) == [("yaml_alias", "gst.yaml", 1, None)]


def test_what_is_expected_is_said_in_words_that_are_translated(replaced: Replaced) -> None:
    folder = replaced("gst.yaml", "2026-11-23", "tomorrow")
    (problem,) = inspect_folder(folder).findings.problems
    assert problem.expected == "a date written as 2026-11-23"
    assert getattr(problem.expected, "template", None) == "a date written as {example}"
