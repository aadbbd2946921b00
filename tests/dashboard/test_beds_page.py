"""Beds today: the distribution of a hospital is that of sums of members, never of quantiles."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from application.language import Language, Translator
from application.settings import load_settings
from application.use_cases.beds_now import BedDesign, beds_now
from application.use_cases.session import open_session
from dashboard.charts.beds import beds, counts_frame, interval_frame
from hospital.bed_forecast import BedForecast

SECONDS = 300


def forecast() -> BedForecast:
    """Two units that are never busy at once: together they always hold ten."""
    members = np.array([[[10], [0]], [[0], [10]]] * 5)
    return BedForecast(
        first_day=date(2026, 11, 23),
        units=("A", "B"),
        beds=np.array([8, 8]),
        today=np.array([5, 5]),
        members=members,
    )


@pytest.mark.unit
def test_units_together_are_sums_of_members() -> None:
    (row,) = counts_frame(forecast(), ("A", "B")).to_dict("records")
    assert (row["patients"], row["below"], row["above"], row["share"]) == (10, 9.5, 10.5, 100)
    (both,) = interval_frame(forecast(), ("A", "B")).to_dict("records")
    assert (both["low"], both["median"], both["high"]) == (10, 10, 10)
    (alone,) = interval_frame(forecast(), ("A",)).to_dict("records")
    assert (alone["low"], alone["high"]) == (0, 10)


@pytest.mark.unit
def test_probabilities_of_a_day_sum_to_one() -> None:
    assert counts_frame(forecast(), ("A",))["share"].sum() == pytest.approx(100)


@pytest.mark.unit
@pytest.mark.parametrize("language", Language)
def test_the_distribution_is_valid_in_every_language(language: Language) -> None:
    frames = counts_frame(forecast(), ("A",)), interval_frame(forecast(), ("A",))
    given: dict[str, Any] = beds(*frames, 8, Translator(language)).to_dict()
    assert len(given["layer"]) == 4


@pytest.mark.slow
@pytest.mark.integration
@pytest.mark.usefixtures("demo_home")
def test_a_link_opens_the_board_of_the_hospital_and_unit_that_were_meant() -> None:
    with open_session(load_settings()) as session:
        found = beds_now(session, BedDesign(days=3, past_days=0, replications=4))
        unit = next(one for one in found.forecast.units if session.gst.unit(one).kind == "ward")
        hospital = session.gst.unit(unit).hospital
        name = session.gst.unit(unit).name
    for language in Language:
        script = "from dashboard.shell import draw\ndraw('beds')"
        app = AppTest.from_string(script, default_timeout=SECONDS)
        app.query_params["lang"] = language.value
        app.query_params["hospital"], app.query_params["unit"] = hospital, unit
        app.run()
        assert not app.exception
        assert not app.error
        assert [box.value for box in app.selectbox] == [hospital, unit]
        assert any(name in caption.value for caption in app.caption)
