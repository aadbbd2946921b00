"""Pages of a list: how many at most, and where the next page begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

MOST_ON_A_PAGE = 200
LARGEST_INTEGER = 2**31 - 1
"""What a whole number of the database holds, PostgreSQL's among them."""

Item = TypeVar("Item", bound=BaseModel)
Stored = TypeVar("Stored")

PageLimit = Annotated[int, Query(ge=1, le=MOST_ON_A_PAGE, description="How many items at most.")]
RUN = r"^[0-9a-f]{64}$"
RunCursor = Annotated[
    str | None, Query(pattern=RUN, description="`next` of the page before: the last run on it.")
]
NumberCursor = Annotated[
    int,
    Query(ge=0, le=LARGEST_INTEGER, description="`next` of the page before."),
]


class Page(BaseModel, Generic[Item]):
    """One page of a list; ``next`` is the cursor of the page after it, null on the last."""

    items: list[Item]
    next: str | None


def page_of(
    found: Sequence[Stored],
    limit: int,
    shown: Callable[[Stored], Item],
    cursor: Callable[[Stored], str],
) -> Page[Item]:
    """The first ``limit`` of what was found; one more was asked for to know whether there is."""
    items = found[:limit]
    is_last = len(found) <= limit
    return Page(items=[shown(one) for one in items], next=None if is_last else cursor(items[-1]))
