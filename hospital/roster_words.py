"""What the rules of a roster are called, as sentences that the catalogues translate."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from hospital.errors import Sentence, say
from hospital.roster_work import RosterRule
from hospital.violation import Violation

RULES: dict[RosterRule, Sentence] = {
    RosterRule.UNKNOWN_PERSON: say("only people of the unit"),
    RosterRule.UNKNOWN_SHIFT: say("only shifts of the table of shifts"),
    RosterRule.OUTSIDE_PERIOD: say("only days of the roster"),
    RosterRule.UNQUALIFIED_SKILL: say("the skill that the shift asks for"),
    RosterRule.NIGHT_NOT_ALLOWED: say("no night for who is exempt"),
    RosterRule.TWO_SHIFTS_ON_ONE_DAY: say("one shift a day"),
    RosterRule.ON_LEAVE: say("no work on leave"),
    RosterRule.LOCK_NOT_KEPT: say("locks are kept"),
    RosterRule.FORBIDDEN_SUCCESSION: say("forbidden succession of shifts"),
    RosterRule.MAXIMUM_OF_A_SHIFT: say("most starts of one shift"),
    RosterRule.KEPT_APART: say("people kept apart"),
    RosterRule.KEPT_TOGETHER: say("a newcomer works with the tutor"),
    RosterRule.MINIMUM_REST_HOURS: say("least rest between two shifts [hours]"),
    RosterRule.MINIMUM_REST_AFTER_LONG_SHIFT_HOURS: say(
        "least rest after 12 hours of work [hours]"
    ),
    RosterRule.MAXIMUM_CONSECUTIVE_DAYS: say("most days of work in a row"),
    RosterRule.MAXIMUM_CONSECUTIVE_NIGHTS: say("most nights in a row"),
    RosterRule.MINIMUM_DAYS_OFF_AFTER_NIGHTS: say("least days off after nights"),
    RosterRule.MINIMUM_CONSECUTIVE_DAYS: say("least days of work in a row"),
    RosterRule.MINIMUM_CONSECUTIVE_DAYS_OFF: say("least days off in a row"),
    RosterRule.MAXIMUM_WEEKLY_HOURS: say("most hours in seven days"),
    RosterRule.MAXIMUM_HOURS_IN_28_DAYS: say("most hours in four weeks"),
    RosterRule.MAXIMUM_NIGHTS_IN_28_DAYS: say("most nights in four weeks"),
    RosterRule.MAXIMUM_PERIOD_HOURS: say("most hours of the period"),
    RosterRule.MINIMUM_PERIOD_HOURS: say("least hours of the period"),
    RosterRule.MAXIMUM_WEEKENDS: say("most weekends of the period"),
    RosterRule.MAXIMUM_CONSECUTIVE_WEEKENDS: say("most weekends in a row"),
    RosterRule.JUNIORS_PER_SENIOR: say("most juniors for one senior"),
}


def rule_name(rule: str) -> Sentence | str:
    """What a rule is called; a name that no roster knows stays as it is."""
    return RULES[RosterRule(rule)] if rule in set(RosterRule) else rule


def told(broken: Violation) -> Sentence:
    """One broken rule as a person reads it: who, when, which rule, what was found."""
    return say(
        "{who} on {day}: {rule}: {found} where {limit} is allowed",
        who=broken.subject,
        day=broken.when,
        rule=rule_name(broken.rule),
        found=broken.found,
        limit=broken.limit,
    )


def listed(sentences: Sequence[Sentence | str]) -> Sentence | str:
    """Sentences one after the other, each still translated."""
    return reduce(lambda first, rest: say("{first}; {rest}", first=first, rest=rest), sentences)
