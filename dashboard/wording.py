"""What codes are called on a page, as sentences that the catalogues translate."""

from __future__ import annotations

from typing import Literal

from application.language import Language, Translator
from application.terms import RecommendationKind, State, Verdict
from application.words import STEPS
from hospital.errors import Sentence, say
from hospital.places import UnitKind

LANGUAGE_NAMES = {
    Language.FRENCH: "Français",
    Language.ARABIC: "العربية",
    Language.ENGLISH: "English",
}
"""Each language in its own words, so that anybody finds theirs."""

VERDICTS: dict[Verdict, Sentence] = {
    Verdict.ACCEPTED: say("Accept"),
    Verdict.MODIFIED: say("Modify"),
    Verdict.REJECTED: say("Reject"),
}

STATES: dict[State, Sentence] = {
    State.DRAFT: say("Draft"),
    State.SECOND_NEEDED: say("Waits for a second person"),
    State.ACCEPTED: say("Accepted"),
    State.MODIFIED: say("Modified"),
    State.REJECTED: say("Rejected"),
}

STATE_COLOURS: dict[State, Literal["gray", "orange", "green", "blue", "red"]] = {
    State.DRAFT: "gray",
    State.SECOND_NEEDED: "orange",
    State.ACCEPTED: "green",
    State.MODIFIED: "blue",
    State.REJECTED: "red",
}

KINDS: dict[RecommendationKind, Sentence] = {
    RecommendationKind.FORECAST: say("Forecast"),
    RecommendationKind.SCENARIO: say("Scenario"),
    RecommendationKind.ROSTER: say("Staff roster"),
    RecommendationKind.THEATRE_PLAN: say("Theatre list"),
    RecommendationKind.STOCK_ORDER: say("Medicine order"),
    RecommendationKind.STOCK_TRANSFERS: say("Medicine transfers"),
}

UNIT_KINDS: dict[UnitKind, Sentence] = {
    UnitKind.EMERGENCY: say("Emergency department"),
    UnitKind.WARD: say("Ward"),
    UnitKind.STEP_DOWN: say("High dependency"),
    UnitKind.INTENSIVE_CARE: say("Intensive care"),
    UnitKind.THEATRE: say("Theatre suite"),
    UnitKind.PHARMACY: say("Pharmacy"),
}


def step_name(t: Translator, label: str) -> str:
    """What a step of a job is called; its own label where it has no other name."""
    return t(STEPS.get(label, label))


def beds_phrase(t: Translator, beds: int) -> str:
    """A number of beds in words."""
    return t("{count} beds", count=beds)
