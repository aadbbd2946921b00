"""The reasons of a roster as sentences that the catalogues translate."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hospital.errors import Sentence, say
from hospital.roster import Stage
from hospital.roster_burden import Burden
from hospital.roster_words import rule_name

if TYPE_CHECKING:
    from scheduling.rosters.why import Reason

BURDENS: dict[Burden, Sentence] = {
    Burden.HOURS: say("Hours"),
    Burden.NIGHTS: say("Nights"),
    Burden.WEEKEND_DAYS: say("Weekend days"),
    Burden.HOLIDAYS: say("Public holidays"),
    Burden.AID_AL_FITR: say("Days of Aïd al-Fitr"),
    Burden.AID_AL_ADHA: say("Days of Aïd al-Adha"),
    Burden.RAMADAN_NIGHTS: say("Nights of Ramadan"),
    Burden.REFUSED_WISHES: say("Refused wishes (weight)"),
    Burden.RECALLS: say("Recalls on a day off"),
}

STAGES: dict[Stage, Sentence] = {
    Stage.COVER: say("people missing"),
    Stage.LARGEST_DEVIATION: say("largest distance from a fair share"),
    Stage.ALL_DEVIATIONS: say("all distances from fair shares"),
    Stage.WISHES: say("wishes refused (weight)"),
    Stage.PRICE: say("price of cover"),
}

SAYINGS: dict[str, Callable[..., Sentence]] = {
    "covers_need": lambda **v: say("{shift} needs {needed} of {skill}; {present} work it.", **v),
    "keeps_lock": lambda **v: say("{shift} is locked for this person.", **v),
    "wish_granted": lambda **v: say("A wish is granted ({shift}, weight {weight}).", **v),
    "wish_refused": lambda **v: say("A wish is refused ({shift}, weight {weight}).", **v),
    "share": lambda **v: say("{burden}: carries {worked}, fair share {entitled}.", **v),
    "colleague_blocked": lambda **v: say("{colleague} cannot take {shift} over: {rule}.", **v),
    "colleague_costs_more": lambda **v: say(
        "{colleague} could take {shift} over for {points} points more.", **v
    ),
    "colleague_could": lambda **v: say("{colleague} could take {shift} over.", **v),
    "on_leave": lambda **v: say("On leave.", **v),
    "nobody_needed": lambda **v: say("Nobody of this skill is needed on this day.", **v),
    "blocked": lambda **v: say("Cannot work {shift}: {rule}.", **v),
    "covered_by_others": lambda **v: say("{shift} is covered by others.", **v),
    "could_help": lambda **v: say("Could work {shift}, where {missing} are missing.", **v),
}
"""What each ``ReasonCode`` says, by its value."""


def reason_said(reason: Reason) -> Sentence:
    """One reason as a person reads it."""
    values: dict[str, object] = dict(reason.values)
    if "rule" in values:
        values["rule"] = rule_name(str(values["rule"]))
    if "burden" in values:
        values["burden"] = BURDENS[Burden(str(values["burden"]))]
    for name in ("worked", "entitled"):
        if name in values:
            values[name] = f"{float(reason.values[name]):.1f}"
    if "shift" in values:
        values["shift"] = values["shift"] or say("the whole day")
    return SAYINGS[reason.code.value](**values)
