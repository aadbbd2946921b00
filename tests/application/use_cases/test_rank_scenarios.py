"""Which scenario is the best is found on the small demo GST, stored, and read again."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from application.store.runs import find_run, list_runs
from application.store.schema import finished_replications
from application.use_cases.rank_scenarios import BASELINE, KIND, RankingDesign, rank_scenarios
from application.use_cases.session import Session
from application.use_cases.simulate import TwinDesign, simulate
from hospital.errors import GstError
from hospital.tables import Col
from hospital.twin_result import Indicator
from scenarios.language import OpenBeds, Scenario

pytestmark = [pytest.mark.integration, pytest.mark.slow]

UNIT = "CHR-KEN-CHIR"
DESIGN = RankingDesign(
    indicator="occupancy_percent", place=UNIT, delta=5, at_most=4, horizon_days=3
)


def more_beds(beds: int, name: str | None = None) -> Scenario:
    change = OpenBeds(unit=UNIT, beds=beds)
    return Scenario(name=name or f"plus-{beds}", changes=(change,))


def kept(session: Session) -> int:
    with session.database.reading() as connection:
        query = select(func.count()).select_from(finished_replications)
        return int(connection.execute(query).scalar() or 0)


def test_most_beds_are_taken_least_and_that_is_stored_and_read_again(session: Session) -> None:
    scenarios = [more_beds(30), more_beds(80)]
    found = rank_scenarios(session, scenarios, DESIGN)
    ranking = found.ranking
    assert ranking.best == "plus-80"
    assert ranking.is_guaranteed
    assert ranking.left_out_at == {BASELINE: 4, "plus-30": 4}
    assert ranking.means["plus-80"] < ranking.means["plus-30"] < ranking.means[BASELINE]
    assert find_run(session.database, found.run)
    assert kept(session) == 0
    assert rank_scenarios(session, scenarios, DESIGN) == found
    highest = rank_scenarios(session, scenarios, DESIGN.but(highest=True))
    assert highest.ranking.best == BASELINE
    assert highest.run != found.run


def test_candidates_are_replayed_as_the_twin_replays_them(session: Session) -> None:
    """The mean is that of ``simulate``; without a decision, several survive."""
    design = DESIGN.but(indicator="occupied_beds", delta=1e-6)
    found = rank_scenarios(session, [more_beds(1)], design).ranking
    twin = simulate(session, TwinDesign(horizon_days=3, replications=4), more_beds(1)).result
    frame = twin.indicators
    own = frame[
        (frame[Col.INDICATOR] == Indicator.OCCUPIED_BEDS)
        & (frame[Col.PLACE] == UNIT)
        & (frame[Col.GROUP] == "")
    ]
    assert found.means["plus-1"] == pytest.approx(own[Col.VALUE].mean())
    assert found.replications == {BASELINE: 4, "plus-1": 4}
    assert found.is_guaranteed is (len(found.survivors) == 1)


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"indicator": "happiness"}, "unknown_indicator", "boarding_hours"),
        ({"place": "NOWHERE"}, "unknown_place", UNIT),
        ({"delta": 0.0}, "wrong_indifference", "above 0"),
        ({"confidence": 0.5}, "wrong_confidence", "1 / 2"),
    ],
)
def test_a_wrong_question_is_refused_and_stores_nothing(
    session: Session, change: dict[str, object], code: str, said: str
) -> None:
    before = len(list_runs(session.database, KIND, None, 500))
    with pytest.raises(GstError, match=code) as refused:
        rank_scenarios(session, [more_beds(2)], DESIGN.but(**change))
    assert said in refused.value.hint
    assert len(list_runs(session.database, KIND, None, 500)) == before


def test_too_few_candidates_and_names_that_are_taken_are_refused(session: Session) -> None:
    with pytest.raises(GstError, match="nothing_to_rank"):
        rank_scenarios(session, [], DESIGN)
    for names in (("one", "one"), (BASELINE, "one")):
        with pytest.raises(GstError, match=f"duplicate_names.*{names[0]}"):
            rank_scenarios(session, [more_beds(1, names[0]), more_beds(2, names[1])], DESIGN)
