"""The page of forecasts: reasons in words, state of the demand, findings, events."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from application.language import Language, Translator
from application.settings import load_settings
from application.use_cases.calendar_events import known_events
from application.use_cases.forecast_by_hour import forecast_by_hour
from application.use_cases.forecast_demand import ForecastRequest, forecast_chosen
from application.use_cases.read_results import latest_forecast_run
from application.use_cases.session import open_session
from hospital.forecast import Level, SeriesKind

pytestmark = pytest.mark.integration

SECONDS = 60
USUAL = {
    Language.FRENCH: "lundi ordinaire",
    Language.ARABIC: "يوم عادي من أيام",
    Language.ENGLISH: "an ordinary Monday",
}


def opened(language: Language) -> AppTest:
    app = AppTest.from_string(
        "from dashboard.shell import draw\ndraw('forecasts')", default_timeout=SECONDS
    )
    app.query_params["lang"] = language.value
    return app.run()


def words(app: AppTest) -> str:
    html = unescape("".join(str(element.proto.body) for element in app.get("html")))
    return html + "\n".join(str(element.value) for element in [*app.markdown, *app.caption])


@pytest.mark.parametrize("language", Language)
@pytest.mark.usefixtures("demo_home")
def test_the_page_says_why_and_what_was_odd(language: Language) -> None:
    app, t = opened(language), Translator(language)
    assert not app.exception
    said = words(app)
    assert USUAL[language] in said
    assert t("The clock changed: this day had 23 or 25 hours") in said
    assert t("State of the demand: {state}", state="").split(":")[0] in said
    assert t("Synthetic data") in said


@pytest.mark.parametrize("language", Language)
@pytest.mark.usefixtures("demo_home")
def test_the_hours_of_a_week_are_shown_for_visits_of_a_hospital_only(language: Language) -> None:
    app, t = opened(language), Translator(language)
    title = t("Hour by hour, the next seven days")
    assert title in [each.value for each in app.subheader]
    assert t("Every hour: expected, and 8 cases in 10") in words(app)
    assert "13:00" in words(app)
    app.selectbox("series-hospital").set_value("").run()
    assert not app.exception
    assert title not in [each.value for each in app.subheader]


@pytest.mark.usefixtures("demo_home")
def test_the_hours_on_the_page_are_those_of_the_command() -> None:
    app = opened(Language.ENGLISH)
    hospital = app.selectbox("series-hospital").value
    with open_session(load_settings()) as session:
        run = latest_forecast_run(session)
        assert run is not None
        series = f"visits:{hospital}"
        (command,) = forecast_by_hour(session, ForecastRequest(horizon_days=21, series=(series,)))
    most = int(np.argmax(command.mean[: 7 * 24]))
    (said,) = [each.value for each in app.caption if each.value.startswith("Most visits on")]
    assert f"from {command.starts[most]:%H:%M}: {command.mean[most]:.1f} expected" in said


@pytest.mark.usefixtures("demo_home")
def test_another_day_has_its_own_reasons() -> None:
    app = opened(Language.ENGLISH)
    first = app.selectbox("explained-day").value
    app.selectbox("explained-day").set_value(first + timedelta(days=1)).run()
    assert any("vs an ordinary Tuesday" in each.value for each in app.markdown) or any(
        "As an ordinary Tuesday" in each.value for each in app.markdown
    )


@pytest.mark.usefixtures("demo_home")
def test_an_event_is_kept_and_asks_for_a_new_forecast() -> None:
    app = opened(Language.ENGLISH)
    app.text_input("event-name").set_value("Moussem")
    submit(app)
    assert not app.exception
    (event,) = known_events(load_settings())
    with open_session(load_settings()) as session:
        assert event.first_day == session.gst.identity.as_of
    assert "before the last change" in app.info[0].value
    assert app.button("forecast-again").label == "Forecast again"
    app.button(f"remove-Moussem-{event.first_day}").click().run()
    assert known_events(load_settings()) == ()
    assert not app.info


@pytest.mark.usefixtures("demo_home")
def test_an_event_without_a_name_is_refused_and_not_kept() -> None:
    app = opened(Language.ENGLISH)
    submit(app)
    assert "Give a name" in app.error[0].value
    assert known_events(load_settings()) == ()


def submit(app: AppTest) -> None:
    next(button for button in app.button if button.label == "Add the event").click().run()


@pytest.mark.slow
@pytest.mark.usefixtures("demo_home")
def test_services_are_listed_where_they_were_forecast() -> None:
    with open_session(load_settings()) as session:
        asked = ForecastRequest(horizon_days=7, levels=(Level.SERVICES,))
        forecast_chosen(session, asked)
    app = opened(Language.FRENCH)
    app.selectbox("series-kind").set_value(SeriesKind.ADMISSIONS).run()
    app.selectbox("series-hospital").set_value("HP-SEA").run()
    services = app.selectbox("admissions-item")
    assert services.label == "Service ou origine"
    assert services.options[0] == "Toutes ensemble"
    assert len(services.options) == 5
    services.select_index(3).run()
    assert not app.exception
    assert "lundi ordinaire" in words(app)


BANNER = """
import numpy as np
from datetime import date
from dashboard.parts.forecast_health import show_drift
from dashboard.session import here
from hospital.drift import DriftReport, DriftState
from hospital.forecast import Period, SeriesKey, SeriesKind

states = (DriftState.NORMAL, DriftState.{state})
nothing = np.zeros(2)
key = SeriesKey(SeriesKind.VISITS, "A")
days = date(2026, 3, 2), Period.DAY
show_drift(here(), DriftReport(key, *days, states, nothing, nothing, nothing, nothing, 5.0))
"""


@pytest.mark.parametrize(
    ("state", "place", "said"),
    [
        ("BREAK", "error", "n’est plus celle qui a été apprise"),
        ("WATCH", "warning", "s’écarte"),
        ("NORMAL", "caption", "est celle que la prévision a apprise"),
    ],
)
@pytest.mark.usefixtures("empty_home")
def test_the_banner_says_the_state_in_words(state: str, place: str, said: str) -> None:
    app = AppTest.from_string(BANNER.format(state=state), default_timeout=SECONDS).run()
    assert not app.exception
    (shown,) = app.get(place) if place != "caption" else app.caption
    assert said in shown.value
    if state != "NORMAL":
        assert "3 mars 2026" in shown.value
