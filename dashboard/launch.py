"""How the dashboard is served: on this machine only, telling nobody, saying nothing of itself.

Everything is a setting of the call, not a file, so it also holds from an installed wheel and
whatever ``.streamlit/config.toml`` lies in the folder of the person.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from application.folder.uploads import MOST_UPLOADED_MB
from application.settings import load_settings

if TYPE_CHECKING:
    import streamlit as st

HOST = "127.0.0.1"
SCRIPT = Path(__file__).with_name("app.py")
SMALLEST_ZIPPED_BYTES = 1024

LIGHT = {
    "primaryColor": "#0E6F67",
    "backgroundColor": "#FFFFFF",
    "secondaryBackgroundColor": "#F3F7F6",
    "textColor": "#12302C",
    "borderColor": "#D6E2DF",
    "sidebar.backgroundColor": "#F3F7F6",
}
DARK = {
    "primaryColor": "#2DB5A5",
    "backgroundColor": "#0E1716",
    "secondaryBackgroundColor": "#16221F",
    "textColor": "#E6F0EE",
    "borderColor": "#2B3D39",
    "sidebar.backgroundColor": "#121D1B",
}


def serve(port: int, headless: bool) -> None:
    """Serves the dashboard until it is stopped."""
    keep_files_at_home()
    app = asgi_app()
    # What was loaded stays: the collector need not go over half a million objects again and again.
    gc.freeze()
    app.run(config=server_settings(port, headless))


def keep_files_at_home() -> None:
    """Matplotlib, which Prophet loads, writes its font list below ``TADBIR_HOME``."""
    folder = load_settings().folder / "cache" / "matplotlib"
    os.environ.setdefault("MPLCONFIGDIR", str(folder))


def asgi_app() -> st.App:
    """Pages and API as one ASGI application, its answers zipped."""
    import streamlit as st  # noqa: PLC0415 - after MPLCONFIGDIR is set
    from starlette.middleware import Middleware  # noqa: PLC0415
    from starlette.middleware.gzip import GZipMiddleware  # noqa: PLC0415

    from application.api.application import build_api, mounted  # noqa: PLC0415

    with _no_word_of_a_missing_server():
        from dashboard import shell  # noqa: PLC0415, F401 - loaded now, not at the first visit
    from dashboard.faults import show_fault  # noqa: PLC0415
    from dashboard.shelf import Shelf  # noqa: PLC0415

    zipped = Middleware(GZipMiddleware, minimum_size=SMALLEST_ZIPPED_BYTES)
    api = build_api(load_settings(), os.environ)
    routes = [mounted(api)]
    kept = Middleware(Shelf)
    return st.App(SCRIPT, routes=routes, middleware=[kept, zipped], on_script_error=show_fault)


@contextmanager
def _no_word_of_a_missing_server() -> Iterator[None]:
    """The pages are loaded before the server runs, which Streamlit's cache warns about."""
    cache = logging.getLogger("streamlit.runtime.caching.cache_data_api")
    level = cache.level
    cache.setLevel(logging.ERROR)
    yield
    cache.setLevel(level)


def server_settings(port: int, headless: bool) -> dict[str, Any]:
    """What Streamlit is told; each line closes a door or keeps a request on this machine."""
    return {
        "server.address": HOST,
        "server.port": port,
        "server.headless": headless,
        "server.maxUploadSize": MOST_UPLOADED_MB,
        "server.allowedHosts": [HOST, "localhost"],
        "server.enableAgentApi": False,
        "server.fileWatcherType": "none",
        "server.showEmailPrompt": False,
        "global.disableWidgetStateDuplicationWarning": True,  # a change of language sets them anew
        "runner.postScriptGC": False,  # a quarter of a second for everybody at each click
        "browser.serverAddress": HOST,
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "client.toolbarMode": "minimal",
        **_theme(),
    }


def _theme() -> dict[str, Any]:
    shared = {
        "theme.baseRadius": "0.6rem",
        "theme.showWidgetBorder": True,
        "theme.headingFontSizes": ["2rem", "1.45rem", "1.2rem", "1.1rem", "1rem", "0.9rem"],
        "theme.headingFontWeights": [700, 600, 600, 600, 600, 600],
    }
    light = {f"theme.light.{name}": value for name, value in LIGHT.items()}
    dark = {f"theme.dark.{name}": value for name, value in DARK.items()}
    return {**shared, **light, **dark}
