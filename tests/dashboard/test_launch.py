"""The dashboard stays on this machine and tells nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.launch import SCRIPT, keep_files_at_home, server_settings

pytestmark = pytest.mark.unit


def test_only_this_machine_is_served() -> None:
    settings = server_settings(8501, headless=True)
    assert settings["server.address"] == "127.0.0.1"
    assert set(settings["server.allowedHosts"]) == {"127.0.0.1", "localhost"}


@pytest.mark.parametrize(
    "name", ["browser.gatherUsageStats", "server.enableAgentApi", "server.showEmailPrompt"]
)
def test_no_door_is_left_open(name: str) -> None:
    assert server_settings(8501, headless=True)[name] is False


def test_a_person_never_reads_a_trace() -> None:
    settings = server_settings(8501, headless=True)
    assert settings["client.showErrorDetails"] == "none"
    assert settings["client.toolbarMode"] == "minimal"


def test_both_themes_are_complete() -> None:
    names = server_settings(8501, headless=True)
    light = {n.removeprefix("theme.light.") for n in names if n.startswith("theme.light.")}
    dark = {n.removeprefix("theme.dark.") for n in names if n.startswith("theme.dark.")}
    assert light == dark
    assert "backgroundColor" in light


def test_every_setting_is_known_to_streamlit() -> None:
    from streamlit import config  # noqa: PLC0415

    known = set(config.get_config_options())
    assert set(server_settings(8501, headless=True)) <= known


def test_the_script_lies_in_the_package() -> None:
    assert SCRIPT.is_file()


def test_the_font_list_of_matplotlib_stays_at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TADBIR_HOME", str(tmp_path))
    monkeypatch.delenv("MPLCONFIGDIR", raising=False)
    keep_files_at_home()
    import os  # noqa: PLC0415

    assert Path(os.environ["MPLCONFIGDIR"]).is_relative_to(tmp_path)
