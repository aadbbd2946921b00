"""Accounts of this site: list, put, close."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from application.api.doors import Guarded
from application.api.problems import documented
from application.api.resources.sign_ins import LONGEST_NAME
from application.api.visit import Here
from application.store.accounts import Account
from application.use_cases.accounts import close_account, list_accounts, put_account
from governance.access import Person
from governance.decision import Role
from governance.passwords import LONGEST, SHORTEST
from hospital.base import Frozen
from hospital.places import Code

LETTERS = "A-Za-zÀ-ÖØ-öø-ɏ\u0621-\u064a\u2d30-\u2d67"
"""Latin with its accents, Arabic, Tifinagh; named, for not every program's \\w is the same."""
Name = Annotated[
    str,
    Path(
        min_length=1,
        max_length=LONGEST_NAME,
        pattern=rf"^[{LETTERS}0-9_.'’-]+( [{LETTERS}0-9_.'’-]+)*$",
    ),
]


class AccountView(Frozen):
    """An account, never its password."""

    name: str
    role: Role
    hospitals: list[str]
    is_open: bool


class WantedAccount(Frozen):
    """Role, hospitals (none: the whole GST) and password of an account."""

    role: Role
    hospitals: frozenset[Code] = frozenset()
    password: str = Field(min_length=SHORTEST, max_length=LONGEST)


router = APIRouter(tags=["accounts"], route_class=Guarded)


@router.get("/accounts")
def list_all(here: Here) -> list[AccountView]:
    """Every account, by name."""
    return [_view(one) for one in list_accounts(here.session)]


@router.put("/accounts/{name}", responses=documented(400, 409))
def put(here: Here, name: Name, wanted: WantedAccount) -> AccountView:
    """Makes an account, or gives one a new role, hospitals and password; its tokens end."""
    person = Person(name=" ".join(name.split()), role=wanted.role, hospitals=wanted.hospitals)
    put_account(here.session, person, wanted.password)
    return AccountView(
        name=person.name, role=person.role, hospitals=sorted(person.hospitals), is_open=True
    )


@router.delete("/accounts/{name}", status_code=204, responses=documented(409))
def close(here: Here, name: Name) -> Response:
    """Nobody signs in with it any more; the last administrator's stays open."""
    close_account(here.session, name)
    return Response(status_code=204)


def _view(account: Account) -> AccountView:
    person = account.person
    return AccountView(
        name=person.name,
        role=person.role,
        hospitals=sorted(person.hospitals),
        is_open=account.is_active,
    )
