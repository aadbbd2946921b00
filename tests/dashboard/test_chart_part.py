"""A chart is kept under all its facts: nothing stale is shown, and it is drawn once."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.parts.chart import _key

pytestmark = pytest.mark.unit
FRAME = pd.DataFrame({"day": pd.to_datetime(["2026-11-23", "2026-11-24"]), "value": [1.0, 2.0]})


def test_equal_facts_have_one_key() -> None:
    assert _key("fan", "fr", FRAME, "per day") == _key("fan", "fr", FRAME.copy(), "per day")


@pytest.mark.parametrize(
    "other",
    [
        ("fan", "ar", FRAME, "per day"),
        ("band", "fr", FRAME, "per day"),
        ("fan", "fr", FRAME, "per week"),
        ("fan", "fr", FRAME.rename(columns={"value": "mean"}), "per day"),
        ("fan", "fr", FRAME.assign(value=[1.0, 2.1]), "per day"),
        ("fan", "fr", FRAME.iloc[::-1].reset_index(drop=True), "per day"),
        ("fan", "fr", FRAME.astype({"value": "int64"}), "per day"),
    ],
)
def test_anything_that_differs_makes_another_key(other: tuple[object, ...]) -> None:
    assert _key(*other) != _key("fan", "fr", FRAME, "per day")


def page() -> None:
    """What a script of a page does, twice the same chart with other figures."""
    import pandas as pd  # noqa: PLC0415 - the script runs apart
    import streamlit as st  # noqa: PLC0415

    from dashboard.charts.band import band  # noqa: PLC0415
    from dashboard.parts.chart import show_chart  # noqa: PLC0415
    from dashboard.session import here  # noqa: PLC0415

    for value in (1.0, 7.0):
        days = pd.to_datetime(["2026-11-23"])
        frame = pd.DataFrame({"day": days, "low": [0.0], "mean": [value], "high": [9.0]})
        show_chart(here(), band, frame, "beds", None, alt=f"{value} beds expected")
    st.caption("drawn")


@pytest.mark.usefixtures("empty_home")
def test_each_chart_says_its_sentence_and_can_be_saved() -> None:
    app = AppTest.from_function(page, default_timeout=60).run().run()
    assert not app.exception
    charts = [element.proto for element in app.get("vega_lite_chart")]
    assert [chart.alt for chart in charts] == ["1.0 beds expected", "7.0 beds expected"]
    buttons = [element for element in app.get("html") if "data-image" in str(element.proto)]
    assert len(buttons) == len(charts)
