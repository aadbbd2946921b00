"""GSTs tell one another parameters that nobody has changed; a wrong signature is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.federated.signed_file import make_key, read_key, read_signed, write_signed
from application.store import audit
from application.use_cases import federated
from application.use_cases.forecast_demand import ForecastRequest, plan_of
from application.use_cases.session import Session, open_session
from forecasting.shared_parameters import KindParameters, SharedEffect, SharedParameters
from governance.events import EventKind
from hospital.errors import GstError, InvalidInput
from hospital.forecast import SeriesKind
from tests.application.conftest import settings_in
from tests.homes import copy_database

pytestmark = pytest.mark.integration

EFFECT = SharedEffect(name="ramadan", mean=-0.05, standard_error=0.01, between_sd=0.02, hospitals=4)
TOLD = SharedParameters(
    gst="GST-OTHER",
    as_of=date(2026, 11, 1),
    kinds=(KindParameters(kind=SeriesKind.VISITS, effects=(EFFECT,)),),
)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("key") / "shared.key"
    make_key(file)
    return file


@pytest.fixture
def signed(tmp_path: Path, key: Path) -> Callable[..., Path]:
    def write(content: Any = None) -> Path:
        file = tmp_path / "told.json"
        write_signed(file, content or TOLD.model_dump(mode="json"), read_key(key))
        return file

    return write


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(GstError) as found:
        call()
    return found.value.code


def test_the_key_is_its_owner_s_and_is_not_written_over(key: Path) -> None:
    assert key.stat().st_mode & 0o077 == 0
    before = key.read_text()
    assert refused(lambda: make_key(key)) == "file_exists"
    assert key.read_text() == before


@pytest.mark.parametrize("text", ["", "no hex", "00ff", "é" * 40, "0" * 5000])
def test_what_is_no_key_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.key"
    file.write_text(text)
    assert refused(lambda: read_key(file)) == "not_a_key"


def test_what_was_signed_is_read_again(signed: Callable[..., Path], key: Path) -> None:
    assert SharedParameters.model_validate(read_signed(signed(), read_key(key))) == TOLD


def test_another_key_is_refused(signed: Callable[..., Path], tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    make_key(other)
    assert refused(lambda: read_signed(signed(), read_key(other))) == "wrong_signature"


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.floats(0, 1, exclude_max=True), byte=st.integers(32, 126))
def test_any_changed_byte_is_refused_or_changes_nothing(
    at: float, byte: int, signed: Callable[..., Path], key: Path
) -> None:
    file = signed()
    content = bytearray(file.read_bytes())
    content[int(at * len(content))] = byte
    file.write_bytes(content)
    same = TOLD.model_dump(mode="json")
    with suppress(GstError):
        assert read_signed(file, read_key(key)) == same


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=200))
def test_any_bytes_are_refused(content: bytes, tmp_path: Path, key: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(content)
    assert refused(lambda: read_signed(file, read_key(key))) == "not_parameters"


def test_nesting_without_end_is_refused(tmp_path: Path, key: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"format": "tadbir-parameters-1", "content": ' + "[" * 100_000)
    assert refused(lambda: read_signed(file, read_key(key))) == "not_parameters"


@pytest.mark.parametrize(
    "change",
    [
        {"schema_version": 2},
        {"gst": "../../etc"},
        {"kinds": "x"},
        {"rows": [1, 2, 3]},
        {"kinds": [{"kind": "visits", "effects": []}]},
        {"kinds": [{"kind": "visits", "effects": [{**EFFECT.model_dump(), "hospitals": 1}]}]},
        {"kinds": [{"kind": "visits", "effects": [{**EFFECT.model_dump(), "mean": 1e9}]}]},
        {"kinds": [{"kind": "visits", "effects": [{**EFFECT.model_dump(), "name": "<b>"}]}]},
    ],
)
def test_signed_nonsense_is_refused_all_the_same(
    session: Session, signed: Callable[..., Path], key: Path, change: dict[str, Any]
) -> None:
    file = signed({**TOLD.model_dump(mode="json"), **change})
    with pytest.raises(InvalidInput):
        federated.take_parameters(session, file, key, "Salma Idrissi")
    assert federated.known_parameters(session) == ()


@pytest.fixture
def own(demo_home: Path, demo: object, tmp_path: Path) -> Iterator[Session]:
    home = tmp_path / "home"
    home.mkdir()
    copy_database(demo_home, home)
    with open_session(settings_in(home)) as opened:
        yield opened


def test_told_and_taken_and_used(
    own: Session, signed: Callable[..., Path], key: Path, tmp_path: Path
) -> None:
    assert plan_of(own, ForecastRequest()).priors == {}
    out = tmp_path / "ours.json"
    told = federated.tell_parameters(own, out, key, "Salma Idrissi")
    assert {kind.kind for kind in told.kinds} >= {SeriesKind.VISITS}
    assert "count" not in out.read_text()
    taken = federated.take_parameters(own, signed(), key, "Salma Idrissi")
    assert [one.gst for one in federated.known_parameters(own)] == sorted([told.gst, taken.gst])
    prior = plan_of(own, ForecastRequest()).priors[SeriesKind.VISITS]
    assert prior.effects["ramadan"].places == 2
    kinds = [event.event for event in audit.events(own.database)]
    assert kinds[-2:] == [EventKind.PARAMETERS_TOLD, EventKind.PARAMETERS_TAKEN]
    assert refused(lambda: federated.take_parameters(own, out, key, "S. I.")) == "own_parameters"


def test_older_parameters_and_nobody_are_refused(
    own: Session, signed: Callable[..., Path], key: Path
) -> None:
    federated.take_parameters(own, signed(), key, "Salma Idrissi")
    older = signed(TOLD.but(as_of=date(2026, 10, 1)).model_dump(mode="json"))
    code = refused(lambda: federated.take_parameters(own, older, key, "Salma Idrissi"))
    assert code == "older_parameters"
    assert refused(lambda: federated.take_parameters(own, signed(), key, " ")) == "actor_missing"


def test_a_changed_file_changes_nothing(
    own: Session, signed: Callable[..., Path], key: Path
) -> None:
    file = signed()
    told = json.loads(file.read_text())
    told["content"]["kinds"][0]["effects"][0]["mean"] = 0.5
    file.write_text(json.dumps(told))
    before = len(audit.events(own.database))
    code = refused(lambda: federated.take_parameters(own, file, key, "Salma Idrissi"))
    assert code == "wrong_signature"
    assert federated.known_parameters(own) == ()
    assert len(audit.events(own.database)) == before
