"""What a paired difference means to a manager: better, worse, changed, or not clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from application.language import Translator
from application.summaries import DifferenceRow, Effect
from application.terms import NURSE_HOURS
from hospital.errors import Sentence, say
from hospital.twin_result import Indicator

NEITHER_GOOD_NOR_BAD = frozenset(
    {
        Indicator.VISITS.value,
        Indicator.ADMISSIONS.value,
        Indicator.OCCUPIED_BEDS.value,
        Indicator.OCCUPANCY.value,
        Indicator.BED_DAYS.value,
        NURSE_HOURS,
    }
)
"""Of these, more is not better or worse in itself; of all other headlines, less is better."""


class Judgement(StrEnum):
    """What an indicator does under the scenario."""

    BETTER = "better"
    WORSE = "worse"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    UNCLEAR = "unclear"

    @property
    def sentence(self) -> Sentence:
        """Its name."""
        return JUDGEMENTS[self]


JUDGEMENTS: dict[Judgement, Sentence] = {
    Judgement.BETTER: say("Improves"),
    Judgement.WORSE: say("Worsens"),
    Judgement.CHANGED: say("Changes"),
    Judgement.UNCHANGED: say("Unchanged"),
    Judgement.UNCLEAR: say("Not clear"),
}


@dataclass(frozen=True)
class Finding:
    """One headline, what it is called and what its difference means."""

    row: DifferenceRow
    name: str
    judgement: Judgement


def findings_of(rows: Sequence[DifferenceRow]) -> tuple[Finding, ...]:
    """Each headline with its judgement, in reading order."""
    return tuple(Finding(row, row.name, judgement_of(row)) for row in rows)


def judgement_of(row: DifferenceRow) -> Judgement:
    """Clear only where the 95 % interval excludes zero."""
    if row.effect is Effect.NONE:
        return Judgement.UNCHANGED
    if row.effect is Effect.UNCLEAR:
        return Judgement.UNCLEAR
    if row.indicator in NEITHER_GOOD_NOR_BAD:
        return Judgement.CHANGED
    return Judgement.BETTER if row.effect is Effect.LOWER else Judgement.WORSE


def verdict(t: Translator, findings: Sequence[Finding], replications: int) -> list[str]:
    """The comparison in a few sentences, first what is clear."""
    sentences = []
    if better := _names(t, findings, Judgement.BETTER):
        sentences.append(t("It improves: {names}.", names=better))
    if worse := _names(t, findings, Judgement.WORSE):
        sentences.append(t("It worsens: {names}.", names=worse))
    if changed := _names(t, findings, Judgement.CHANGED):
        sentences.append(t("It changes: {names}.", names=changed))
    unclear = sum(finding.judgement is Judgement.UNCLEAR for finding in findings)
    if unclear:
        sentences.append(
            t("For {count} indicators the difference cannot be told from chance.", count=unclear)
        )
    sentences.append(t("{count} paired replications of the same days.", count=replications))
    return sentences


def _names(t: Translator, findings: Sequence[Finding], judgement: Judgement) -> str:
    return t.listed(t(finding.name) for finding in findings if finding.judgement is judgement)
