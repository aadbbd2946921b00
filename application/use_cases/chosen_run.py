"""The run that a person means: named by its first characters, or the newest of its kind."""

from __future__ import annotations

from application.use_cases.access import needs
from application.use_cases.decide import find_recommendation
from application.use_cases.read_results import runs_of
from application.use_cases.session import Session
from application.words import RECOMMENDATIONS
from governance.access import Action
from governance.decision import RecommendationKind
from hospital.errors import GstError, say


@needs(Action.READ)
def chosen_run(session: Session, kind: RecommendationKind, prefix: str | None) -> str:
    """The identity of the recommendation of this kind that begins so, else of the newest.

    Raises:
        GstError: ``another_kind`` for a run of something else, ``none_yet`` where there is none.
    """
    wanted = RECOMMENDATIONS[kind]
    if prefix is not None:
        found = find_recommendation(session, prefix)
        if found.kind is not kind:
            raise GstError(
                "another_kind",
                say(
                    "Run {run} is: {found}. Name a run of: {wanted}.",
                    run=prefix,
                    found=RECOMMENDATIONS[found.kind],
                    wanted=wanted,
                ),
            )
        return found.run.run
    runs = runs_of(session, kind)
    if not runs:
        raise GstError("none_yet", say("Nothing was made yet of: {wanted}.", wanted=wanted))
    return runs[0].run
