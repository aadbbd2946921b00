"""The report of robustness in words: what was tried, what was found, whether it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from application.language import Translator
from application.words import indicator_name
from hospital.errors import Sentence, say
from scenarios.robustness import (
    PERCENT,
    WATCHED,
    Expected,
    MutationName,
    Robustness,
)

MUTATIONS: dict[MutationName, Sentence] = {
    MutationName.OTHER_ORDER: say("rows in another order"),
    MutationName.MORE_VISITS: say("a tenth more visits"),
    MutationName.LONGER_STAYS: say("stays a tenth longer"),
    MutationName.MORE_BEDS: say("one more bed in every ward"),
    MutationName.MORE_PHYSICIANS: say("one more physician in every emergency department"),
}
"""What is done to the inputs."""

EXPECTED: dict[Expected, Sentence] = {
    Expected.SAME: say("exactly the same"),
    Expected.NOT_LOWER: say("not lower"),
    Expected.NOT_HIGHER: say("not higher"),
}
"""What must follow."""

AS_THEY_ARE = say("inputs as they are")


def report(found: Robustness, t: Translator) -> str:
    """The whole report in Markdown."""
    return "\n".join(
        [*_head(found, t), *_mutations(found, t), *_lost(found, t), *_triage(found, t)]
    )


def _head(found: Robustness, t: Translator) -> Iterator[str]:
    yield f"# {t('Robustness of the twin')}"
    yield ""
    verdict = t("Everything holds.") if found.holds else t("Not everything holds: see below.")
    yield f"**{verdict}**"
    yield ""


def _mutations(found: Robustness, t: Translator) -> Iterator[str]:
    yield f"## {t('Changed inputs')}"
    yield ""
    yield from _table(
        [
            t("what is changed"),
            t("indicator"),
            t("expected"),
            t("difference"),
            t("95 % interval"),
            t("holds"),
        ],
        [
            [
                t(MUTATIONS[one.name]),
                t(indicator_name(one.indicator)),
                t(EXPECTED[one.expected]),
                t.number(one.difference, 3),
                _interval(t, one.low, one.high),
                _yes(t, holds=one.holds),
            ]
            for one in found.mutations
        ],
    )


def _lost(found: Robustness, t: Translator) -> Iterator[str]:
    yield f"## {t('Data lost')}"
    yield ""
    effect = t(
        "effect of {scenario} on {indicator}",
        scenario=found.scenario,
        indicator=t(indicator_name(found.indicator)),
    )
    yield from _table(
        [
            t("lost [%]"),
            *(f"{t(indicator_name(one))} [{t('drift, %')}]" for one in WATCHED),
            effect,
            t("95 % interval"),
            t("same conclusion"),
            t("holds"),
        ],
        [
            [
                t.number(PERCENT * one.lost, 0),
                *(t.number(one.drift_percent.get(name, 0.0), 1) for name in WATCHED),
                t.number(one.effect, 3),
                _interval(t, one.low, one.high),
                _yes(t, holds=one.same_conclusion),
                _yes(t, holds=one.holds),
            ]
            for one in found.degraded
        ],
    )


def _triage(found: Robustness, t: Translator) -> Iterator[str]:
    yield f"## {t('Order of triage')}"
    yield ""
    yield t("Mean wait for a physician by triage level, the most urgent first [minutes].")
    yield ""
    levels = max((len(one.waits_minutes) for one in found.triage), default=0)
    yield from _table(
        [t("inputs"), *(str(level) for level in range(1, levels + 1)), t("holds")],
        [
            [
                _inputs(one.inputs, t),
                *(t.number(wait, 1) for wait in one.waits_minutes),
                _yes(t, holds=not one.inverted),
            ]
            for one in found.triage
        ],
    )


def _inputs(name: str, t: Translator) -> str:
    if name in set(MutationName):
        return t(MUTATIONS[MutationName(name)])
    if name.startswith("lost_"):
        return t("{percent} % of the data lost", percent=name.removeprefix("lost_"))
    return t(AS_THEY_ARE)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _interval(t: Translator, low: float, high: float) -> str:
    return f"[{t.number(low, 3)} ; {t.number(high, 3)}]"


def _yes(t: Translator, *, holds: bool) -> str:
    return t("yes") if holds else t("no")
