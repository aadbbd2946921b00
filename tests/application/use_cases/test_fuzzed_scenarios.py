"""Whatever a scenario file holds, it is read or refused: no traceback, no more than 200 MB."""

from __future__ import annotations

import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.use_cases.read_scenario import CHANGES, read_scenario
from hospital.errors import GstError, InvalidInput
from scenarios.language import Scenario

pytestmark = pytest.mark.integration

MOST_BYTES = 200_000_000
LIBRARY = sorted((Path(__file__).parents[3] / "scenarios" / "library").glob("*.yaml"))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(max_size=12)
    | st.dates().map(str)
    | st.sampled_from([".inf", "-.nan", "1e400", "0x1F", "2026-13-45", "~", "CHR-KEN-REA"])
)
KEYS = st.sampled_from(
    sorted({name for model in CHANGES.values() for name in model.model_fields} | {"extends", "x"})
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=20,
)
CHANGE = st.fixed_dictionaries({"kind": st.sampled_from(sorted(CHANGES))}).flatmap(
    lambda kind: st.dictionaries(
        st.sampled_from(sorted(CHANGES[kind["kind"]].model_fields)) | KEYS, VALUES, max_size=8
    ).map(lambda values: values | kind)
)
SCENARIO = st.fixed_dictionaries(
    {"name": st.just("try") | SCALARS, "changes": st.lists(CHANGE, max_size=3) | VALUES},
    optional={"extends": SCALARS, "expected": VALUES, "schema_version": SCALARS},
)
PUNCTUATION = st.text(alphabet="abc:-[]{}#&*!|>%@`'\"?,\n\t 01.~\\\u00e9\u0000", max_size=120)
OFTEN = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=150,
    deadline=None,
)


def read_or_refused(folder: Path, content: bytes) -> None:
    """The file is a scenario, or it is refused in words; anything else fails the test."""
    file = folder / "scenario.yaml"
    file.write_bytes(content)
    with suppress(GstError):
        assert isinstance(read_scenario(file), Scenario)


@OFTEN
@given(values=SCENARIO)
def test_any_values_in_the_right_shape(tmp_path: Path, values: object) -> None:
    read_or_refused(tmp_path, yaml.safe_dump(values, allow_unicode=True).encode())


@OFTEN
@given(text=PUNCTUATION)
def test_any_punctuation_of_yaml(tmp_path: Path, text: str) -> None:
    read_or_refused(tmp_path, text.encode("utf-8", "surrogatepass"))
    read_or_refused(tmp_path, b"name: try\nchanges:\n  - " + text.encode())


@OFTEN
@given(file=st.sampled_from(LIBRARY), at=st.floats(0, 1), noise=st.binary(max_size=6))
def test_a_good_file_with_some_bytes_replaced(
    tmp_path: Path, file: Path, at: float, noise: bytes
) -> None:
    content = file.read_bytes()
    start = int(at * len(content))
    read_or_refused(tmp_path, content[:start] + noise + content[start + len(noise) :])


def _laughs(levels: int) -> str:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 10) + "]" for n in range(1, levels)]
    return "\n".join(lines)


BOMBS = {
    "billion laughs": _laughs(10),
    "merge keys": "a: &a {b: 1}\n" + "c: {<<: *a}\n",
    "nested lists": "changes: " + "[" * 50_000,
    "nested maps": "\n".join(" " * n + "a:" for n in range(400)),
    "one long line": "name: " + "a" * 90_000,
    "too many bytes": "#" * 5_000_000,
    "many changes": "name: a\nchanges:\n" + "  - {kind: open_beds, unit: A, beds: 1}\n" * 2_000,
    "many wrong changes": "name: a\nchanges:\n" + "  - {kind: open_beds, unit: A}\n" * 2_500,
    "a number of many digits": "name: a\nchanges: [{kind: demand_growth, factor: "
    + "9" * 50_000
    + "}]",
    "base sixty": "schema_version: " + "1:" * 5_000 + "1",
    "tags": "name: !!binary " + "QUJD" * 20_000,
    "comments": "#\n" * 49_000 + "name: a\n",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_grows(tmp_path: Path, name: str) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text(BOMBS[name])
    tracemalloc.start()
    try:
        with suppress(InvalidInput):
            read_scenario(file)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MOST_BYTES
