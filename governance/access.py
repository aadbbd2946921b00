"""Who may do what: one table of roles and actions, and the hospitals that a person is for.

The use cases ask it, so that page, command and interface agree; hiding a page protects nothing.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from governance.decision import Role
from hospital.base import Frozen
from hospital.errors import GstError, say


class Action(StrEnum):
    """What a use case does, as far as it matters who asks for it."""

    READ = "read"
    IMPORT = "import"
    FORECAST = "forecast"
    SIMULATE = "simulate"
    BUILD_ROSTER = "build_roster"
    PLAN_THEATRE = "plan_theatre"
    PLAN_STOCK = "plan_stock"
    POST_STOCK = "post_stock"
    TELL_EVENTS = "tell_events"
    DECIDE = "decide"
    READ_AUDIT = "read_audit"
    REGISTER_MODEL = "register_model"
    PROMOTE_MODEL = "promote_model"
    MANAGE_ACCOUNTS = "manage_accounts"
    PURGE = "purge"
    KEEP_DATABASE = "keep_database"


PLANNING = frozenset({Action.READ, Action.FORECAST, Action.SIMULATE, Action.DECIDE})

MAY: dict[Role, frozenset[Action]] = {
    Role.MANAGER: PLANNING
    | {
        Action.IMPORT,
        Action.BUILD_ROSTER,
        Action.PLAN_THEATRE,
        Action.PLAN_STOCK,
        Action.TELL_EVENTS,
        Action.READ_AUDIT,
        Action.PROMOTE_MODEL,
    },
    Role.PHARMACIST: frozenset(
        {Action.READ, Action.FORECAST, Action.DECIDE, Action.PLAN_STOCK, Action.POST_STOCK}
    ),
    Role.SCHEDULER: PLANNING | {Action.BUILD_ROSTER, Action.PLAN_THEATRE, Action.TELL_EVENTS},
    Role.SURGEON_COORDINATOR: PLANNING | {Action.PLAN_THEATRE},
    Role.AUDITOR: frozenset({Action.READ, Action.READ_AUDIT}),
    Role.ADMINISTRATOR: frozenset(
        {
            Action.READ,
            Action.IMPORT,
            Action.TELL_EVENTS,
            Action.READ_AUDIT,
            Action.REGISTER_MODEL,
            Action.MANAGE_ACCOUNTS,
            Action.PURGE,
            Action.KEEP_DATABASE,
        }
    ),
}
"""Nobody has every action: who manages the accounts decides on nothing, who decides purges nothing.
"""


class Person(Frozen):
    """Somebody who has signed in; without hospitals they are for the whole GST."""

    name: str = Field(min_length=1)
    role: Role
    hospitals: frozenset[str] = frozenset()

    def require(self, action: Action) -> None:
        """Raises ``GstError`` unless this role may do it."""
        if action in MAY[self.role]:
            return
        raise GstError(
            "not_allowed",
            say(
                "{name} ({role}) may not do this ({action}); it takes one of: {allowed}.",
                name=self.name,
                role=self.role.value,
                action=action.value,
                allowed=", ".join(sorted(role for role in Role if action in MAY[role])),
            ),
        )

    def require_hospital(self, hospital: str | None) -> None:
        """Raises ``GstError`` unless the person is for this hospital; None is the whole GST."""
        if not self.hospitals or hospital in self.hospitals:
            return
        raise GstError(
            "other_hospital",
            say(
                "{name} decides for {own} only, and this is about {found}.",
                name=self.name,
                own=", ".join(sorted(self.hospitals)),
                found=hospital or say("the whole GST"),
            ),
        )
