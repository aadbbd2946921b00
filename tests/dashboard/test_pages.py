"""Every page opens in every language, with nothing imported and with the demo planned."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from application.folder.reading import GstData
from application.jobs import works
from application.jobs.board import JobBoard
from application.language import Language, Translator
from application.settings import load_settings
from application.store.database import Database
from application.store.decisions import decisions
from application.store.jobs import JobState, find_job
from application.terms import RecommendationKind, Role, Verdict
from application.use_cases.build_roster import RosterRequest, build_roster
from application.use_cases.folders import import_data
from application.use_cases.read_results import runs_of
from application.use_cases.session import open_session
from dashboard.shell import VIEWS
from hospital.errors import GstError, say
from tests.application.jobs.waiting import until

pytestmark = pytest.mark.integration

PAGES = [view.name for view in VIEWS]
ALWAYS_THERE = {view.name for view in VIEWS if not view.needs_gst}
TITLES = {view.name: view.title for view in VIEWS}
SECONDS = 60
ARABIC_LETTER = re.compile("[\u0621-\u064a]")


def open_page(page: str, language: Language, **address: str) -> AppTest:
    """The page as a first visit sees it."""
    script = f"from dashboard.shell import draw\ndraw({page!r})"
    app = AppTest.from_string(script, default_timeout=SECONDS)
    app.query_params["lang"] = language.value
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def address_language(app: AppTest) -> Language:
    """The language that a link to this page would open in."""
    value = app.query_params["lang"]
    return Language(value if isinstance(value, str) else value[0])


def texts(app: AppTest) -> str:
    """All running text of a page."""
    return "\n".join(str(element.value) for element in [*app.markdown, *app.caption])


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("empty_home")
def test_a_page_without_a_group_says_how_to_get_one(page: str, language: Language) -> None:
    app = open_page(page, language)
    assert not app.exception
    assert not app.error
    assert app.title[0].value == Translator(language)(TITLES[page])
    offered = [button.label for button in app.button]
    assert (Translator(language)("Load the small demo") in offered) is (page not in ALWAYS_THERE)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("demo_home")
def test_a_page_of_the_demo_shows_results_and_that_they_are_invented(
    page: str, language: Language
) -> None:
    app = open_page(page, language)
    assert not app.exception
    assert not app.error
    assert app.title[0].value == Translator(language)(TITLES[page])
    assert Translator(language)("Synthetic data") in texts(app)
    assert address_language(app) is language


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_explains_a_database_that_cannot_be_opened(
    page: str, language: Language, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In the language of the visit, with the code for the help desk."""
    monkeypatch.setenv("TADBIR_DATABASE_URL", f"sqlite:///{tmp_path}")
    monkeypatch.setenv("TADBIR_HOME", str(tmp_path))
    app = open_page(page, language)
    assert not app.exception
    (error,) = app.error
    assert "database_unreachable" in error.value
    with pytest.raises(GstError) as refused, open_session(load_settings()) as session:
        _ = session.snapshot
    assert Translator(language)(refused.value.hint) in error.value


@pytest.mark.usefixtures("empty_home")
def test_french_is_spoken_unless_the_address_asks_otherwise() -> None:
    app = AppTest.from_string("from dashboard.shell import draw\ndraw()", default_timeout=SECONDS)
    app.query_params["lang"] = "klingon"
    app.run()
    assert address_language(app) is Language.FRENCH


@pytest.mark.usefixtures("demo_home")
def test_changing_the_language_changes_the_page_and_the_address() -> None:
    app = open_page("overview", Language.FRENCH)
    app.button_group("language").set_value(Language.ARABIC).run()
    assert app.title[0].value == Translator(Language.ARABIC)("Overview")
    assert address_language(app) is Language.ARABIC
    assert "direction: rtl" in "".join(str(element.proto) for element in app.get("html"))


@pytest.mark.usefixtures("demo_home")
@pytest.mark.parametrize("view", ["theatre", "comparison", "explore", "data"])
def test_an_arabic_phrase_beside_a_french_name_is_read_on_its_own(view: str) -> None:
    """A list begins in the direction of its first letter: what is Arabic after it is isolated."""
    options = [one for box in open_page(view, Language.ARABIC).selectbox for one in box.options]
    mixed = [one for one in options if re.match("[A-Za-z]", one) and ARABIC_LETTER.search(one)]
    assert mixed
    for option in mixed:
        assert not ARABIC_LETTER.search(re.sub("\u2068.*\u2069", "", option)), option


@pytest.mark.usefixtures("demo_home")
def test_the_tiles_of_the_overview_carry_intervals() -> None:
    app = open_page("overview", Language.ENGLISH)
    visits, intensive_care, *_ = app.metric
    assert visits.delta.startswith("80 %: ")
    assert "(80 %: " in intensive_care.delta


@pytest.mark.usefixtures("demo_home")
def test_an_accepted_comparison_is_on_record_with_name_and_role() -> None:
    app = open_page("comparison", Language.FRENCH)
    app.button_group("verdict").set_value(Verdict.ACCEPTED)
    app.text_input("actor").set_value("Amina Test")
    app.text_area("reason").set_value("Les attentes baissent.")
    submit(app)
    assert not app.exception
    with open_session(load_settings()) as session:
        (decision,) = decisions(session.database)
    assert (decision.actor, decision.role) == ("Amina Test", Role.MANAGER)
    assert (decision.verdict, decision.reason) == (Verdict.ACCEPTED, "Les attentes baissent.")
    assert "Amina Test" in "".join(str(element.proto) for element in app.get("html"))


@pytest.mark.usefixtures("demo_home")
@pytest.mark.parametrize(
    ("verdict", "actor", "code"),
    [
        (Verdict.REJECTED, "Amina Test", "reason_missing"),
        (Verdict.MODIFIED, "Amina Test", "reason_missing"),
        (Verdict.ACCEPTED, "   ", "actor_missing"),
    ],
)
def test_a_decision_that_lacks_something_is_refused_and_not_recorded(
    verdict: Verdict, actor: str, code: str
) -> None:
    app = open_page("comparison", Language.ENGLISH)
    app.button_group("verdict").set_value(verdict)
    app.text_input("actor").set_value(actor)
    submit(app)
    assert code in app.error[0].value
    with open_session(load_settings()) as session:
        assert decisions(session.database) == ()


def submit(app: AppTest) -> None:
    """Sends the form of the decision."""
    label = Translator(address_language(app))("Record my decision")
    next(button for button in app.button if button.label == label).click().run()


@pytest.mark.usefixtures("demo_home")
def test_a_scenario_without_a_change_is_refused() -> None:
    app = open_page("comparison", Language.ENGLISH)
    app.number_input("beds").set_value(0)
    next(b for b in app.button if b.label == "Compare with today").click().run()
    assert [error.value for error in app.error] == ["Change something: beds, physicians or demand."]


@pytest.mark.usefixtures("demo_home")
def test_an_import_from_elsewhere_is_seen_at_the_next_click() -> None:
    app = open_page("overview", Language.ENGLISH)
    with open_session(load_settings()) as session:
        data = session.data
        identity = data.gst.identity.but(name="Another group")
        import_data(
            session, GstData(data.gst.model_copy(update={"identity": identity}), data.history)
        )
    app.run()
    assert "Another group" in texts(app)
    assert "Nothing was computed for this group yet." in texts(app)


@pytest.mark.usefixtures("demo_home")
def test_a_link_shows_the_very_roster_that_was_meant() -> None:
    with open_session(load_settings()) as session:
        (older,) = runs_of(session, RecommendationKind.ROSTER)
        build_roster(session, RosterRequest("HP-SEA-MED", days=7))
    newest = open_page("roster", Language.ENGLISH)
    assert newest.selectbox[0].value == "HP-SEA-MED"
    linked = open_page("roster", Language.ENGLISH, run=older.run)
    assert linked.selectbox[0].value == older.inputs["unit"]
    assert f"Run {older.run[:8]}" in texts(linked)


@pytest.mark.usefixtures("empty_home")
def test_a_reload_finds_the_running_job_again_and_can_stop_it() -> None:
    settings = load_settings()
    database = Database(settings.database_url)
    board = JobBoard(settings, database)
    job = board.submit(say("Loading the demo and planning its next weeks"), works.load_demo()).job
    app = open_page("roster", Language.ENGLISH, job=job)
    assert "**Loading the demo and planning its next weeks**" in texts(app)
    app.button("stop-job").click().run()
    until(lambda: find_job(database, job).is_over)  # type: ignore[union-attr]
    assert find_job(database, job).state is JobState.STOPPED  # type: ignore[union-attr]
    database.close()
    app.run()
    assert "Stopped" in app.info[0].value
    assert "job" not in app.query_params


@pytest.mark.usefixtures("empty_home")
def test_a_job_that_this_server_does_not_know_is_forgotten() -> None:
    app = open_page("roster", Language.ENGLISH, job="job-999")
    assert not app.exception
    assert "job" not in app.query_params


@pytest.mark.usefixtures("demo_home")
def test_a_scheduler_mends_moves_a_duty_and_is_warned() -> None:
    """Two absences are mended by a job; a duty moved onto a worked day says what it breaks."""
    with open_session(load_settings()) as session:
        made = build_roster(session, RosterRequest("HP-SEA-MED", days=7))
    roster = made.roster
    app = open_page("roster", Language.ENGLISH, run=made.run)
    names = [person.staff for person in roster.problem.staff]
    app.multiselect("away").set_value(names[:2])
    next(b for b in app.button if b.label == "Mend the roster").click().run()
    assert not app.exception
    assert "Mending a roster" in "".join(texts(app))
    app = open_page("roster", Language.ENGLISH, run=made.run)
    day = roster.problem.first_day
    working = [a.staff for a in roster.assignments if a.day == day]
    shifts = {a.staff: a.shift for a in roster.assignments if a.day == day}
    giver = working[0]
    taker = next(staff for staff in working if shifts[staff] != shifts[giver])
    app.selectbox("giver").set_value(giver)
    app.selectbox("taker").set_value(taker)
    next(b for b in app.button if b.label == "Move the duty").click().run()
    assert not app.exception
    assert app.query_params["run"] != [made.run]
