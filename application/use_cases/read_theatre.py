"""What a stored theatre plan makes of its time, and whom it passes over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.use_cases.access import needs
from application.use_cases.read_results import read_theatre_plan
from application.use_cases.session import Session
from governance.access import Action

if TYPE_CHECKING:
    from scheduling.theatres.indicators import SuiteIndicators
    from scheduling.theatres.release import Offer
    from scheduling.theatres.waiting_equity import GroupOnList


@needs(Action.READ)
def indicators_of(session: Session, run: str) -> SuiteIndicators:
    """TVO, opening rate, occupation, overrun and turnover of the plan of a run."""
    from scheduling.theatres.indicators import suite_indicators  # noqa: PLC0415 - heavy

    return suite_indicators(read_theatre_plan(session, run))


@needs(Action.READ)
def offers_of(session: Session, run: str) -> tuple[Offer, ...]:
    """Sessions of the plan with an hour or more to give back or to offer."""
    from scheduling.theatres.release import offers  # noqa: PLC0415 - heavy

    return offers(read_theatre_plan(session, run))


@needs(Action.READ)
def equity_of(session: Session, run: str) -> tuple[GroupOnList, ...]:
    """Planned against expected in each group of the waiting list."""
    from scheduling.theatres.waiting_equity import waiting_equity  # noqa: PLC0415

    return waiting_equity(read_theatre_plan(session, run))
