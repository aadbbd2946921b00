"""Ready-made scenarios: only those that fit are offered, in words, and a link opens one."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from application.language import Language, Translator
from application.scenario_purposes import PURPOSES
from application.settings import load_settings
from application.use_cases.presets import LIBRARY, presets
from application.use_cases.read_scenario import read_scenario
from application.use_cases.session import open_session

SECONDS = 300
WITHOUT_A_PLACE = {"shorter-stays", "dearer-medicines", "medicine-budget-halved"}
NAMES_THE_REGIONAL_HOSPITAL = "bus-accident"


@pytest.mark.unit
def test_every_purpose_of_the_library_has_words() -> None:
    written = {read_scenario(file).purpose for file in LIBRARY.glob("*.yaml")} - {""}
    assert written == {str(purpose) for purpose in PURPOSES}


@pytest.mark.integration
@pytest.mark.usefixtures("demo_home")
def test_only_scenarios_of_places_that_the_group_has_are_offered() -> None:
    """The small demo has two hospitals; the bus accident is at a third."""
    with open_session(load_settings()) as session:
        offered = {scenario.name for scenario in presets(session, 28)}
        codes = {row.hospital for row in session.gst.hospitals}
    assert offered >= WITHOUT_A_PLACE
    assert (NAMES_THE_REGIONAL_HOSPITAL in offered) is ("CHR-KEN" in codes)


@pytest.mark.integration
@pytest.mark.parametrize("language", Language)
@pytest.mark.usefixtures("demo_home")
def test_a_link_opens_a_ready_made_scenario_with_its_purpose(language: Language) -> None:
    script = "from dashboard.shell import draw\ndraw('comparison')"
    app = AppTest.from_string(script, default_timeout=SECONDS)
    app.query_params["lang"] = language.value
    app.query_params["preset"] = "shorter-stays"
    app.run()
    assert not app.exception
    told = Translator(language)("Stays in wards are a tenth shorter")
    assert any(told in text.value for text in app.markdown)
    assert "try-preset" in {button.key for button in app.button}
