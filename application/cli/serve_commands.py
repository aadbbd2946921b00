"""``tadbir serve``: the API alone. ``tadbir dashboard`` has it beside the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from application.cli.options import settings_with
from application.cli.screen import aside
from application.cli.voice import t

Host = Annotated[str, typer.Option("--host", help=t("Address to listen on."))]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help=t("Port to listen on."))]
Names = Annotated[
    list[str] | None,
    typer.Option("--name", help=t("A name under which it is asked; may be given again.")),
]
Certificate = Annotated[
    Path | None, typer.Option("--certificate", help=t("Certificate of the server (PEM)."))
]
Key = Annotated[
    Path | None, typer.Option("--key", help=t("Its key (PEM), which only you can read."))
]
API_PORT = 8502


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("serve", help=t("Serve the API for other programs."))(serve)


def serve(
    host: Host = "127.0.0.1",
    port: Port = API_PORT,
    names: Names = None,
    certificate: Certificate = None,
    key: Key = None,
) -> None:
    """Serves the API until it is stopped; an open address is refused unless it is safe."""
    from application.api.listening import Listening, serve_api  # noqa: PLC0415 - loads FastAPI

    scheme = "http" if certificate is None else "https"
    shown = f"[{host}]" if ":" in host else host
    where = Listening(host, port, tuple(names or ()), certificate, key)
    aside.print(
        t("API on {address} (stop with Ctrl-C).", address=f"{scheme}://{shown}:{port}/api/v1")
    )
    serve_api(settings_with(None), where)
