"""Tonight's beds on the overview: the fullest first, with a button where nothing is known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from application.bed_summaries import BedRow, bed_rows
from application.settings import load_settings
from application.use_cases.beds_now import BedDesign, beds_now
from application.use_cases.read_results import latest_beds_run, read_beds
from application.use_cases.session import open_session
from dashboard.parts.beds_tonight import MOST_UNITS, fullest
from hospital.errors import GstError

pytestmark = pytest.mark.integration

DAY = date(2026, 11, 23)


def row(unit: str, lead: int, mean: float, full: float) -> BedRow:
    return BedRow(unit, DAY + timedelta(days=lead), 10, 5, mean, 4, 5, 6, full)


def test_the_likeliest_to_be_full_tonight_come_first_with_their_week() -> None:
    """A tie goes to the fuller unit; what is full next week only does not count."""
    rows = [
        row(unit, lead, mean, full)
        for unit, mean, full in (("A", 5, 0.0), ("B", 9, 0.4), ("C", 7, 0.0))
        for lead in range(9)
    ]
    rows += [row("D", 0, 1, 0.0), row("D", 1, 10, 1.0)]
    pairs = fullest(tuple(rows))
    assert [one.unit for one, _ in pairs] == ["B", "C", "A", "D"]
    assert [later.day for _, later in pairs] == [*[DAY + timedelta(days=6)] * 3, pairs[3][1].day]
    many = tuple(row(f"U{at}", 0, 5, at / 100) for at in range(30))
    assert [one.unit for one, _ in fullest(many)] == [f"U{29 - at}" for at in range(MOST_UNITS)]


@pytest.mark.usefixtures("demo_home")
def test_the_overview_offers_then_shows_tonights_beds() -> None:
    app = overview()
    assert "Forecast tonight's beds" in [button.label for button in app.button]
    with open_session(load_settings()) as session:
        assert latest_beds_run(session) is None
        found = beds_now(session, BedDesign(days=21, past_days=1, replications=4))
        assert latest_beds_run(session) == found.run
        assert read_beds(session, found.run).forecast.days == found.forecast.days
        with pytest.raises(GstError, match="no_beds_forecast"):
            read_beds(session, found.forecast_run)
        tonight, _ = fullest(bed_rows(found.forecast))[0]
        name = session.gst.unit(tonight.unit).name
    shown = "".join(str(element.proto) for element in overview().get("html"))
    assert name in shown
    assert f"{tonight.p50} ({tonight.p10}" in shown
    assert "Units most likely to be full at midnight" in shown


def overview() -> AppTest:
    app = AppTest.from_string("from dashboard.shell import draw\ndraw()", default_timeout=120)
    app.query_params["lang"] = "en"
    app.run()
    assert not app.exception
    return app
