"""The first steps are shown until they are read, or until somebody has decided something."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from application.language import Language, Translator

pytestmark = pytest.mark.integration
SECONDS = 300


@pytest.mark.parametrize("language", Language)
@pytest.mark.usefixtures("demo_home")
def test_the_steps_are_shown_until_they_are_read(language: Language) -> None:
    t = Translator(language)
    script = "from dashboard.shell import draw\ndraw('overview')"
    app = AppTest.from_string(script, default_timeout=SECONDS)
    app.query_params["lang"] = language.value
    app.run()
    title = f"**{t('First time here? Three steps')}**"
    assert title in {text.value for text in app.markdown}
    app.button("close-tour").click().run()
    assert title not in {text.value for text in app.markdown}
