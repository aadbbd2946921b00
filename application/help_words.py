"""What the help says: first steps of each person, what indicators mean, methods and limits."""

from __future__ import annotations

from dataclasses import dataclass

from application.words import ROLES
from governance.decision import Role
from hospital.errors import Sentence, say


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What one person does first, and the page on which it begins."""

    who: Sentence
    page: str
    steps: tuple[Sentence, ...]


FIRST_STEPS: tuple[FirstSteps, ...] = (
    FirstSteps(
        ROLES[Role.MANAGER],
        "comparison",
        (
            say("Choose a unit, open or close beds, and compare with today."),
            say("Read each difference with its interval: where it crosses zero, it is not clear."),
            say("Accept, modify or reject it with a reason; your name goes on record for good."),
        ),
    ),
    FirstSteps(
        ROLES[Role.PHARMACIST],
        "pharmacy",
        (
            say("Look at what runs out first, and at the terms that make each quantity."),
            say("Ask for transfers and emergency purchases: they help where no order comes soon."),
            say("Decide on the order, then take it away for the buyer."),
        ),
    ),
    FirstSteps(
        ROLES[Role.SCHEDULER],
        "roster",
        (
            say("Build a roster of your unit, and see what nobody covers and how nights fall."),
            say("Declare who is away: as few duties as possible change."),
            say("Move a duty by hand, read at once what it breaks, and publish with a reason."),
        ),
    ),
)

MEANINGS: dict[Sentence, Sentence] = {
    say("Boarding"): say(
        "Time from the decision to admit until the patient lies in a bed of the ward."
    ),
    say("Mean occupancy"): say("Bed-days used over bed-days open, in percent."),
    say("Mean length of stay"): say("Bed-days over stays, in days."),
    say("Interval of 80 % or 95 %"): say(
        "Where the figure falls in 8 cases of 10, or 19 of 20, if the hypotheses hold."
    ),
    say("Paired difference"): say(
        "The scenario less today, both replayed with the same patients on the same days."
    ),
    say("Replication"): say("One course of chance of the whole period; more give a surer mean."),
    say("Safety stock"): say("What is kept for demand above the mean, until the next delivery."),
    say("Violation"): say("A rule that a plan breaks, found by a check apart from the solver."),
    say("Fingerprint"): say(
        "A short code that changes if a single character of an entry changes (SHA-256)."
    ),
}
"""What the words of the pages mean, with their units."""

METHODS: dict[Sentence, Sentence] = {
    say("Forecasts"): say(
        "Prophet mixed with a regression on Morocco's calendar, counts for rare medicines; each "
        "is scored on past days beside repeating the last season."
    ),
    say("Digital twin"): say(
        "A simulation of every patient, bed, physician and nurse, event by event, from today's "
        "patients and the forecast."
    ),
    say("Rosters and theatre lists"): say(
        "Constraint solvers and annealing under the rules of work; the distance from the best "
        "possible is proven or stated."
    ),
    say("Medicine orders"): say(
        "Whole packs under the budget, weighing the cost of running out against price and expiry; "
        "every term of a quantity is shown."
    ),
    say("Decisions"): say(
        "Nothing is applied by the software. A named person decides, and each entry is chained to "
        "the one before."
    ),
}

LIMITS: tuple[Sentence, ...] = (
    say("Nothing here is for the care of a single patient: it plans beds, people and stock."),
    say("A forecast knows the past: an event that never happened must be told, or it is missed."),
    say("A scenario is as true as its hypotheses; costs and effects to confirm are marked so."),
    say("Less than a year of history gives no season; the page of the series says so."),
    say("The Arabic words marked (?) await a reader who works in a Moroccan hospital."),
    say("The demo is invented: its figures describe no hospital."),
)
