"""An address that other machines reach is opened only with accounts and a certificate."""

from __future__ import annotations

import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from application.api.listening import Listening, require_safe
from application.secret_file import read_secret
from application.settings import load_settings
from hospital.errors import GstError
from tests.application.api.conftest import staff
from tests.application.cli.conftest import typed
from tests.application.conftest import settings_in

pytestmark = pytest.mark.integration

OPEN = ("0.0.0.0", "::", "192.0.2.7", "gst.example")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_needs_nothing_more(tmp_path: Path, host: str) -> None:
    require_safe(settings_in(tmp_path), Listening(host, 8502))


@pytest.mark.parametrize("host", OPEN)
def test_an_open_address_without_accounts_is_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(GstError, match="open_address") as refused:
        require_safe(settings_in(tmp_path), Listening(host, 8502))
    assert "tadbir account put" in refused.value.hint


@pytest.mark.parametrize("host", OPEN)
def test_an_open_address_in_clear_text_is_refused(tmp_path: Path, host: str) -> None:
    settings = settings_in(tmp_path)
    staff(settings)
    with pytest.raises(GstError, match="unencrypted_address"):
        require_safe(settings, Listening(host, 8502))
    key = tmp_path / "key.pem"
    key.write_text("x")
    key.chmod(0o644)
    where = Listening(host, 8502, certificate=tmp_path / "c.pem", key=key)
    with pytest.raises(GstError, match="file_too_open"):
        require_safe(settings, where)
    key.chmod(0o600)
    require_safe(settings, where)


@pytest.mark.slow
def test_the_command_says_so(tmp_path: Path) -> None:
    found = typed(tmp_path, "serve", "--host", "0.0.0.0")
    assert found.returncode == 2
    assert "tadbir account put" in found.stderr


def test_a_secret_is_read_from_a_file_of_its_own_only(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql+psycopg://u:secret@localhost/t\n")
    file.chmod(0o640)
    with pytest.raises(GstError, match="file_too_open"):
        load_settings({"TADBIR_DATABASE_URL_FILE": str(file)})
    file.chmod(0o600)
    assert load_settings({"TADBIR_DATABASE_URL_FILE": str(file)}).database_url.endswith("host/t")
    with pytest.raises(GstError, match="unreadable_file"):
        read_secret(tmp_path / "nowhere")


@pytest.mark.slow
@pytest.mark.parametrize("with_pages", [True, False], ids=["dashboard", "serve"])
def test_one_process_serves_pages_and_api(tmp_path: Path, with_pages: bool) -> None:
    """Under the same port, on this machine, zipped; the API asks for its token."""
    from tests.dashboard.test_browser import free_port  # noqa: PLC0415

    port = free_port()
    words = ["dashboard", "--headless"] if with_pages else ["serve"]
    program = "from application.cli import main; main()"
    command = (
        [sys.executable, "-m", "dashboard", "--headless", "--port", str(port)]
        if with_pages
        else [sys.executable, "-c", program, *words, "--port", str(port)]
    )
    environment = {"TADBIR_HOME": str(tmp_path), "TADBIR_PROCESSES": "1", "PATH": ""}
    environment |= {"PYTHONPATH": ":".join(sys.path)}
    with subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[3]) as server:
        try:
            described = _asked(f"http://127.0.0.1:{port}/api/v1/openapi.json")
            assert described.headers["content-encoding"] == "gzip"
            with pytest.raises(urllib.error.HTTPError) as refused:
                _asked(f"http://127.0.0.1:{port}/api/v1/models")
            assert refused.value.code == 401
            refused.value.close()
            if with_pages:
                assert _asked(f"http://127.0.0.1:{port}/_stcore/health").status == 200
        finally:
            server.terminate()
            server.wait(timeout=60)


def _asked(address: str) -> urllib.request.addinfourl:
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    give_up = time.monotonic() + 240
    while True:
        try:
            with urllib.request.urlopen(request, timeout=60) as found:
                found.read()
                return found
        except urllib.error.HTTPError:
            raise
        except (urllib.error.URLError, OSError):
            if time.monotonic() > give_up:
                raise
            time.sleep(0.3)


def test_tls_of_the_certificate_is_spoken(tmp_path: Path) -> None:
    """The certificate reaches uvicorn: without it no answer comes in clear text."""
    where = Listening("127.0.0.1", 1, certificate=tmp_path / "c.pem", key=tmp_path / "k.pem")
    (tmp_path / "k.pem").write_text("x")
    (tmp_path / "k.pem").chmod(0o600)
    (tmp_path / "c.pem").write_text("x")
    from application.api.listening import serve_api  # noqa: PLC0415

    with pytest.raises((ssl.SSLError, SystemExit)):
        serve_api(settings_in(tmp_path), where)
