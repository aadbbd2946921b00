"""The registry: what is incomplete is not registered, what was changed is not loaded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import text

from application.language import Language, Translator
from application.report.model_card import card_json, card_markdown
from application.store import audit
from application.use_cases.measure_equity import measure_equity
from application.use_cases.models import (
    attach_drift,
    attach_equity,
    list_models,
    load_model,
    promote_model,
    register_model,
    show_model,
)
from application.use_cases.session import Session, open_session
from governance.access import Person
from governance.decision import Role
from governance.equity import EquityVerdict
from governance.promotion import Stage
from hospital.errors import GstError, InvalidInput
from tests.application.cli.conftest import typed
from tests.application.conftest import settings_in
from tests.governance.test_model_version import VISITS

pytestmark = [pytest.mark.integration, pytest.mark.slow]

ARTEFACT = b'{"trend": [1, 2, 3]}'
ME = "Amina Tazi"


@pytest.fixture
def work(tmp_path: Path, database_url: str) -> Iterator[Session]:
    with open_session(settings_in(tmp_path, TADBIR_DATABASE_URL=database_url)) as session:
        yield session


def files(folder: Path, **changes: Any) -> tuple[Path, Path]:
    document, artefact = folder / "visits.yaml", folder / "visits.json"
    artefact.write_bytes(ARTEFACT)
    content = {**VISITS, "artefact_sha256": sha256(ARTEFACT).hexdigest(), **changes}
    document.write_text(yaml.safe_dump(content), encoding="utf-8")
    return document, artefact


def test_a_version_is_registered_once_shown_and_loaded(work: Session, tmp_path: Path) -> None:
    found = register_model(work, *files(tmp_path), ME)
    assert (found.stage, found.model.key) == (Stage.CANDIDATE, "visits@1.2.0")
    assert show_model(work, "visits") == found
    assert load_model(work, "visits@1.2.0") == ARTEFACT
    with pytest.raises(GstError, match="model_exists"):
        register_model(work, *files(tmp_path, limits="none"), ME)
    register_model(work, *files(tmp_path, version="1.3.0"), ME)
    assert [one.model.version for one in list_models(work)] == ["1.2.0", "1.3.0"]
    assert show_model(work, "visits").model.version == "1.3.0"
    assert len(audit.events(work.database)) == 2


def test_what_is_incomplete_or_another_file_is_not_registered(
    work: Session, tmp_path: Path
) -> None:
    document, artefact = files(tmp_path)
    content = yaml.safe_load(document.read_text())
    del content["owner"]
    document.write_text(yaml.safe_dump(content))
    with pytest.raises(InvalidInput, match="owner"):
        register_model(work, document, artefact, ME)
    document, artefact = files(tmp_path)
    artefact.write_bytes(ARTEFACT + b" ")
    with pytest.raises(GstError, match="artefact_changed"):
        register_model(work, document, artefact, ME)
    with pytest.raises(GstError, match="actor_missing"):
        register_model(work, *files(tmp_path), "  ")
    with pytest.raises(GstError, match="unreadable_file"):
        register_model(work, files(tmp_path)[0], tmp_path / "nowhere", ME)
    assert list_models(work) == ()
    assert audit.events(work.database) == ()


def tampered(work: Session, statement: str, **values: Any) -> None:
    with work.database.writing() as connection:
        disable = "DROP TRIGGER model_versions_no_update"
        if work.database.is_postgresql:
            disable = "ALTER TABLE model_versions DISABLE TRIGGER ALL"
        connection.exec_driver_sql(disable)
        connection.execute(text(statement), values)


def test_an_artefact_that_was_changed_is_not_loaded_nor_promoted(
    work: Session, tmp_path: Path
) -> None:
    register_model(work, *files(tmp_path), ME)
    tampered(work, "UPDATE model_versions SET artefact = :a", a=ARTEFACT.replace(b"1", b"9"))
    for refused in (
        lambda: load_model(work, "visits"),
        lambda: promote_model(work, "visits", Stage.SHADOW, ME, "good"),
    ):
        with pytest.raises(GstError, match="artefact_changed"):
            refused()


def test_a_document_that_was_changed_is_not_believed(work: Session, tmp_path: Path) -> None:
    register_model(work, *files(tmp_path, metrics=[{"name": "mase", "value": 1.4, "cases": 9}]), ME)
    better = "UPDATE model_versions SET document_json = replace(document_json, '1.4', '0.4')"
    tampered(work, better)
    for refused in (lambda: show_model(work, "visits"), lambda: list_models(work)):
        with pytest.raises(GstError, match="model_changed"):
            refused()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE model_versions SET version = '9.0.0'",
        "DELETE FROM model_versions",
        "INSERT OR REPLACE INTO model_versions SELECT * FROM model_versions",
        "TRUNCATE model_versions",
    ],
)
def test_the_database_itself_keeps_what_was_registered(
    work: Session, tmp_path: Path, statement: str
) -> None:
    only_elsewhere = "OR REPLACE" if work.database.is_postgresql else "TRUNCATE"
    if only_elsewhere in statement:
        pytest.skip("no statement of this database")
    register_model(work, *files(tmp_path), ME)
    with pytest.raises(GstError, match="never changed"), work.database.writing() as connection:
        connection.exec_driver_sql(statement)


def cases(folder: Path, rows: int) -> Path:
    file = folder / f"cases{rows}.csv"
    lines = [f"{10 + at % 7},{'f' if at % 2 else 'm'}" for at in range(rows)]
    file.write_text("error,sex\n" + "\n".join(lines) + "\n")
    return file


def test_a_model_goes_live_with_every_report_and_can_be_withdrawn(
    work: Session, tmp_path: Path
) -> None:
    register_model(work, *files(tmp_path), ME)
    promote_model(work, "visits", Stage.SHADOW, ME, "beats the season")
    with pytest.raises(GstError, match="there is no report on equity"):
        promote_model(work, "visits", Stage.PILOT, ME, "good")
    few = measure_equity(work, cases(tmp_path, 20), ["sex"])
    assert few.verdict is EquityVerdict.INCONCLUSIVE
    attach_equity(work, "visits", few, ME)
    promote_model(work, "visits", Stage.PILOT, ME, "on trial")
    attach_drift(work, "visits", ["normal", "break", "watch"], ME)
    with pytest.raises(GstError, match="gate_closed") as closed:
        promote_model(work, "visits", Stage.LIVE, ME, "good")
    assert len(closed.value.details["failures"]) == 2
    attach_equity(work, "visits", measure_equity(work, cases(tmp_path, 2800), ["sex"]), ME)
    attach_drift(work, "visits", ["normal"], ME)
    with pytest.raises(GstError, match="reason_missing"):
        promote_model(work, "visits", Stage.LIVE, ME)
    assert promote_model(work, "visits", Stage.LIVE, ME, "useful").stage is Stage.LIVE
    assert promote_model(work, "visits", Stage.RETIRED, ME, "new ward").stage is Stage.RETIRED
    assert audit.verified(work.database).broken is None


def test_who_registers_does_not_promote_and_the_other_way_round(
    work: Session, tmp_path: Path
) -> None:
    work.person = Person(name="Salma", role=Role.MANAGER)
    with pytest.raises(GstError, match="not_allowed"):
        register_model(work, *files(tmp_path), "")
    work.person = Person(name="Omar", role=Role.ADMINISTRATOR)
    register_model(work, *files(tmp_path), "")
    with pytest.raises(GstError, match="not_allowed"):
        promote_model(work, "visits", Stage.SHADOW, "", "good")
    with pytest.raises(GstError, match="another_name"):
        attach_drift(work, "visits", ["normal"], "Salma")


@pytest.mark.parametrize("language", Language)
def test_the_card_is_told_in_every_language_and_hostile_words_stay_words(
    work: Session, tmp_path: Path, language: Language
) -> None:
    hostile = "<script>alert(1)</script> | # x"
    found = register_model(work, *files(tmp_path, owner=hostile), ME)
    card = card_markdown(found, Translator(language))
    assert "<script>" not in card
    assert found.model.artefact_sha256 in card
    assert "0.81" in card
    assert json.loads(json.dumps(card_json(found)))["stage"] == "candidate"


@pytest.mark.parametrize(
    ("text", "code"),
    [("error\n1\n", "missing_columns"), ("error,sex\nx,f\n", "not_a_number"), ("", "missing_col")],
)
def test_cases_that_cannot_be_read_are_told(
    work: Session, tmp_path: Path, text: str, code: str
) -> None:
    file = tmp_path / "cases.csv"
    file.write_text(text)
    with pytest.raises(InvalidInput) as wrong:
        measure_equity(work, file, ["sex"])
    assert wrong.value.problems[0].code.startswith(code)


def test_the_commands_do_the_same_in_three_languages(tmp_path: Path) -> None:
    document, artefact = files(tmp_path)
    given = ("model", "register", str(document), "--artefact", str(artefact), "--by", ME)
    assert typed(tmp_path, *given, language="fr").returncode == 0
    again = typed(tmp_path, *given)
    assert again.returncode == 2
    assert "model_exists" in again.stderr
    promoted = typed(
        tmp_path, "model", "promote", "visits", "--to", "live", "--by", ME, "--reason", "now"
    )
    assert promoted.returncode == 2
    assert "stage_skipped" in promoted.stderr
    (listed,) = json.loads(typed(tmp_path, "model", "list", "--json").stdout)
    assert listed["stage"] == "candidate"
    assert "النموذج" in typed(tmp_path, "model", "list", language="ar").stdout
    assert "Limites" in typed(tmp_path, "model", "show", "visits", language="fr").stdout
    told = typed(tmp_path, "model", "equity", str(cases(tmp_path, 20)), "--group", "sex", "--json")
    assert json.loads(told.stdout)["verdict"] == "inconclusive"
