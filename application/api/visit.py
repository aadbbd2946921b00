"""One request: who asks, in which language, and the session in which it is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from application.api.office import Office
from application.api.speech import speaker
from application.jobs.work import Work
from application.language import Translator
from application.store.jobs import Job, Starter
from application.use_cases.access import action_of, require
from application.use_cases.session import Session
from governance.access import Person
from hospital.errors import Sentence

BEARER = HTTPBearer(auto_error=False, description="A token of POST /api/v1/sign-ins, or OIDC's.")


@dataclass(frozen=True)
class Visit:
    """What a resource works with."""

    office: Office
    session: Session
    person: Person
    t: Translator

    def start(
        self, title: Sentence, resource: str, use_case: Callable[..., object], work: Work
    ) -> Job:
        """Puts a use case in the line of jobs, once its gate has let this person through.

        Raises:
            GstError: the role may not, nothing was imported yet, or too much waits already.
        """
        action = action_of(use_case)
        require(self.session, action)
        _ = self.session.snapshot
        starter = Starter(self.person, action, resource)
        return self.office.board.submit(title, work, starter)


def visit(request: Request) -> Visit:
    """The visit of a request that has passed a guarded door."""
    office: Office = request.app.state.office
    person: Person = request.state.person
    t = speaker(request.headers.get("accept-language", ""))
    return Visit(office, office.session(person), person, t)


Here = Annotated[Visit, Depends(visit)]
