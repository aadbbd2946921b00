"""The registry of models: list, show, register, fetch the artefact, promote."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from application.api.doors import Guarded
from application.api.paging import Page, PageLimit
from application.api.problems import documented
from application.api.visit import Here
from application.use_cases.models import (
    Registered,
    list_models,
    load_model,
    promote_model,
    register_model,
    show_model,
)
from governance.events import Event
from governance.model_version import SEMANTIC_VERSION, ModelVersion
from governance.promotion import Report, Stage
from hospital.base import Frozen
from hospital.errors import GstError, say

KEY = rf"^[a-z0-9][a-z0-9_-]{{0,62}}(@{SEMANTIC_VERSION[1:-1]})?$"
BASE64 = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
LONGEST_REASON = 2_000
Key = Annotated[str, Path(pattern=KEY, description="As visits@1.2.0, or a name: its newest.")]
KeyCursor = Annotated[
    str | None, Query(pattern=KEY, description="`next` of the page before: its last model.")
]


class ModelView(Frozen):
    """A registered version with its stage, its reports and what happened to it, oldest first."""

    key: str
    document: ModelVersion
    stage: Stage
    reports: dict[Report, str]
    history: list[Event]


class NewModel(Frozen):
    """The document of a version, and its artefact."""

    document: ModelVersion
    artefact_base64: str = Field(pattern=BASE64)
    """The file of the model itself; its SHA-256 is the document's ``artefact_sha256``."""


class Promotion(Frozen):
    """To which stage, and why."""

    to: Stage
    reason: str = Field(min_length=1, max_length=LONGEST_REASON, pattern=r"\S")


router = APIRouter(tags=["models"], route_class=Guarded)


@router.get("/models")
def list_all(here: Here, limit: PageLimit = 50, cursor: KeyCursor = None) -> Page[ModelView]:
    """Every version, in the order in which they were registered."""
    found = list_models(here.session)
    if cursor is not None:
        keys = [one.model.key for one in found]
        if cursor not in keys:
            raise GstError("no_model", say("There is no model {key}.", key=cursor))
        found = found[keys.index(cursor) + 1 :]
    items = found[:limit]
    return Page(
        items=[_view(one) for one in items],
        next=items[-1].model.key if len(found) > limit else None,
    )


@router.post("/models", status_code=201, responses=documented(400, 409))
def register(here: Here, new: NewModel) -> ModelView:
    """Registers a version; a version that is there is never changed."""
    with TemporaryDirectory(prefix="tadbir-model-") as name:
        document, artefact = FilePath(name) / "document.json", FilePath(name) / "artefact"
        document.write_text(new.document.model_dump_json(), encoding="utf-8")
        artefact.write_bytes(b64decode(new.artefact_base64))
        return _view(register_model(here.session, document, artefact, ""))


@router.get("/models/{key}")
def show(here: Here, key: Key) -> ModelView:
    """One version, or the newest of a name."""
    return _view(show_model(here.session, key))


@router.get(
    "/models/{key}/artefact",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}, **documented(409)},
)
def artefact(here: Here, key: Key) -> Response:
    """The artefact, once its SHA-256 was found to be the registered one."""
    content = load_model(here.session, key)
    headers = {"Content-Disposition": 'attachment; filename="artefact.bin"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.post("/models/{key}/promotions", status_code=201, responses=documented(400, 409))
def promote(here: Here, key: Key, wanted: Promotion) -> ModelView:
    """Moves a version to a stage, through every gate before it."""
    return _view(promote_model(here.session, key, wanted.to, "", wanted.reason))


def _view(found: Registered) -> ModelView:
    return ModelView(
        key=found.model.key,
        document=found.model,
        stage=found.stage,
        reports=dict(found.evidence.reports),
        history=list(found.history),
    )
