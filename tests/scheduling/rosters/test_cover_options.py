"""Ways to live with absences: no option is beaten in cover, changes and money at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from hospital.roster import RosterProblem
from hospital.staff import Leave, Skill
from scheduling.rosters.build import build_roster
from scheduling.rosters.cover_options import (
    CoverOption,
    Reserve,
    Source,
    cover_options,
    mended_by_changes,
)
from scheduling.rosters.mend import Mended, Window

pytestmark = pytest.mark.unit

WardMaker = Callable[..., RosterProblem]
FROM = date(2026, 11, 27)
WINDOW = Window(FROM, 10)
RESERVES = (
    Reserve(Source.AGENCY, Skill.GENERAL_NURSE, 50, 120.0),
    Reserve(Source.OTHER_UNIT, Skill.GENERAL_NURSE, 2, 60.0),
    Reserve(Source.ON_CALL, Skill.MIDWIFE, 9, 1.0),
)


@pytest.fixture(scope="module")
def mended(ward: WardMaker) -> tuple[Mended, ...]:
    published = build_roster(ward(nurses=8, needs=(2, 2, 1)), seed=1, work_limit=2)
    away = [
        Leave(staff=staff, first_day=FROM, last_day=FROM + timedelta(5), reason="sick")
        for staff in ("N01", "N02", "N04")
    ]
    return mended_by_changes(published, away, WINDOW, seed=1, work_limit=1.5)


@pytest.fixture(scope="module")
def options(mended: tuple[Mended, ...]) -> tuple[CoverOption, ...]:
    return cover_options(mended, RESERVES, WINDOW)


def test_no_option_is_beaten_by_another(options: tuple[CoverOption, ...]) -> None:
    triples = [option.triple() for option in options]
    assert len(set(triples)) == len(triples) > 3
    for one in triples:
        for other in triples:
            assert one == other or any(a < b for a, b in zip(one, other, strict=True))


def test_the_ends_are_doing_nothing_and_buying_everything(
    mended: tuple[Mended, ...], options: tuple[CoverOption, ...]
) -> None:
    nothing = (mended[-1].uncovered_if_nothing_done, 0, 0.0)
    assert nothing in [option.triple() for option in options]
    assert min(option.uncovered for option in options) == options[0].uncovered
    gaps = sum(g.missing for g in mended[-1].roster.shortfall() if g.day in WINDOW)
    assert options[0].uncovered == mended[-1].uncovered - gaps


def test_the_cheap_are_asked_first_no_more_than_they_can_and_only_by_skill(
    options: tuple[CoverOption, ...],
) -> None:
    for option in options:
        sources = [one.source for one in option.bought]
        assert Source.ON_CALL not in sources
        assert sources.count(Source.OTHER_UNIT) == min(2, len(sources))
        hours = {"M": 7, "E": 7, "N": 10}
        rates = {Source.OTHER_UNIT: 60, Source.AGENCY: 120}
        assert option.price_mad == sum(rates[b.source] * hours[b.gap.shift] for b in option.bought)


def test_without_reserves_only_changes_and_cover_are_weighed(mended: tuple[Mended, ...]) -> None:
    alone = cover_options(mended, (), WINDOW)
    assert all(option.price_mad == 0 for option in alone)
    assert len(alone) == len({option.changes for option in alone})
