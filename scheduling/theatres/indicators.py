"""What a week of a theatre suite makes of its time, by the French definitions of the MeaH."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from hospital.base import DAYS_PER_WEEK
from hospital.theatre_plan import PlannedCase, TheatrePlan
from scheduling.theatres.risk import mean_risk, overtime_risk

CONVENTIONAL = Path(__file__).with_name("conventional_time.yaml")
MINUTES_PER_HOUR = 60
PERCENT = 100.0
INDICATOR_SEED = 1


@dataclass(frozen=True, slots=True)
class SuiteIndicators:
    """One planned week of a theatre suite; minutes, and percent where a name ends so.

    Definitions (MeaH, quoted in espaceinfirmier.fr n. 176; theatre evidence, section 4.1):

    - ``conventional_minutes``: 54 h a week for each room (``conventional_time.yaml``).
    - ``offered_minutes`` (TVO, temps de vacation offert): sessions that are held.
    - ``opening_percent`` (taux d'ouverture): TVO over the conventional time.
    - ``occupied_minutes`` (TROS): expected minutes of the cases and the turnovers between them.
    - ``occupation_percent``: occupied minutes within the sessions over TVO.
    - ``overflow_minutes`` and ``overflow_percent`` (débordement): expected minutes after the end
      of a session, and their share of TVO; by simulated lengths.
    - ``overtime_probability``: mean over the sessions that have cases.
    - ``turnover_minutes`` (rotation): between cases, in all; ``cases_per_session`` held.
    """

    rooms: int
    sessions: int
    cases: int
    conventional_minutes: float
    offered_minutes: float
    occupied_minutes: float
    overflow_minutes: float
    turnover_minutes: float
    overtime_probability: float

    @property
    def opening_percent(self) -> float:
        """Taux d'ouverture: TVO over the conventional time."""
        return _percent(self.offered_minutes, self.conventional_minutes)

    @property
    def occupation_percent(self) -> float:
        """Taux d'occupation: time occupied within the sessions over TVO."""
        return _percent(self.occupied_minutes - self.overflow_minutes, self.offered_minutes)

    @property
    def overflow_percent(self) -> float:
        """Taux de débordement: expected minutes after the end of sessions over TVO."""
        return _percent(self.overflow_minutes, self.offered_minutes)

    @property
    def cases_per_session(self) -> float:
        """Operations of a session that is held."""
        return self.cases / self.sessions if self.sessions else 0.0


def suite_indicators(plan: TheatrePlan, seed: int = INDICATOR_SEED) -> SuiteIndicators:
    """The indicators of a plan; the same plan and seed give the same figures."""
    blocks = plan.problem.blocks()
    rooms = {session.room for session in plan.problem.sessions}
    weeks = plan.problem.days / DAYS_PER_WEEK
    risks = overtime_risk(plan, seed)
    turnovers = _turnover_minutes(plan, plan.cases)
    return SuiteIndicators(
        rooms=len(rooms),
        sessions=len(blocks),
        cases=len(plan.cases),
        conventional_minutes=MINUTES_PER_HOUR * conventional_hours() * weeks * len(rooms),
        offered_minutes=float(sum(session.length_minutes for session, _ in blocks)),
        occupied_minutes=float(sum(case.expected_minutes for case in plan.cases)) + turnovers,
        overflow_minutes=sum(row.mean_overtime_minutes for row in risks),
        turnover_minutes=turnovers,
        overtime_probability=mean_risk(risks),
    )


@cache
def conventional_hours() -> float:
    """Temps conventionnel of one room [hours a week]; its source stands in the file."""
    return float(yaml.safe_load(CONVENTIONAL.read_text(encoding="utf-8"))["hours_per_week"])


def _turnover_minutes(plan: TheatrePlan, cases: Sequence[PlannedCase]) -> float:
    each = {row.session: row.turnover_minutes for row in plan.problem.sessions}
    held = Counter((case.session, case.day) for case in cases)
    return float(sum(each[session] * (count - 1) for (session, _), count in held.items()))


def _percent(part: float, whole: float) -> float:
    return PERCENT * part / whole if whole else 0.0
