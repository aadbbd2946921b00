"""The words of the table of impact: what is measured, what the interval says, what it cannot."""

from __future__ import annotations

from hospital.errors import Sentence, say
from scenarios.impact.interrupted import Change
from scenarios.impact.weekly import ImpactIndicator

INDICATORS: dict[ImpactIndicator, Sentence] = {
    ImpactIndicator.LENGTH_OF_STAY: say("length of stay [days]"),
    ImpactIndicator.PLANNED_CARE: say("planned admissions for 100 requests"),
    ImpactIndicator.MORTALITY: say("died in hospital [% of stays]"),
    ImpactIndicator.READMISSIONS: say("back within 30 days [%]"),
    ImpactIndicator.COST: say("cost per patient [MAD]"),
    ImpactIndicator.GAP_PROVINCES: say("gap of stays between provinces [days]"),
    ImpactIndicator.GAP_SEXES: say("gap of stays between sexes [days]"),
    ImpactIndicator.GAP_AGES: say("gap of stays between ages [days]"),
}
"""The indicators of the national table that a GST folder can tell."""

CHANGES: dict[Change, Sentence] = {
    Change.BETTER: say("better"),
    Change.WORSE: say("worse"),
    Change.UNCLEAR: say("not clear"),
    Change.TOO_FEW_WEEKS: say("too few weeks"),
}
"""What the interval of the effect says."""

LIMITS: tuple[Sentence, ...] = (
    say(
        "The effect is the mean distance, over the weeks after, from where the line of the weeks "
        "before would have led (interrupted time series, errors of neighbouring weeks alike)."
    ),
    say("It says that something changed at that time, not what did: other things began then too."),
    say(
        "The folder holds no waiting times in emergency departments; of delays it says how many "
        "planned patients came in for 100 requests."
    ),
)
"""What a reader must know of the table."""
