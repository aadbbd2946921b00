"""How often people overrule what is proposed, and how fast they accept: by kind, role and week.

A rate of zero is no praise: whoever never overrules and accepts in less than three seconds has
not read. Source of the three seconds: ``docs/decisions/0023-trust-rests-on-the-record.md``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from governance.decision import Decision, RecommendationKind, Role, Verdict

TOO_FAST_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """The decisions of a role on one kind in one ISO week."""

    kind: RecommendationKind
    role: Role
    week: str
    decisions: int
    modified: int
    rejected: int
    accepted_fast: int
    accepted_timed: int

    @property
    def override_rate(self) -> float:
        """Decisions that modified or rejected, of all [0 to 1]."""
        return (self.modified + self.rejected) / self.decisions

    @property
    def fast_rate(self) -> float | None:
        """Acceptances in under three seconds, of those that were timed [0 to 1]."""
        return self.accepted_fast / self.accepted_timed if self.accepted_timed else None


def override_rates(decisions: Iterable[Decision]) -> tuple[OverrideRow, ...]:
    """One row for each kind, role and week in which somebody decided, the oldest week first."""
    groups: dict[tuple[str, RecommendationKind, Role], list[Decision]] = defaultdict(list)
    for decision in decisions:
        groups[iso_week(decision), decision.kind, decision.role].append(decision)
    return tuple(
        _row(week, kind, role, groups[week, kind, role]) for week, kind, role in sorted(groups)
    )


def iso_week(decision: Decision) -> str:
    """The week in which it was decided, as 2026-W48."""
    year, week, _ = decision.at.isocalendar()
    return f"{year}-W{week:02}"


def _row(week: str, kind: RecommendationKind, role: Role, own: list[Decision]) -> OverrideRow:
    said = [decision.verdict for decision in own]
    accepted = [d for d in own if d.verdict is Verdict.ACCEPTED]
    seconds = [d.seconds_to_decide for d in accepted if d.seconds_to_decide is not None]
    return OverrideRow(
        kind=kind,
        role=role,
        week=week,
        decisions=len(own),
        modified=said.count(Verdict.MODIFIED),
        rejected=said.count(Verdict.REJECTED),
        accepted_fast=sum(second < TOO_FAST_SECONDS for second in seconds),
        accepted_timed=len(seconds),
    )
