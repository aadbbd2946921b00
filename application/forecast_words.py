"""What a forecast, its warnings, its reasons and its record are called, for any of its readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.language import Translator
from forecasting.effects import PART_PREFIX
from hospital.drift import DriftReport, DriftState
from hospital.errors import Sentence, say
from hospital.forecast import (
    BacktestCard,
    DataFinding,
    DemandForecast,
    Period,
    SeriesKind,
    Severity,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from forecasting.covariate_gain import Gain
    from forecasting.explanation import Explanation
    from hospital.calendar import MoroccanCalendar

SERIES: dict[SeriesKind, Sentence] = {
    SeriesKind.VISITS: say("Emergency visits"),
    SeriesKind.ADMISSIONS: say("Admissions"),
    SeriesKind.REFERRALS: say("Requests for planned care"),
    SeriesKind.CONSUMPTION: say("Medicine consumption"),
}

WARNINGS: dict[str, Sentence] = {
    "short_history": say("Less than a year of history: the season of the year is not known."),
    "calendar_not_covered": say("The calendar of some of these days is not known."),
    "ramadan_not_in_history": say("The history holds no Ramadan, but these days do."),
    "data_needs_attention": say("A large part of the history is missing or wrong."),
    "demand_intermittent": say("Demand comes rarely: only totals over weeks can be trusted."),
    "demand_lumpy": say("Demand is rare and uneven: only totals over weeks can be trusted."),
    "demand_erratic": say("Amounts vary much from one week to the next."),
    "demand_discontinued": say("Nothing was used for a long time."),
    "demand_never_used": say("Nothing was ever used."),
    "parts_too_young": say(
        "Services or origins with under eight weeks of history: together they are the rest."
    ),
    "intervals_widened": say(
        "The intervals are wider than the method gave them: on the past they had held too little."
    ),
    "intervals_narrowed": say(
        "The intervals are narrower than the method gave them: on the past they had held too much."
    ),
    "demand_watch": say(
        "Demand leans away from what the forecast learnt: look at it before you decide."
    ),
    "demand_break": say(
        "Demand is no longer the one that was learnt: the forecast follows the last days or weeks, "
        "and its intervals are wide. Decide for the near days only."
    ),
    "demand_returns": say(
        "Demand broke less than a year ago: "
        "how fast it returns is less sure than the intervals say."
    ),
    "what_if": say("A what-if, not a forecast: it holds if what it assumes comes true."),
    "covariate_unused": say(
        "The early warning changes nothing here: the method of this series learns no effects."
    ),
    "covariate_beyond_past": say(
        "The early warning is assumed higher or lower than it ever was: its effect is a guess."
    ),
}

METHODS: dict[str, Sentence] = {
    "prophet-log": say(
        "Prophet with the Moroccan calendar, and a regression that follows the recent level"
    ),
    "prophet-flat": say("Prophet with the Moroccan calendar, and the memory of its residuals"),
    "prophet-level": say(
        "Prophet with the Moroccan calendar, around a level that follows the last weeks"
    ),
    "prophet-break": say(
        "Prophet with the Moroccan calendar, and a level that follows the days since the break"
    ),
    "regression-level": say(
        "A regression on the season that follows the last weeks, on their way back after the break"
    ),
    "tsb-learnt": say("How often and how much, each at the pace of the item (TSB and bootstrap)"),
    "sum": say("Sum of the hospitals, whose futures go together as their past did"),
    "weekday-mean-8w": say("Mean of the same weekday, since the history is short"),
}
"""By the first method of the route that the forecast names."""

PARTS: dict[str, Sentence] = {
    "trend": say("trend"),
    "yearly": say("season of the year"),
    "holidays": say("holidays"),
    "ramadan": say("Ramadan"),
    "school": say("school break"),
    "recent": say("last weeks"),
}
"""The reasons of a departure from an ordinary day."""

DRIFT_STATES: dict[DriftState, Sentence] = {
    DriftState.NORMAL: say("normal"),
    DriftState.WATCH: say("watch"),
    DriftState.BREAK: say("break"),
}

GRAVITY = tuple(Severity)
SEVERITIES: dict[Severity, Sentence] = {
    Severity.NOTE: say("note"),
    Severity.WARNING: say("warning"),
    Severity.ERROR: say("error"),
}

FINDINGS: dict[str, Sentence] = {
    "missing_periods": say("Nothing was counted"),
    "partial_day": say("Hours are missing: the day is taken as unknown"),
    "clock_change": say("The clock changed: this day had 23 or 25 hours"),
    "duplicated_weeks": say("The same week was given twice: the last figure counts"),
    "duplicated_hours": say("The same hours were given twice: the last figure counts"),
    "negative_value": say("A count below zero: taken as unknown"),
    "zero_run": say("Zero several times in a row, where there are usually many"),
    "outlier": say("Three times too high or too low: taken as unknown"),
    "unusual_value": say("Far from its neighbours, and kept"),
    "unit_jump": say("The level is three times higher or lower from here on"),
    "stale_end": say("The history ends too early"),
    "stockout": say("The shelf was empty: the need is unknown, not zero"),
    "short_stockout": say("The shelf was empty some days: the need is estimated from the others"),
}

REMEDIES: dict[str, Sentence] = {
    "none_needed": say("Nothing to do."),
    "import_missing_periods": say("Import these days if they exist."),
    "import_whole_days": say("Import the whole day."),
    "keep_one_row": say("Keep one row for each hour or week."),
    "correct_entry": say("Correct the entry."),
    "confirm_no_activity": say("Confirm that nothing happened, or import these periods."),
    "confirm_or_correct": say("Correct the entry, or declare what happened on that day."),
    "declare_event": say("Declare the event of that day, so that the forecast learns it."),
    "confirm_unit_of_count": say("Check whether boxes were counted as units, or the reverse."),
    "import_recent_periods": say("Import the recent days."),
}

FIT_LOW, FIT_HIGH = 0.72, 0.88
"""Coverage of the 80 % interval between which it may be taken at its word."""
CLEAR_GAIN = 0.05
"""A smaller difference of error from repeating the last season means nothing."""
PERCENT = 100
FEW = 10


def method_name(t: Translator, model: str) -> str:
    """What a forecasting method is called."""
    return t(METHODS.get(model.split("+", maxsplit=1)[0], model))


def warning_name(t: Translator, code: str) -> str:
    """What limits the trust in a forecast."""
    return t(WARNINGS.get(code, code))


def severity_name(t: Translator, severity: Severity) -> str:
    """How much a finding weighs."""
    return t(SEVERITIES[severity])


def finding_sentence(t: Translator, finding: DataFinding) -> str:
    """What was odd, where, and what to do about it."""
    if finding.first_day == finding.last_day:
        where = t.day(finding.first_day)
    else:
        where = t("{first} to {last}", first=t.day(finding.first_day), last=t.day(finding.last_day))
    return t(
        "{where}: {what}. {remedy}",
        where=where,
        what=t(FINDINGS.get(finding.code, finding.code)),
        remedy=t(REMEDIES.get(finding.remedy, finding.remedy)),
    )


MOST_PLACES = 3
"""Findings of one kind that are told one by one; of more, how many and the last."""


def findings_by_kind(findings: Iterable[DataFinding]) -> tuple[tuple[DataFinding, ...], ...]:
    """Findings of one kind together, the gravest kinds first, each by its day."""
    kinds: dict[tuple[int, str], list[DataFinding]] = {}
    for found in findings:
        kinds.setdefault((-GRAVITY.index(found.severity), found.code), []).append(found)
    return tuple(
        tuple(sorted(kinds[kind], key=lambda found: found.first_day)) for kind in sorted(kinds)
    )


def finding_sentences(t: Translator, alike: Sequence[DataFinding]) -> list[str]:
    """Findings of one kind in words: each, or how many there are and the last of them."""
    if len(alike) <= MOST_PLACES:
        return [finding_sentence(t, found) for found in alike]
    last = finding_sentence(t, alike[-1])
    return [t("{count} places, the last one {last}", count=len(alike), last=last)]


def drift_sentence(t: Translator, report: DriftReport) -> str:
    """Whether demand is still the one that was learnt, since when, and what follows from it."""
    if report.state is DriftState.NORMAL:
        return t("Demand is the one that the forecast learnt.")
    since = t.day(report.since or report.first_day)
    if report.state is DriftState.WATCH:
        return t(
            "Since {day} demand leans away from what the forecast learnt: look at it before you "
            "decide.",
            day=since,
        )
    return t(
        "Since {day} demand is no longer the one that was learnt: decide for the near days only, "
        "and declare the event if you know it.",
        day=since,
    )


def verdict(t: Translator, card: BacktestCard, wins: int | None = None) -> str:
    """What a record means: against repeating the last season, and whether the interval holds."""
    sentences = [_against_repeating(t, card), _of_interval(t, card.coverage_80)]
    if wins is not None:
        sentences.insert(
            1, t("Nearer from {wins} of {origins} past days.", wins=wins, origins=card.origins)
        )
    return " ".join(sentences)


def _against_repeating(t: Translator, card: BacktestCard) -> str:
    if not card.naive_mase > 0:
        return t("Repeating the last season makes no error: there is nothing to gain.")
    gain = 1 - card.mase / card.naive_mase
    percent = t.number(PERCENT * abs(gain))
    if gain >= CLEAR_GAIN:
        return t("Errors {percent} % smaller than repeating the last season.", percent=percent)
    if gain <= -CLEAR_GAIN:
        return t("Errors {percent} % larger than repeating the last season.", percent=percent)
    return t("No better than repeating the last season.")


def _of_interval(t: Translator, coverage: float) -> str:
    percent = t.number(PERCENT * coverage)
    if coverage < FIT_LOW:
        return t("Its 80 % interval is too narrow: it held {percent} %.", percent=percent)
    if coverage > FIT_HIGH:
        return t("Its 80 % interval is too wide: it held {percent} %.", percent=percent)
    return t("Its 80 % interval held {percent} %: it can be trusted.", percent=percent)


def what_if_parts(forecast: DemandForecast, at: int | None = None) -> dict[str, float]:
    """What each assumption adds to the mean, by its name: in all, or in one period."""
    return {
        name.removeprefix(PART_PREFIX): float(part.sum() if at is None else part[at])
        for name, part in forecast.components.items()
        if name.startswith(PART_PREFIX)
    }


def gain_sentence(t: Translator, gain: Gain) -> str:
    """What early warnings were worth on past days; a difference of a few percent is chance."""
    told = {
        "names": t.listed(gain.names),
        "days": gain.lead_days,
        "origins": gain.origins,
    }
    percent = t.number(PERCENT * abs(gain.share))
    if gain.share >= CLEAR_GAIN:
        return t(
            "{names}: the error of the {days} days announced is {percent} % smaller, from "
            "{origins} past days.",
            percent=percent,
            **told,
        )
    if gain.share <= -CLEAR_GAIN:
        return t(
            "{names}: the error of the {days} days announced is {percent} % larger, from "
            "{origins} past days. It announced nothing.",
            percent=percent,
            **told,
        )
    return t(
        "{names}: the error of the {days} days announced is as large without it, from {origins} "
        "past days. Its effect rests on the model alone.",
        **told,
    )


def explanation_sentence(
    t: Translator, calendar: MoroccanCalendar, explained: Explanation, period: Period
) -> str:
    """Such as: "Tuesday 17 March: +12 % vs an ordinary Tuesday: end of Ramadan +9, trend +3"."""
    return t(
        "{day}: {mean} expected, 8 times in 10 between {low} and {high}. {why}",
        day=_day_name(t, explained.day, period),
        mean=_count(t, explained.mean),
        low=t.number(explained.low),
        high=t.number(explained.high),
        why=reasons(t, calendar, explained, period),
    )


def _count(t: Translator, count: float) -> str:
    """A mean count; where few come, a whole number would say nothing."""
    return t.number(count, 1 if count < FEW else 0)


def reasons(
    t: Translator, calendar: MoroccanCalendar, explained: Explanation, period: Period
) -> str:
    """The departure from an ordinary period and its parts [%], largest first."""
    parts = sorted(explained.percents.items(), key=lambda part: -abs(part[1]))
    shown = t.listed(
        f"{_part_name(t, calendar, explained, name)} {t.isolated(signed(t, percent))}"
        for name, percent in parts
        if percent
    )
    usual = _usual(t, explained, period)
    if not shown:
        return t("As {usual}.", usual=usual)
    percent = signed(t, explained.percent)
    return t("{percent} % vs {usual}: {parts}.", percent=percent, usual=usual, parts=shown)


def _usual(t: Translator, explained: Explanation, period: Period) -> str:
    """What the period is compared with, and its mean."""
    ordinary = _count(t, explained.ordinary)
    if period is not Period.DAY:
        return t("an ordinary period ({ordinary})", ordinary=ordinary)
    weekday = t.weekday(explained.day.weekday())
    return t("an ordinary {weekday} ({ordinary})", weekday=weekday, ordinary=ordinary)


def signed(t: Translator, percent: int) -> str:
    """A percentage with its sign."""
    return f"{'+' if percent > 0 else ''}{t.number(percent)}"


def _day_name(t: Translator, day: date, period: Period) -> str:
    if period is not Period.DAY:
        return t("from {day}", day=t.day(day))
    return t.dated(day)


def _part_name(t: Translator, calendar: MoroccanCalendar, explained: Explanation, part: str) -> str:
    """A part by the name of the day or of the assumption where it has one."""
    if part.startswith(PART_PREFIX):
        return part.removeprefix(PART_PREFIX)
    if part == "ramadan" and explained.is_end_of_ramadan:
        return t("end of Ramadan")
    if part == "holidays" and explained.names:
        names = dict.fromkeys(day_name(t, calendar, key) for key in explained.names)
        return t.listed(names)
    return t(PARTS.get(part, part))


EVENT_PREFIX, EVE, AFTER = "event ", "_eve", "_after"


def day_name(t: Translator, calendar: MoroccanCalendar, key: str) -> str:
    """What a named day is called: a holiday, the days around it, or what the hospital told."""
    if key.startswith(EVENT_PREFIX):
        return key.removeprefix(EVENT_PREFIX)
    labels = dict(calendar.labels)
    base = key.removesuffix(EVE).removesuffix(AFTER)
    if base not in labels:
        return key
    name = labels[base].in_language(t.language.value)
    if base == key:
        return name
    is_before = key.endswith(EVE)
    return t("days before {name}", name=name) if is_before else t("days after {name}", name=name)
