"""A theatre plan at work: planned again on the day, checked in the twin, handed out, shared."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from application.folder.reading import GstData
from application.language import Language, Translator
from application.settings import load_settings
from application.theatre_words import LEFT_OUT, RULES, explained, relaxation
from application.use_cases.change_theatre import Emergency, TodaysNews, replan, share_list
from application.use_cases.check_theatre import check_theatre
from application.use_cases.decide import Opinion, decide, find_recommendation
from application.use_cases.export_theatre import export_theatre, theatre_file
from application.use_cases.folders import import_data
from application.use_cases.plan_theatre import (
    TheatreDraft,
    closed_days,
    default_hospital,
    plan_theatre,
)
from application.use_cases.publishing import document_of
from application.use_cases.read_results import read_theatre_plan
from application.use_cases.session import Session, open_session
from application.use_cases.simulate import TheatreDays, TwinDesign
from governance.decision import Role, State, Verdict
from governance.difference import differences
from hospital import theatre_rules
from hospital.errors import GstError
from hospital.theatre import AgeGroup, Sex
from hospital.theatre_plan import LeftOut, UnplannedPatient
from scenarios.demo import DemoSize, generate

pytestmark = [pytest.mark.integration, pytest.mark.slow]

FRENCH, ARABIC, ENGLISH = (Translator(one) for one in Language)
DESIGN = TwinDesign(horizon_days=14, replications=4)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    home = tmp_path_factory.mktemp("theatres")
    settings = load_settings({"TADBIR_HOME": str(home), "TADBIR_PROCESSES": "1"})
    with open_session(settings) as session:
        import_data(session, GstData(*generate(DemoSize.SMALL, 1)))
        yield session


@pytest.fixture(scope="module")
def draft(work: Session) -> TheatreDraft:
    return plan_theatre(work, default_hospital(work), DESIGN)


def test_nobody_is_planned_on_a_public_holiday(work: Session) -> None:
    """The week of the Independence Day, 18 November, a Wednesday in 2026."""
    monday, holiday = date(2026, 11, 16), date(2026, 11, 18)
    week = TheatreDays(hospital=default_hospital(work), first_day=monday, days=7)
    assert closed_days(work, week) == (holiday,)
    assert closed_days(work, week.but(first_day=date(2026, 11, 23))) == ()


@pytest.mark.parametrize("language", [FRENCH, ARABIC])
def test_every_rule_of_a_plan_has_words(language: Translator) -> None:
    source = inspect.getsource(theatre_rules)
    named = set(re.findall(r'Violation\("([a-z_]+)"', source)) | set(
        re.findall(r'^ +\(?"((?:ward|intensive_care)_beds)"', source, re.MULTILINE)
    )
    assert len(named) >= 20
    assert named <= set(RULES)
    assert all(language(RULES[rule]) != str(RULES[rule]) for rule in named)


def _news(draft: TheatreDraft, *, hour: int = 10) -> TodaysNews:
    """At ten the surgeon of the day's last operation is missing."""
    day = draft.plan.cases[0].day
    last = max((c for c in draft.plan.cases if c.day == day), key=lambda c: c.start_minute)
    return TodaysNews(datetime.combine(day, time(hour)), absent=(last.surgeon,))


def test_a_day_planned_again_is_a_new_draft_and_leaves_the_old_one(
    work: Session, draft: TheatreDraft
) -> None:
    news = _news(draft)
    made = replan(work, draft.run, news)
    assert made.run != draft.run
    assert read_theatre_plan(work, draft.run) == draft.plan
    assert find_recommendation(work, made.run).state is State.DRAFT
    assert made.plan.violations() == ()
    begun = {
        case
        for case in draft.plan.cases
        if (case.day, case.start_minute) < (news.now.date(), 60 * news.now.hour)
    }
    assert begun <= set(made.plan.cases)
    moved = {row.patient for row in made.changes}
    own = {
        case.patient
        for case in draft.plan.cases
        if case.surgeon in news.absent and case.day == news.now.date() and case not in begun
    }
    assert own <= moved, "nobody is left to a surgeon who is missing"
    assert replan(work, draft.run, news).run == made.run


def test_an_emergency_finds_a_place_today(work: Session, draft: TheatreDraft) -> None:
    day = draft.plan.cases[0].day
    later = max((c for c in draft.plan.cases if c.day == day), key=lambda c: c.start_minute)
    procedure = {r.patient: r.procedure for r in draft.plan.problem.waiting_list}[later.patient]
    one = Emergency("URG-1", procedure, later.surgeon, Sex.FEMALE, AgeGroup.ADULT)
    made = replan(work, draft.run, TodaysNews(datetime.combine(day, time(7)), (one,)))
    placed = [case for case in made.plan.cases if case.patient == "URG-1"]
    assert [case.day for case in placed] == [day]


@pytest.mark.parametrize(
    "fault", ["nothing", "day", "procedure", "surgeon", "twice", "absent", "code"]
)
def test_wrong_news_is_named(work: Session, draft: TheatreDraft, fault: str) -> None:
    known = draft.plan.problem
    patient = known.waiting_list[0]
    one = Emergency("URG-1", patient.procedure, patient.surgeon, Sex.MALE, AgeGroup.CHILD)
    now = datetime.combine(known.first_day, time(9))
    wrong = {
        "nothing": (TodaysNews(now), "nothing_new"),
        "day": (TodaysNews(now - timedelta(days=1), (one,)), "not_in_the_plan"),
        "procedure": (
            TodaysNews(now, (Emergency("U", "NONE", "X", Sex.MALE, AgeGroup.ADULT),)),
            "unknown_code",
        ),
        "surgeon": (
            TodaysNews(now, (Emergency("U", patient.procedure, "NONE", Sex.MALE, AgeGroup.ADULT),)),
            "unknown_code",
        ),
        "twice": (
            TodaysNews(
                now,
                (
                    Emergency(
                        patient.patient,
                        patient.procedure,
                        patient.surgeon,
                        Sex.MALE,
                        AgeGroup.ADULT,
                    ),
                ),
            ),
            "patient_twice",
        ),
        "absent": (TodaysNews(now, absent=("NONE",)), "unknown_code"),
        "code": (TodaysNews(now, (replace(one, patient="Fatima Zahra"),)), "not_a_code"),
    }
    news, code = wrong[fault]
    with pytest.raises(GstError) as refused:
        replan(work, draft.run, news)
    assert refused.value.code == code


def test_the_twin_follows_every_operation_of_the_plan(work: Session, draft: TheatreDraft) -> None:
    found = check_theatre(work, draft.run, DESIGN.but(replications=20))
    assert found.replications == 20
    assert 0 < found.called_off.operations <= len(draft.plan.cases)
    assert 0 <= found.called_off.mean <= found.called_off.operations
    assert sum(row.cases for row in found.sessions) == len(draft.plan.cases)
    beds = work.gst.beds_by_unit()
    assert found.wards
    for row in found.wards:
        assert row.lowest_p10 <= row.mean <= row.highest_p90
        assert row.beds == beds[row.unit]
    assert check_theatre(work, draft.run, DESIGN.but(replications=20)) == found


@pytest.mark.parametrize("t", [FRENCH, ARABIC, ENGLISH], ids=list(Language))
def test_daily_lists_are_a_page_a_day_and_the_same_every_time(
    work: Session, draft: TheatreDraft, t: Translator
) -> None:
    pdf = theatre_file(work, draft.run, ".pdf", t)
    assert pdf == theatre_file(work, draft.run, ".pdf", t)
    assert pdf.count(b"/Type /Page ") == len({case.day for case in draft.plan.cases})


def test_the_workbook_has_every_operation_and_everybody_who_waits(
    work: Session, draft: TheatreDraft
) -> None:
    book = load_workbook(BytesIO(theatre_file(work, draft.run, ".xlsx", ARABIC)))
    days = sorted({case.day for case in draft.plan.cases})
    assert book.sheetnames[:-1] == [day.isoformat() for day in days]
    patients = {
        cell.value for sheet in book.worksheets for column in "EA" for cell in sheet[column]
    }
    assert {row.patient for row in draft.plan.problem.waiting_list} <= patients
    assert all(sheet.sheet_view.rightToLeft for sheet in book.worksheets)


def test_each_surgeon_has_a_calendar(work: Session, draft: TheatreDraft) -> None:
    with pytest.raises(GstError) as early:
        theatre_file(work, draft.run, ".zip", FRENCH)
    assert early.value.code == "not_published"
    decide(work, draft.run, Opinion(Verdict.ACCEPTED, "Amina Tazi", Role.SCHEDULER))
    with ZipFile(BytesIO(theatre_file(work, draft.run, ".zip", FRENCH))) as archive:
        events = {name: archive.read(name).count(b"BEGIN:VEVENT") for name in archive.namelist()}
    assert list(events) == sorted({f"{case.surgeon}.ics" for case in draft.plan.cases})
    assert sum(events.values()) == len(draft.plan.cases)


def test_a_wrong_kind_or_surgeon_is_named_and_nothing_is_written(
    work: Session, draft: TheatreDraft, tmp_path: Path
) -> None:
    for name, surgeon, code in (
        ("list.docx", None, "unknown_format"),
        ("one.ics", None, "not_in_the_plan"),
        ("one.ics", "NOBODY", "not_in_the_plan"),
    ):
        with pytest.raises(GstError) as wrong:
            export_theatre(work, draft.run, tmp_path / name, FRENCH, surgeon)
        assert wrong.value.code == code
    assert list(tmp_path.iterdir()) == []
    export_theatre(work, draft.run, tmp_path / "list.csv", FRENCH)
    lines = (tmp_path / "list.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == len(draft.plan.cases) + 1


def test_a_territory_shares_its_list_as_drafts_of_the_receivers(work: Session) -> None:
    shared = share_list(work, DESIGN)
    willing = {row.patient for row in work.gst.waiting_list if row.accepts_other_hospital}
    assert {move.patient for move in shared.moves} <= willing
    assert set(shared.runs) == {move.destination for move in shared.moves}
    for place, run in shared.runs.items():
        plan = read_theatre_plan(work, run)
        guests = {move.patient for move in shared.moves if move.destination == place}
        assert guests <= {case.patient for case in plan.cases}


@pytest.mark.parametrize("reason", list(LeftOut))
@pytest.mark.parametrize("t", [FRENCH, ARABIC, ENGLISH], ids=list(Language))
def test_each_reason_says_what_would_place_the_patient(reason: LeftOut, t: Translator) -> None:
    row = UnplannedPatient(
        patient="P1",
        reason=reason,
        session="S-01",
        day=datetime(2026, 11, 23).date(),  # noqa: DTZ001 - a day, not a moment
        short_by=41.2,
    )
    said = t(relaxation(row))
    assert "{" not in said
    assert t(LEFT_OUT[reason])
    if reason not in {LeftOut.NO_SESSION, LeftOut.LOWER_PRIORITY}:
        assert "42" in said or "41.2" in said


def test_a_patient_is_explained_whether_planned_or_waiting(draft: TheatreDraft) -> None:
    for case in draft.plan.cases:
        (said,) = explained(draft.plan, case.patient) or ()
        assert case.session in ENGLISH(said)
    for row in draft.plan.unplanned:
        assert len(explained(draft.plan, row.patient) or ()) >= 2
    assert explained(draft.plan, "NOBODY") is None


def test_the_day_is_planned_again_from_what_was_decided(work: Session, draft: TheatreDraft) -> None:
    """A case that the coordinator took out of the plan does not come back with the day's news."""
    later = draft.plan.problem.first_day + timedelta(days=7)
    own = plan_theatre(work, default_hospital(work), DESIGN, later)
    document = document_of(work, find_recommendation(work, own.run))
    taken = own.plan.cases[-1]
    kept = [row for row in document["cases"] if row["patient"] != taken.patient]
    edits = differences(document, {**document, "cases": kept})
    who = Opinion(
        Verdict.MODIFIED, "Nadia Tazi", Role.SURGEON_COORDINATOR, "Asked to wait", edits=edits
    )
    decide(work, own.run, who)
    again = replan(work, own.run, _news(own))
    published = {row.patient for row in again.plan.problem.published}
    assert taken.patient not in published
    assert len(published) == len(own.plan.cases) - 1
