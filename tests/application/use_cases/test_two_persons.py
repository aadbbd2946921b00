"""Two persons, coded reasons and kept differences, on a stored scenario."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from application.folder.reading import GstData
from application.store import decisions as log
from application.store.runs import Run, save_run
from application.use_cases.decide import (
    Opinion,
    decide,
    decision_rates,
    find_recommendation,
    recommendations,
)
from application.use_cases.folders import import_data
from application.use_cases.publishing import published, write_published
from application.use_cases.session import Session, open_session
from application.use_cases.state_change import edits_of
from governance.access import Person
from governance.decision import ReasonCode, Role, State, Verdict
from hospital.errors import GstError
from scenarios.demo import DemoSize, generate
from tests.application.conftest import settings_in

pytestmark = pytest.mark.integration

RUN, OTHER, ORDER = "aaaaaaaa" * 8, "bbbbbbbb" * 8, "cccccccc" * 8
FOUR_BEDS = {
    "schema_version": 1,
    "name": "more-beds",
    "changes": [{"kind": "open_beds", "unit": "CHR-KEN-REA", "beds": 4}],
}
TWO_BEDS = {**FOUR_BEDS, "changes": [{**FOUR_BEDS["changes"][0], "beds": 2}]}


@pytest.fixture(scope="module")
def gst() -> GstData:
    return GstData(*generate(DemoSize.SMALL, 1))


@pytest.fixture
def work(tmp_path: Path, database_url: str, gst: GstData) -> Iterator[Session]:
    with open_session(settings_in(tmp_path, TADBIR_DATABASE_URL=database_url)) as session:
        snapshot = import_data(session, gst).snapshot
        for run, content in ((RUN, FOUR_BEDS), (OTHER, TWO_BEDS)):
            save_run(
                session.database, Run(run, "scenario", snapshot, 1, {"definition": content}), []
            )
        yield session


def yes(actor: str = "Amina Tazi") -> Opinion:
    return Opinion(Verdict.ACCEPTED, actor, Role.MANAGER)


def fewer(session: Session, actor: str = "Amina Tazi") -> Opinion:
    edits = edits_of(session, RUN, ["/changes/0/beds=2"])
    return Opinion(Verdict.MODIFIED, actor, Role.MANAGER, "budget", "", None, edits)


def ask_two(session: Session) -> None:
    (session.settings.folder / "decision_rules.yaml").write_text(
        "schema_version: 1\npersons: {scenario: 2}\n"
    )


def test_what_is_published_is_what_was_decided_not_what_was_proposed(work: Session) -> None:
    decide(work, RUN, fewer(work))
    found = published(work, RUN)
    assert found.document == TWO_BEDS
    assert (found.recommendation.state, found.by) == (State.MODIFIED, ("Amina Tazi",))
    (edit,) = found.decision.edits
    assert (edit.place, edit.was, edit.value) == ("/changes/0/beds", 4, 2)


def test_another_run_says_what_stands_there_instead(work: Session) -> None:
    assert edits_of(work, RUN, instead=OTHER) == edits_of(work, RUN, ["/changes/0/beds=2"])
    assert edits_of(work, RUN, instead=RUN) == ()


def test_a_rejection_has_a_code_and_a_text(work: Session) -> None:
    for opinion, code in (
        (Opinion(Verdict.REJECTED, "A", Role.MANAGER, "no"), "reason_code_missing"),
        (
            Opinion(Verdict.REJECTED, "A", Role.MANAGER, " ", "", ReasonCode.BUDGET),
            "reason_missing",
        ),
        (Opinion(Verdict.MODIFIED, "A", Role.MANAGER, "no", "two beds"), "difference_missing"),
    ):
        with pytest.raises(GstError, match=code):
            decide(work, RUN, opinion)
    assert log.entries(work.database) == []
    decide(work, RUN, Opinion(Verdict.REJECTED, "A", Role.MANAGER, "no", "", ReasonCode.BUDGET))
    assert find_recommendation(work, RUN).state is State.REJECTED


def test_two_persons_stand_behind_the_modified_text(work: Session, tmp_path: Path) -> None:
    ask_two(work)
    decide(work, RUN, fewer(work))
    with pytest.raises(GstError, match="not_published"):
        write_published(work, RUN, tmp_path / "out.json")
    with pytest.raises(GstError, match="second_person_needed"):
        decide(work, RUN, yes("  amina  TAZI "))
    assert len(log.entries(work.database)) == 1
    decide(work, RUN, yes("Youssef Alaoui"))
    write_published(work, RUN, tmp_path / "out.json")
    told = json.loads((tmp_path / "out.json").read_text())
    assert told["content"] == TWO_BEDS
    assert told["published_by"] == ["Youssef Alaoui", "Amina Tazi"]


def test_a_rule_that_is_removed_afterwards_does_not_publish_what_waits(work: Session) -> None:
    ask_two(work)
    decide(work, RUN, yes())
    (work.settings.folder / "decision_rules.yaml").unlink()
    assert find_recommendation(work, RUN).state is State.SECOND_NEEDED


def test_a_rule_that_cannot_be_read_stops_decisions(work: Session) -> None:
    (work.settings.folder / "decision_rules.yaml").write_text("persons: all")
    with pytest.raises(GstError, match="decision_rules_unreadable"):
        decide(work, RUN, yes())
    assert log.entries(work.database) == []


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["changes/0/beds=2"], "not_a_change"),
        (["/changes/0/beds"], "not_a_change"),
        (["/changes/7/beds=2"], "edit_does_not_fit"),
        (["/changes/0/rooms=2"], "edit_does_not_fit"),
    ],
)
def test_a_change_that_cannot_be_read_is_told(work: Session, lines: list[str], code: str) -> None:
    with pytest.raises(GstError, match=code):
        edits_of(work, RUN, lines)


@pytest.mark.parametrize("line", ["/changes/0/beds=-2", "/changes/0/kind=open_doors", "/name=1"])
def test_a_change_that_breaks_the_recommendation_is_not_recorded(work: Session, line: str) -> None:
    opinion = fewer(work)
    broken = Opinion(
        Verdict.MODIFIED, "A", Role.MANAGER, opinion.reason, "", None, edits_of(work, RUN, [line])
    )
    with pytest.raises(GstError, match="edits_break_it"):
        decide(work, RUN, broken)
    assert log.entries(work.database) == []


def test_who_has_signed_in_decides_in_their_own_name_and_for_their_hospitals(
    work: Session,
) -> None:
    work.person = Person(name="Salma Idrissi", role=Role.MANAGER)
    with pytest.raises(GstError, match="another_name"):
        decide(work, RUN, yes())
    work.person = work.person.but(hospitals=frozenset({"HP-SEA"}))
    with pytest.raises(GstError, match="other_hospital"):
        decide(work, RUN, yes(""))
    work.person = Person(name="Salma Idrissi", role=Role.MANAGER)
    decide(work, RUN, Opinion(Verdict.ACCEPTED, "", Role.PHARMACIST))
    (decision,) = find_recommendation(work, RUN).decisions
    assert (decision.actor, decision.role) == ("Salma Idrissi", Role.MANAGER)


def test_rates_count_what_was_overruled_and_what_was_accepted_in_a_blink(work: Session) -> None:
    blink = datetime.now(UTC) - timedelta(seconds=0.5)
    decide(work, OTHER, Opinion(Verdict.ACCEPTED, "A", Role.MANAGER, shown_at=blink))
    decide(work, RUN, fewer(work))
    (row,) = decision_rates(work)
    assert (row.decisions, row.override_rate, row.accepted_fast) == (2, 0.5, 1)
    assert {found.state for found in recommendations(work)} == {State.ACCEPTED, State.MODIFIED}
