"""Puts the API together: its resources, its doors, its refusals and its description."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount

from application.api.guards import Guard, load_limits
from application.api.headers import SafeHeaders
from application.api.office import Office
from application.api.oidc import load_issuer
from application.api.problems import UNUSABLE, ProblemDocument, documented
from application.api.resources import (
    accounts,
    decisions,
    forecasts,
    jobs,
    models,
    record,
    rosters,
    scenarios,
    sign_ins,
    stock_orders,
    theatre_plans,
    twin_runs,
)
from application.api.unusable import our_refusal, refusal_of
from application.api.visit import BEARER
from application.settings import Settings
from hospital.errors import GstError

PATH = "/api"
VERSION = "/v1"
GUARDED = (
    sign_ins.inside,
    accounts.router,
    models.router,
    decisions.router,
    record.router,
    forecasts.router,
    twin_runs.router,
    scenarios.router,
    rosters.router,
    theatre_plans.router,
    stock_orders.router,
    jobs.router,
)
NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "auto_configure": False,
}
EVERYWHERE = (421, UNUSABLE, 429, 500, 503)
ABOUT = """\
Tadbir plans the public hospitals of a territory: it proposes, a named person decides.

Sign in with `POST /api/v1/sign-ins` and send the token as `Authorization: Bearer …`. Refusals are
`application/problem+json` with a stable `code`, in the language of `Accept-Language` (fr, ar, en).
A `POST` with an `Idempotency-Key` is done once: the same request again gets the same answer.
"""


def build_api(
    settings: Settings,
    environment: Mapping[str, str],
    hosts: frozenset[str] = frozenset(),
) -> FastAPI:
    """The API on this database, to be mounted under ``/api``; it answers under these names too.

    Raises:
        GstError: a setting of the environment cannot be used.
    """
    limits, issuer = load_limits(environment), load_issuer(environment)
    api = FastAPI(
        title="Tadbir",
        version=version("tadbir"),
        description=ABOUT,
        openapi_url=f"{VERSION}/openapi.json",
        docs_url=None,
        redoc_url=None,
        servers=[{"url": PATH}],
        root_path_in_servers=False,
        telemetry=NO_TELEMETRY,
        generate_unique_id_function=_name,
        middleware=[Middleware(SafeHeaders), Middleware(Guard, limits=limits, hosts=hosts)],
        exception_handlers={
            GstError: _refuse,
            RequestValidationError: _refuse,
            HTTPException: _refuse,
            Exception: _tell_our_fault,
        },
    )
    api.state.office = Office(settings, issuer)
    _route(api)
    return api


def mounted(api: FastAPI) -> Mount:
    """The API under its path, whatever follows.

    A line break too: Starlette's own pattern ends at one, and the answer would be none of ours.
    """
    mount = Mount(PATH, app=api)
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount


async def _refuse(request: Request, error: Any) -> Response:
    return refusal_of(request, error)


async def _tell_our_fault(request: Request, fault: Any) -> Response:
    return our_refusal(request, fault)


def _route(api: FastAPI) -> None:
    api.include_router(sign_ins.door, prefix=VERSION, responses=documented(413, *EVERYWHERE))
    for router in GUARDED:
        api.include_router(
            router,
            prefix=VERSION,
            dependencies=[Depends(BEARER)],
            responses=documented(401, 403, 404, 413, *EVERYWHERE),
        )
    describe = api.openapi

    def described() -> dict[str, Any]:
        return _with_problems(describe())

    api.openapi = described  # type: ignore[method-assign]


def _name(route: APIRoute) -> str:
    """An operation is called by its resource and its function."""
    return f"{route.tags[0]}-{route.name}".replace(" ", "-")


def _with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """The description with the shape of a problem and the header that makes a POST be done once."""
    schema = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    shapes = document["components"]["schemas"]
    shapes.update(schema.pop("$defs"))
    shapes[ProblemDocument.__name__] = schema
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "The same request with the same key again gets the same answer for a day.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
    }
    for path, methods in document["paths"].items():
        operation = methods.get("post")
        if operation is None or path.endswith("/sign-ins"):
            continue
        parameters = operation.setdefault("parameters", [])
        if key not in parameters:
            parameters.append(key)
            operation["responses"].setdefault("409", documented(409)[409])
    return document
