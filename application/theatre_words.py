"""What a theatre plan says, in sentences: rules, why somebody waits, what would place them."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from hospital.errors import Sentence, say
from hospital.theatre import AgeGroup, Priority, Sex
from hospital.theatre_plan import LeftOut, TheatrePlan, UnplannedPatient
from hospital.violation import Violation

if TYPE_CHECKING:
    from application.language import Translator
    from scheduling.theatres.indicators import SuiteIndicators
    from scheduling.theatres.waiting_equity import GroupOnList

PRIORITIES: dict[Priority, Sentence] = {
    Priority.URGENT: say("Urgent"),
    Priority.SEMI_URGENT: say("Semi-urgent"),
    Priority.ROUTINE: say("Routine"),
}

LEFT_OUT: dict[LeftOut, Sentence] = {
    LeftOut.NO_SESSION: say("No session of this specialty or surgeon"),
    LeftOut.NEEDS_LONGER_SESSION: say("Longer than any session"),
    LeftOut.SURGEON_FULL: say("The surgeon's days are full"),
    LeftOut.SESSION_FULL: say("The sessions are full"),
    LeftOut.WARD_BEDS: say("Not enough free ward beds"),
    LeftOut.INTENSIVE_CARE_BEDS: say("Not enough free intensive-care beds"),
    LeftOut.LOWER_PRIORITY: say("Others come first by priority"),
    LeftOut.DEFERRED: say("Deferred, for a reason on the list"),
}

TRAITS: dict[str, Sentence] = {
    "province": say("province"),
    "sex": say("sex"),
    "age_group": say("age"),
    "specialty": say("specialty"),
}

SEXES: dict[Sex, Sentence] = {Sex.FEMALE: say("Woman"), Sex.MALE: say("Man")}

AGES: dict[AgeGroup, Sentence] = {
    AgeGroup.CHILD: say("0 to 14 years"),
    AgeGroup.ADULT: say("15 to 64 years"),
    AgeGroup.OLDER: say("65 years and over"),
}

SPECIALTIES: dict[str, Sentence] = {
    "general_surgery": say("General surgery"),
    "orthopaedics": say("Orthopaedics and trauma"),
    "gynaecology": say("Gynaecology and obstetrics"),
    "urology": say("Urology"),
    "ent": say("Ear, nose and throat"),
    "eye": say("Eye surgery"),
    "neurosurgery": say("Neurosurgery"),
    "thoracic_surgery": say("Thoracic surgery"),
    "plastic_surgery": say("Plastic surgery"),
    "oncology": say("Oncology"),
}
"""The codes of the demonstration; a site may have others, which are shown as they are."""

GROUPS: dict[str, dict[str, Sentence]] = {
    "sex": {sex.value: word for sex, word in SEXES.items()},
    "age_group": {age.value: word for age, word in AGES.items()},
    "specialty": SPECIALTIES,
}
"""The groups of a trait that have words; a province is called by its name."""

RULES: dict[str, Sentence] = {
    "unknown_patient": say("a patient who is not on the list"),
    "unknown_procedure": say("a procedure that is not in the catalogue"),
    "unknown_session": say("a session that the master schedule does not have"),
    "unknown_surgeon": say("a surgeon who is not known"),
    "session_not_held": say("a session that is not held on this day"),
    "session_of_another_specialty": say("a session of another specialty"),
    "surgeon_of_another_specialty": say("a surgeon of another specialty"),
    "session_of_another_surgeon": say("a session kept for another surgeon"),
    "equipment_missing": say("a session without what the patient needs"),
    "other_surgeon": say("another surgeon than the list says"),
    "patient_twice": say("a patient planned twice"),
    "patient_lost": say("a patient neither planned nor left out with a reason"),
    "before_referral": say("before the referral"),
    "deferred": say("before the day until which the operation is deferred"),
    "after_due_date": say("after the due date of an urgent patient"),
    "too_short": say("less time than the operation needs"),
    "outside_session": say("outside the hours of the session"),
    "turnover": say("too little time between two cases"),
    "infection_not_last": say("an infected patient is not the last of the session"),
    "surgeon_in_two_theatres": say("a surgeon in two theatres at once"),
    "surgeon_daily_minutes": say("more minutes than the surgeon's day has"),
    "overtime_slack": say("less time kept free than the overtime risk asks for"),
    "ward_beds": say("more ward beds than are expected to be free"),
    "intensive_care_beds": say("more intensive-care beds than are expected to be free"),
    "specialty_beds": say("more beds of the specialty than are expected to be free"),
    "published_prefix": say("a case that had begun was changed"),
    "starts_in_the_past": say("a case that would start in the past"),
    "surgeon_absent": say("an operation of an absent surgeon"),
}


def specialty_name(t: Translator, code: str) -> str:
    """A specialty in words, or its code where only the site knows it."""
    return t(SPECIALTIES[code]) if code in SPECIALTIES else code


def group_name(t: Translator, row: GroupOnList) -> str:
    """What the patients of a group have in common: "sex: Woman"."""
    words = GROUPS.get(row.trait, {})
    group = t(words[row.group]) if row.group in words else row.group
    return f"{t(TRAITS[row.trait])}: {group}"


def indicator_lines(found: SuiteIndicators) -> list[tuple[Sentence, float, int]]:
    """Each indicator of a week by its French definition: name with unit, value, decimals."""
    return [
        (say("Offered session time, TVO [h]"), found.offered_minutes / 60, 1),
        (say("Opening rate: TVO over conventional time [%]"), found.opening_percent, 1),
        (say("Occupied room time, TROS [h]"), found.occupied_minutes / 60, 1),
        (say("Occupation: TROS within sessions over TVO [%]"), found.occupation_percent, 1),
        (say("Overrun: expected time after sessions over TVO [%]"), found.overflow_percent, 1),
        (say("Sessions that run late [%]"), 100 * found.overtime_probability, 1),
        (say("Turnover between cases [min]"), found.turnover_minutes, 0),
        (say("Operations per session"), found.cases_per_session, 2),
    ]


def told(broken: Violation) -> Sentence:
    """One broken rule as a person reads it: who, when, which rule, what was found."""
    return say(
        "{who} on {day}: {rule}: {found} where {limit} is allowed",
        who=broken.subject,
        day=broken.when,
        rule=RULES.get(broken.rule, broken.rule),
        found=broken.found,
        limit=broken.limit,
    )


def relaxation(row: UnplannedPatient) -> Sentence:
    """The smallest change that would give this patient a place."""
    day = "" if row.day is None else row.day.isoformat()
    told = {"short": _rounded_up(row), "session": row.session or "", "day": day}
    sentences: dict[LeftOut, Sentence] = {
        LeftOut.NO_SESSION: say(
            "A session of the specialty, with what the patient needs, on a day that suits."
        ),
        LeftOut.NEEDS_LONGER_SESSION: say("{short} minutes more in {session} on {day}.", **told),
        LeftOut.SESSION_FULL: say("{short} minutes more in {session} on {day}.", **told),
        LeftOut.SURGEON_FULL: say(
            "{short} minutes more of the surgeon on {day} ({session}).", **told
        ),
        LeftOut.WARD_BEDS: say("{short} ward beds more from {day} on ({session}).", **told),
        LeftOut.INTENSIVE_CARE_BEDS: say(
            "{short} intensive-care beds more from {day} on ({session}).", **told
        ),
        LeftOut.LOWER_PRIORITY: say(
            "A place freed in {session} on {day}, where others come first.", **told
        ),
        LeftOut.DEFERRED: say("Deferred until {day}, {short} days too late for this week.", **told),
    }
    return sentences[row.reason]


def _rounded_up(row: UnplannedPatient) -> str:
    """Minutes and days whole, beds to the hundredth: what is said is enough."""
    if row.reason in {LeftOut.WARD_BEDS, LeftOut.INTENSIVE_CARE_BEDS}:
        return f"{ceil(100 * row.short_by) / 100:g}"
    return str(ceil(row.short_by))


def explained(plan: TheatrePlan, patient: str) -> tuple[Sentence, ...] | None:
    """Where a patient is in a plan, or why he waits and what would place him; None if unknown."""
    for case in plan.cases:
        if case.patient == patient:
            start = f"{case.start_minute // 60:02d}:{case.start_minute % 60:02d}"
            return (
                say(
                    "Planned on {day} at {start} in {session}, with {surgeon}.",
                    day=case.day.isoformat(),
                    start=start,
                    session=case.session,
                    surgeon=case.surgeon,
                ),
            )
    for row in plan.unplanned:
        if row.patient == patient:
            must = (say("This patient had to be operated this week."),) if row.must_be_done else ()
            return LEFT_OUT[row.reason], relaxation(row), *must
    return None
