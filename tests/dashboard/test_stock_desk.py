"""Beside the order: files for the buyer, transfers, purchases at once, substitutes, a tender."""

from __future__ import annotations

import csv
from html import unescape
from io import StringIO

import pytest
from streamlit.testing.v1 import AppTest

from application.folder.reading import GstData
from application.language import Language, Translator
from application.settings import load_settings
from application.terms import RecommendationKind, State, Verdict
from application.use_cases import stock_answers
from application.use_cases.change_order import key_of
from application.use_cases.decide import find_recommendation
from application.use_cases.export_order import ORDER_FORMATS, order_file
from application.use_cases.folders import import_data
from application.use_cases.propose_order import propose_order
from application.use_cases.publishing import order_in_force
from application.use_cases.read_results import read_order, read_transfers, runs_of
from application.use_cases.session import Session, open_session
from hospital.errors import GstError, UnknownPlace

pytestmark = pytest.mark.integration

SECONDS = 60
PLENTY = 20


def opened(language: Language) -> AppTest:
    app = AppTest.from_string(
        "from dashboard.shell import draw\ndraw('pharmacy')", default_timeout=SECONDS
    )
    app.query_params["lang"] = language.value
    return app.run()


def words(app: AppTest) -> str:
    """All running text and every table of the page."""
    html = unescape("".join(str(element.proto.body) for element in app.get("html")))
    told = [*app.markdown, *app.caption, *app.info]
    return html + "\n".join(str(element.value) for element in told)


def order_of(session: Session) -> str:
    return runs_of(session, RecommendationKind.STOCK_ORDER)[0].run


def ask_everything(session: Session) -> str:
    """All four answers beside the newest order."""
    order = order_of(session)
    stock_answers.find_transfers(session, order)
    stock_answers.find_emergency(session, order, {})
    stock_answers.find_substitutes(session, order)
    stock_answers.find_tender(session, order)
    return order


@pytest.mark.usefixtures("demo_home")
def test_every_kind_of_file_is_offered_and_holds_the_order_of_the_page() -> None:
    app = opened(Language.ENGLISH)
    offered = [button.label for button in app.download_button]
    assert offered == [
        "Order for the buyer (PDF)",
        "Order for the buyer (Excel)",
        "Every line (CSV)",
    ]
    with open_session(load_settings()) as session:
        order = order_of(session)
        t = Translator(Language.ENGLISH)
        files = {suffix: order_file(session, order, suffix, t) for suffix in ORDER_FORMATS}
        lines = read_order(session, order).lines
    assert files[".pdf"].startswith(b"%PDF")
    assert files[".xlsx"].startswith(b"PK")
    rows = list(csv.DictReader(StringIO(files[".csv"].decode("utf-8-sig"))))
    assert sorted(int(row["packsToShip"]) for row in rows) == sorted(line.packs for line in lines)


@pytest.mark.parametrize("language", Language)
@pytest.mark.usefixtures("demo_home")
def test_nothing_is_worked_out_before_it_is_asked_then_every_answer_is_shown(
    language: Language,
) -> None:
    t = Translator(language)
    before = words(opened(language))
    assert t("Budget against service") not in before
    assert t("Lost before any ordinary delivery") not in before
    with open_session(load_settings()) as session:
        ask_everything(session)
        (moves,) = runs_of(session, RecommendationKind.STOCK_TRANSFERS)
        plan = read_transfers(session, moves.run)
    app = opened(language)
    assert not app.exception
    assert not app.error
    after = words(app)
    assert t("Budget against service") in after
    assert t("Lost before any ordinary delivery") in after
    assert t("Nothing that runs out has another of its INN, strength and form to spare.") in after
    told = (
        "Transfers that save more than they cost"
        if plan.lines
        else ("No transfer saves more than it costs.")
    )
    assert t(told) in after


@pytest.mark.usefixtures("demo_home")
def test_the_answer_that_was_asked_last_is_shown_even_if_it_was_known() -> None:
    with open_session(load_settings()) as session:
        order = order_of(session)
        usual = stock_answers.find_tender(session, order, 0.95)
        dearer = stock_answers.find_tender(session, order, 0.99)
        first, second = (stock_answers.read_tender(session, run) for run in (usual, dearer))
        assert second.cost_mad > first.cost_mad
        assert stock_answers.find_tender(session, order, 0.95) == usual
        newest = stock_answers.newest_answer(session, stock_answers.TENDER, order)
        assert newest is not None
        assert newest.run == usual
        assert stock_answers.read_tender(session, usual) == first


@pytest.mark.usefixtures("demo_home")
def test_a_silent_supplier_makes_the_shortage_no_lighter() -> None:
    with open_session(load_settings()) as session:
        order = order_of(session)
        supplier = session.gst.suppliers[0].supplier
        today = stock_answers.find_emergency(session, order, {})
        silent = stock_answers.find_emergency(session, order, {"failed_supplier": supplier})
        plans = [stock_answers.read_emergency(session, run) for run in (today, silent)]
        assert plans[1].lost_mad >= plans[0].lost_mad > 0
        with pytest.raises(UnknownPlace, match="unknown_supplier"):
            stock_answers.find_emergency(session, order, {"failed_supplier": "NOBODY"})


@pytest.mark.slow
@pytest.mark.usefixtures("demo_home")
def test_a_hospital_that_holds_everything_gives_to_the_one_that_holds_nothing() -> None:
    """Much stock, all of it in one hospital: the page shows moves to the other, and their worth."""
    with open_session(load_settings()) as session:
        data, giver = session.data, session.gst.hospitals[0].hospital
        lots = tuple(
            lot.but(hospital=giver, lot=f"{lot.lot}.{lot.hospital}", units=PLENTY * lot.units)
            for lot in data.gst.lots
        )
        import_data(session, GstData(data.gst.but(lots=lots, orders=()), data.history))
        order = propose_order(session, 21, 1).run
        plan = read_transfers(session, stock_answers.find_transfers(session, order))
    assert {line.origin for line in plan.lines} == {giver}
    assert plan.saved_mad > 0
    said = words(opened(Language.ENGLISH))
    assert Translator(Language.ENGLISH).number(plan.lines[0].units) in said
    assert all(line.lot in said for line in plan.lines)


@pytest.mark.usefixtures("demo_home")
def test_an_answer_needs_an_order_that_is_there() -> None:
    with open_session(load_settings()) as session, pytest.raises(GstError, match="no_order"):
        stock_answers.find_transfers(session, "f" * 64)


@pytest.mark.usefixtures("demo_home")
def test_a_question_of_the_page_becomes_a_job() -> None:
    app = opened(Language.ENGLISH)
    next(b for b in app.button if b.label == "Prepare the tender").click().run()
    assert not app.exception
    assert "Preparing the tender" in words(app)


@pytest.mark.usefixtures("demo_home")
def test_a_pharmacist_changes_the_boxes_of_one_line_and_the_page_follows() -> None:
    with open_session(load_settings()) as session:
        run = order_of(session)
        line = read_order(session, run).lines[0]
    app = opened(Language.ENGLISH)
    app.button_group("verdict").set_value(Verdict.MODIFIED).run()
    app.multiselect("changed-lines").set_value([line]).run()
    packs = app.number_input("packs-" + "-".join(key_of(line)))
    assert packs.value == line.packs
    packs.set_value(line.packs + 3)
    app.text_input("actor").set_value("Salma Idrissi")
    app.text_area("reason").set_value("Une campagne la semaine prochaine")
    next(button for button in app.button if button.label == "Record my decision").click().run()
    assert not app.exception
    with open_session(load_settings()) as session:
        found = find_recommendation(session, run)
        decided = order_in_force(session, found)
    assert found.state in {State.MODIFIED, State.SECOND_NEEDED}
    if found.state is State.MODIFIED:
        assert decided.lines[0].packs == line.packs + 3
        assert app.metric[0].value == Translator(Language.ENGLISH).number(decided.cost_mad)


@pytest.mark.usefixtures("demo_home")
def test_only_what_a_verdict_needs_is_asked() -> None:
    app = opened(Language.ENGLISH)
    keys = {"reason_code": Verdict.REJECTED, "change": Verdict.MODIFIED}
    for verdict in Verdict:
        app.button_group("verdict").set_value(verdict).run()
        shown = {box.key for box in [*app.selectbox, *app.text_input]}
        assert shown & set(keys) == {key for key, needed in keys.items() if needed is verdict}
