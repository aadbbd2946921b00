"""Tonight's beds on the small demo GST: stored, scored, and refused where nobody is present."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from application.bed_summaries import bed_rows, score_row, sparkline
from application.store.runs import find_run
from application.use_cases.beds_now import BedDesign, BedsNow, beds_now
from application.use_cases.session import Session
from hospital.errors import GstError
from hospital.places import UnitKind
from twin.census_history import census_counts

pytestmark = pytest.mark.integration

DESIGN = BedDesign(days=7, past_days=2, replications=5)


@pytest.fixture
def found(session: Session) -> BedsNow:
    return beds_now(session, DESIGN)


def test_every_ward_has_a_distribution_for_every_day(session: Session, found: BedsNow) -> None:
    units = [unit.unit for unit in session.gst.units if UnitKind.WARD is unit.kind]
    assert set(units) <= set(found.forecast.units)
    assert found.forecast.members.shape == (5, len(found.forecast.units), 7)
    rows = bed_rows(found.forecast)
    assert len(rows) == 7 * len(found.forecast.units)
    assert all(row.p10 <= row.p50 <= row.p90 for row in rows)
    assert all(0 <= row.full_probability <= 1 for row in rows)
    assert rows[0].day == session.gst.identity.as_of
    assert found.forecast.mean[0].tolist() == [row.mean for row in rows[:7]]


def test_today_is_the_census_of_the_stays(session: Session, found: BedsNow) -> None:
    midnight = pd.DatetimeIndex([session.gst.identity.as_of])
    counts = census_counts(session.data.history.stays, found.forecast.units, midnight)
    assert found.forecast.today.tolist() == counts[0].tolist()


def test_yesterday_and_the_day_before_are_scored(session: Session, found: BedsNow) -> None:
    """Newest first, each over the days that have happened; the true census is what counts."""
    today = session.gst.identity.as_of
    assert [one.first_day for one in found.scores] == [today - timedelta(days=n) for n in (1, 2)]
    assert [one.crps.shape[1] for one in found.scores] == [1, 2]
    for one in found.scores:
        assert one.observed[:, -1].tolist() == found.forecast.today.tolist()
        assert score_row(one).crps == pytest.approx(one.crps.mean())
    record = found.record
    assert record is not None
    assert record.origins == 2
    assert sum(record.pit_deciles) == pytest.approx(1)
    assert record.crps < record.persistence


def test_a_run_done_before_is_read_equal_to_the_last_bit(session: Session, found: BedsNow) -> None:
    assert find_run(session.database, found.run) is not None
    again = beds_now(session, DESIGN)
    assert again.run == found.run
    assert np.array_equal(again.forecast.members, found.forecast.members)
    assert again.forecast.days == found.forecast.days
    for one, other in zip(again.scores, found.scores, strict=True):
        assert one.units == other.units
        assert np.array_equal(one.pit, other.pit)
        assert np.array_equal(one.observed, other.observed)
        assert np.array_equal(one.spread_persistence, other.spread_persistence)
    assert beds_now(session, DESIGN.but(hour=12, past_days=0)).run != found.run


def test_nothing_is_scored_where_no_past_is_asked_for(session: Session) -> None:
    assert beds_now(session, DESIGN.but(past_days=0)).record is None


def test_a_gst_with_nobody_present_is_refused(session: Session) -> None:
    stays = session.data.history.stays.copy()
    stays["left_at"] = stays["left_at"].fillna(pd.Timestamp(session.gst.identity.as_of))
    empty = replace(session.data, history=replace(session.data.history, stays=stays))
    other = Session(session.settings, session.database, session.workers)
    other.__dict__ |= {"data": empty, "snapshot": session.snapshot}
    with pytest.raises(GstError, match="nobody_present"):
        beds_now(other, DESIGN.but(replications=6))


def test_shares_are_drawn_as_blocks() -> None:
    """An even share is the middle block; twice as much is the highest."""
    assert sparkline((0.1, 0.0, 0.2, 0.9)) == "▅▁██"
