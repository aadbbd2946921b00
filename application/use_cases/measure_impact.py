"""The national table before and after a day: hospital indicators, and what people did with ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from application.store import decisions as log
from application.store.runs import Run, list_runs
from application.use_cases.access import needs
from application.use_cases.session import Session
from governance.access import Action
from governance.decision import Decision, RecommendationKind, Verdict
from hospital.errors import GstError, say

if TYPE_CHECKING:
    from scenarios.impact.interrupted import ImpactRow

EVERY_RUN = 1_000_000
OVERRULED = frozenset({Verdict.MODIFIED, Verdict.REJECTED})


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the 95 % interval of the share [0 to 1]; nan of none.

    Wilson's interval (1927): right also for few, and for all or none of them.
    """

    count: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share [0 to 1]."""
        return self.count / self.of if self.of else float("nan")


@dataclass(frozen=True, slots=True)
class Use:
    """What became of what was recommended on one side of the day.

    ``used``: recommendations that somebody decided on; ``overruled``: of the decisions, those that
    modified or rejected.
    """

    used: Share
    overruled: Share


@dataclass(frozen=True, slots=True)
class Impact:
    """The indicators, and the use of recommendations before and after."""

    day: date
    rows: tuple[ImpactRow, ...]
    before: Use
    after: Use


@needs(Action.READ)
def measure_impact(session: Session, day: date, place: str | None = None) -> Impact:
    """The table of the whole GST and of each hospital, or of one place (empty: the whole GST).

    Raises:
        UnknownPlace: no such hospital.
        GstError: ``no_weeks_to_compare`` where the history has no stay that ended, or lies wholly
            on one side of the day.
    """
    from scenarios.impact.interrupted import impact_of  # noqa: PLC0415 - loads pandas
    from scenarios.impact.weekly import weekly_series  # noqa: PLC0415

    if place:
        session.gst.hospital(place)
    series = weekly_series(session.gst, session.data.history)
    chosen = [one for one in series if place is None or one.place == place]
    rows = tuple(impact_of(one, day) for one in chosen)
    if not any(row.weeks_before and row.weeks_after for row in rows):
        weeks = [week for one in series for week in one.weeks]
        raise GstError(
            "no_weeks_to_compare",
            say(
                "The history has whole weeks from {first} to {last}; name a day between them.",
                first=min(weeks).date() if weeks else "-",
                last=max(weeks).date() if weeks else "-",
            ),
        )
    return Impact(day, rows, *_uses(session, day))


def _uses(session: Session, day: date) -> tuple[Use, Use]:
    kinds = {one.value for one in RecommendationKind}
    runs = [one for one in list_runs(session.database, None, None, EVERY_RUN) if one.kind in kinds]
    decisions = log.decisions(session.database)
    return (
        _use([one for one in runs if one.finished_at.date() < day], decisions, (date.min, day)),
        _use([one for one in runs if one.finished_at.date() >= day], decisions, (day, date.max)),
    )


def _use(runs: Sequence[Run], decisions: Iterable[Decision], days: tuple[date, date]) -> Use:
    own = [one for one in decisions if days[0] <= one.at.date() < days[1]]
    decided = {one.recommendation for one in decisions}
    return Use(
        used=share_of(sum(one.run in decided for one in runs), len(runs)),
        overruled=share_of(sum(one.verdict in OVERRULED for one in own), len(own)),
    )


def share_of(count: int, of: int) -> Share:
    """So many of so many, with its interval."""
    from statsmodels.stats.proportion import proportion_confint  # noqa: PLC0415 - takes seconds

    if not of:
        return Share(0, 0, float("nan"), float("nan"))
    low, high = proportion_confint(count, of, method="wilson")
    return Share(count, of, float(low), float(high))
