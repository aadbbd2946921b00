"""Serves the API alone: on this machine, or on an address of the network that is safe to open."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from application.api.application import build_api, mounted
from application.api.oidc import load_issuer
from application.secret_file import require_private
from application.settings import Settings
from application.store.accounts import any_account
from application.store.database import Database
from hospital.errors import GstError, say

SMALLEST_ZIPPED_BYTES = 1024
SECONDS_TO_END = 10


@dataclass(frozen=True)
class Listening:
    """Where the server listens, under which names, and with which certificate."""

    host: str
    port: int
    names: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None

    @property
    def is_of_this_machine(self) -> bool:
        """Whether no other machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def serve_api(settings: Settings, where: Listening) -> None:
    """Serves until it is stopped.

    Raises:
        GstError: the address is not safe to open, and how it becomes so.
    """
    require_safe(settings, where)
    names = frozenset(name.lower() for name in (where.host, *where.names))
    api = build_api(settings, os.environ, names)
    zipped = Middleware(GZipMiddleware, minimum_size=SMALLEST_ZIPPED_BYTES)
    application = Starlette(routes=[mounted(api)], middleware=[zipped])
    try:
        uvicorn.run(
            application,
            host=where.host,
            port=where.port,
            ssl_certfile=where.certificate,
            ssl_keyfile=where.key,
            server_header=False,
            proxy_headers=False,
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=SECONDS_TO_END,
        )
    finally:
        api.state.office.close()


def require_safe(settings: Settings, where: Listening) -> None:
    """That an address which other machines reach has accounts behind it and is encrypted.

    Raises:
        GstError: ``open_address`` without any account or issuer, ``unencrypted_address`` without
            a certificate, ``file_too_open`` for a key that others can read.
    """
    if where.key is not None:
        require_private(where.key)
    if where.is_of_this_machine:
        return
    if load_issuer(os.environ) is None and not _has_accounts(settings):
        raise GstError(
            "open_address",
            say(
                "Other machines reach {host}, and nobody would have to sign in. Make an account "
                "first (tadbir account put NAME --role administrator), or listen on 127.0.0.1.",
                host=where.host,
            ),
        )
    if where.certificate is None or where.key is None:
        raise GstError(
            "unencrypted_address",
            say(
                "Other machines reach {host}: tokens would pass in clear text. Give --certificate "
                "and --key, or listen on 127.0.0.1 behind a proxy of this machine that encrypts.",
                host=where.host,
            ),
        )


def _has_accounts(settings: Settings) -> bool:
    database = Database(settings.database_url)
    try:
        return any_account(database)
    finally:
        database.close()
