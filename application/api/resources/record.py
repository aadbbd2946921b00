"""The record: its entries, whether it holds, and its head."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from application.api.doors import Guarded
from application.api.paging import LARGEST_INTEGER, NumberCursor, Page, PageLimit, page_of
from application.api.problems import documented
from application.api.visit import Here
from application.use_cases.audit_head import exported_head, verify_record
from application.use_cases.read_record import read_record
from governance.chain import ChainEntry, Head
from hospital.base import Frozen


class EntryView(Frozen):
    """One entry as it is chained; ``content`` is null where it was erased."""

    sequence: int
    content: Any | None
    previous_hash: str
    hash: str
    digest: str | None


class Verification(Frozen):
    """Whether the record holds, and where it first fails. Showing is not preventing."""

    holds: bool
    entries: int
    erased: int
    head: str | None
    broken_at: int | None
    fault: str | None


class HeadView(Frozen):
    """The end of the record: kept elsewhere, it shows a tail that was cut."""

    sequence: int
    hash: str
    exported_at: AwareDatetime


router = APIRouter(tags=["audit"], route_class=Guarded)


@router.get("/audit/entries")
def entries(here: Here, limit: PageLimit = 50, cursor: NumberCursor = 0) -> Page[EntryView]:
    """The entries, oldest first; the cursor is the sequence of the last one read."""
    found = read_record(here.session, cursor, limit + 1)
    return page_of(found, limit, _view, lambda entry: str(entry.sequence))


@router.get("/audit/verification")
def verification(
    here: Here,
    sequence: Annotated[int | None, Query(ge=1, le=LARGEST_INTEGER)] = None,
    head: Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}$")] = None,
) -> Verification:
    """From the first entry to the head; with ``sequence`` and ``head`` of an exported head."""
    exported = None if sequence is None or head is None else Head(sequence, head)
    found = verify_record(here.session, exported)
    return Verification(
        holds=found.broken is None,
        entries=found.entries,
        erased=found.erased,
        head=found.head,
        broken_at=None if found.broken is None else found.broken.sequence,
        fault=None if found.broken is None else found.broken.fault,
    )


@router.get("/audit/head", responses=documented(409))
def head(here: Here) -> HeadView:
    """Place and hash of the newest entry."""
    return HeadView.model_validate(exported_head(here.session))


def _view(entry: ChainEntry) -> EntryView:
    return EntryView(
        sequence=entry.sequence,
        content=None if entry.is_erased else json.loads(entry.text),
        previous_hash=entry.previous_hash,
        hash=entry.hash,
        digest=entry.digest,
    )
