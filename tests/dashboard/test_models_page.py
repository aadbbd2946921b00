"""Models and drift: versions with their cards, the watch, how people decide, the record."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest
import yaml
from streamlit.testing.v1 import AppTest

from application.language import Language, Translator
from application.settings import load_settings
from application.terms import ReasonCode, RecommendationKind, Role, Verdict
from application.use_cases.accounts import put_account, sign_in
from application.use_cases.decide import Opinion, decide
from application.use_cases.drift_states import GRAVEST, find_drift, newest_drift, read_drift
from application.use_cases.models import register_model
from application.use_cases.read_results import runs_of
from application.use_cases.session import open_session
from dashboard.parts.model_registry import card_on_page
from governance.access import Person
from tests.governance.test_model_version import VISITS

pytestmark = pytest.mark.integration

SECONDS = 60
PASSWORD = "longue phrase de passe"
ARTEFACT = b'{"trend": [1, 2, 3]}'


def opened(language: Language) -> AppTest:
    app = AppTest.from_string(
        "from dashboard.shell import draw\ndraw('models')", default_timeout=SECONDS
    )
    app.query_params["lang"] = language.value
    return app.run()


def words(app: AppTest) -> str:
    html = unescape("".join(str(element.proto.body) for element in app.get("html")))
    told = [*app.markdown, *app.caption, *app.info, *app.success]
    return html + "\n".join(str(element.value) for element in told)


def register(folder: Path) -> None:
    document, artefact = folder / "visits.yaml", folder / "visits.json"
    artefact.write_bytes(ARTEFACT)
    content = {**VISITS, "artefact_sha256": sha256(ARTEFACT).hexdigest()}
    document.write_text(yaml.safe_dump(content), encoding="utf-8")
    with open_session(load_settings()) as session:
        register_model(session, document, artefact, "Amina Tazi")


@pytest.mark.parametrize("language", Language)
@pytest.mark.usefixtures("demo_home")
def test_a_registered_model_stands_there_with_stage_and_card(
    language: Language, tmp_path: Path
) -> None:
    t = Translator(language)
    assert t("No model is registered yet: tadbir model register DOCUMENT ARTEFACT.") in words(
        opened(language)
    )
    register(tmp_path)
    app = opened(language)
    assert not app.exception
    assert not app.error
    said = words(app)
    assert "visits@1.2.0" in said
    assert t("candidate") in said
    assert f"#### {t('Limits')}" in said
    assert str(VISITS["limits"]) in said
    assert t("{count} entries, the chain holds. Head: {head}", count=1, head="").split(".")[0] in (
        said
    )


def test_a_card_starts_no_heading_of_its_own_and_no_formula() -> None:
    card = "# visits@1\n\n## Limits\n\nFrom 5 $ to 9 $ \\# not a heading\n"
    shown = card_on_page(card)
    assert shown == "### visits@1\n\n#### Limits\n\nFrom 5 \\$ to 9 \\$ \\# not a heading\n"


@pytest.mark.usefixtures("demo_home")
def test_rates_count_who_overrules() -> None:
    assert "Nobody has decided anything yet." in words(opened(Language.ENGLISH))
    with open_session(load_settings()) as session:
        run = runs_of(session, RecommendationKind.STOCK_ORDER)[0].run
        accepted = Opinion(Verdict.ACCEPTED, "Salma Idrissi", Role.PHARMACIST)
        decide(session, run, accepted)
        code = next(iter(ReasonCode))
        refused = Opinion(
            Verdict.REJECTED, "Salma Idrissi", Role.PHARMACIST, "Too much.", reason_code=code
        )
        decide(session, run, refused)
    said = words(opened(Language.ENGLISH))
    assert "Medicine order" in said
    assert "50 %" in said


@pytest.mark.usefixtures("demo_home")
def test_a_record_that_was_altered_is_said_and_hides_nothing_else(tmp_path: Path) -> None:
    register(tmp_path)
    file = load_settings().folder / "tadbir.sqlite"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(
            "UPDATE model_versions SET document_json = replace(document_json, 'Ramadan', 'x')"
        )
    app = opened(Language.ENGLISH)
    assert not app.exception
    assert "model_changed" in app.error[0].value
    assert "the chain holds" in words(app)


@pytest.mark.usefixtures("demo_home")
def test_drift_is_watched_on_demand_and_the_gravest_comes_first() -> None:
    assert "Watch every series" in [button.label for button in opened(Language.ENGLISH).button]
    with open_session(load_settings()) as session:
        assert newest_drift(session) is None
        run = find_drift(session)
        newest = newest_drift(session)
        assert newest is not None
        assert newest.run == run
        states = read_drift(session, run)
    gravity = [GRAVEST.index(row.state) for row in states]
    assert gravity == sorted(gravity)
    assert all(row.coverage is None or 0 <= row.coverage <= 1 for row in states)
    assert f"{len(states)} series:" in words(opened(Language.ENGLISH))


@pytest.mark.usefixtures("demo_home")
def test_who_may_not_read_the_record_sees_the_rest() -> None:
    pharmacist = Person(name="Salma Idrissi", role=Role.PHARMACIST)
    with open_session(load_settings()) as session:
        put_account(session, Person(name="Amina Tazi", role=Role.ADMINISTRATOR), PASSWORD)
        sign_in(session, "Amina Tazi", PASSWORD)
        put_account(session, pharmacist, PASSWORD)
        sign_in(session, pharmacist.name, PASSWORD)
    app = opened(Language.ENGLISH)
    assert ["not_allowed" in error.value for error in app.error] == [True]
    assert "Nobody has decided anything yet." in words(app)
