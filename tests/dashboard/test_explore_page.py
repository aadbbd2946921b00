"""The smallest number of beds: asked as a job, and shown as it was found."""

from __future__ import annotations

from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from application.language import Language, Translator
from application.settings import load_settings
from application.terms import RecommendationKind
from application.use_cases.read_results import runs_of
from application.use_cases.session import open_session
from application.use_cases.smallest_beds import (
    BedsFound,
    SmallestBedsDesign,
    find_smallest_beds,
    read_smallest_beds,
    smallest_beds_runs,
)
from hospital.errors import GstError
from tests.dashboard.conftest import SMALLEST_WARD

pytestmark = pytest.mark.integration

SECONDS = 60


def opened(language: Language, **address: str) -> AppTest:
    app = AppTest.from_string(
        "from dashboard.shell import draw\ndraw('explore')", default_timeout=SECONDS
    )
    app.query_params["lang"] = language.value
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def words(app: AppTest) -> str:
    html = unescape("".join(str(element.proto.body) for element in app.get("html")))
    told = [*app.markdown, *app.caption, *app.info, *app.success, *app.warning]
    return html + "\n".join(str(element.value) for element in told)


def search(most: int | None = None) -> BedsFound:
    """A short search on the smallest ward of the demo."""
    design = SmallestBedsDesign(
        unit=SMALLEST_WARD, within_hours=4, at_most=2, most=most, horizon_days=21
    )
    with open_session(load_settings()) as session:
        return find_smallest_beds(session, design)


@pytest.mark.usefixtures("demo_home")
def test_a_search_is_shown_in_three_languages_and_read_as_it_was_found() -> None:
    found = search()
    with open_session(load_settings()) as session:
        assert read_smallest_beds(session, found.run) == found
        assert [run.run for run in smallest_beds_runs(session)] == [found.run]
        other = runs_of(session, RecommendationKind.STOCK_ORDER)[0].run
        with pytest.raises(GstError, match="no_bed_search"):
            read_smallest_beds(session, other)
    for language in Language:
        app, t = opened(language), Translator(language)
        assert not app.exception
        assert not app.error
        said = words(app)
        assert t("Patients refused by {unit}, by its number of beds", unit=SMALLEST_WARD) in said
        assert t("Run {run}", run=found.run[:8]) in said
        shares = [t.number(100 * one.share, 2) for one in found.found.tried]
        assert all(share in said for share in shares)


@pytest.mark.usefixtures("demo_home")
def test_too_few_beds_to_try_are_said_to_be_too_few() -> None:
    found = search(most=1)
    assert found.found.beds is None
    assert "Even 1 beds refuse more than 5 %" in words(opened(Language.ENGLISH, run=found.run))


@pytest.mark.usefixtures("demo_home")
def test_the_form_begins_a_job_on_the_unit_that_was_chosen() -> None:
    app = opened(Language.ENGLISH)
    assert "No number of beds was looked for on this group yet." in words(app)
    app.selectbox("bed-search-unit").set_value(SMALLEST_WARD)
    next(b for b in app.button if b.label == "Look for the smallest number").click().run()
    assert not app.exception
    assert "Looking for the smallest number of beds" in words(app)
    app.button("stop-job").click().run()
