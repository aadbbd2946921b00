"""Signing in with the password of a local account, and out again."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import Field

from application.api.doors import Guarded, Open, token_in
from application.api.office import Office
from application.api.problems import documented
from application.api.visit import Here
from application.use_cases.tokens import end_token, give_token
from governance.access import MAY, Action, Person
from governance.decision import Role
from governance.passwords import LONGEST
from hospital.base import Frozen

LONGEST_NAME = 64


class NameAndPassword(Frozen):
    """Who signs in."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    password: str = Field(min_length=1, max_length=LONGEST)


class Myself(Frozen):
    """Who I am, and what I may do."""

    name: str
    role: Role
    hospitals: list[str]
    actions: list[Action]


class SignedIn(Frozen):
    """A bearer token; it is shown once and kept nowhere."""

    token: str
    token_type: str = "Bearer"  # noqa: S105 - what kind it is
    ends_at: datetime
    person: Myself


door = APIRouter(tags=["sign-ins"], route_class=Open)
inside = APIRouter(tags=["sign-ins"], route_class=Guarded)


@door.post("/sign-ins", status_code=201, responses=documented(400, 401, 403))
def sign_in(request: Request, asked: NameAndPassword) -> SignedIn:
    """Gives a token for twelve hours. Five wrong passwords close the account for a while."""
    office: Office = request.app.state.office
    found = give_token(office.session(None), asked.name, asked.password)
    return SignedIn(token=found.token, ends_at=found.ends_at, person=_myself(found.person))


@inside.delete("/sign-ins/mine", status_code=204)
def sign_out(request: Request, here: Here) -> Response:
    """The token of this request opens nothing any more."""
    end_token(here.session, token_in(request))
    return Response(status_code=204)


@inside.get("/me")
def me(here: Here) -> Myself:
    """Who I am, and what I may do."""
    return _myself(here.person)


def _myself(person: Person) -> Myself:
    return Myself(
        name=person.name,
        role=person.role,
        hospitals=sorted(person.hospitals),
        actions=sorted(MAY[person.role]),
    )
