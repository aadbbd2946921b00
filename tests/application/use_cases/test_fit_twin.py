"""The fit of the twin to the small demo GST, stored and summarised."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from application.fit_summaries import fit_rows, shape_of_the_gst, stay_rows
from application.store.runs import find_run
from application.use_cases.fit_twin import FitDesign, TwinFit, fit_twin
from application.use_cases.session import Session
from application.words import KINDS_OF_ADMISSION, LAWS
from hospital.errors import NotEnoughHistory
from twin.calibration import calibrate
from twin.stay_laws import cv_of

pytestmark = pytest.mark.integration

DESIGN = FitDesign(days=14, replications=3)


@pytest.fixture
def found(session: Session) -> TwinFit:
    return fit_twin(session, DESIGN)


def test_units_have_beds_admissions_and_stays_observed_and_simulated(
    session: Session, found: TwinFit
) -> None:
    assert found.first_day == session.gst.identity.as_of - timedelta(days=14)
    rows = fit_rows(found.fit)
    parameters = calibrate(session.gst, session.data.history)
    assert [row.unit for row in rows] == [unit.unit for unit in parameters.units]
    for row in rows:
        assert row.beds_low <= row.beds_simulated <= row.beds_high
        assert row.beds_observed > 0
    opening = pd.Timestamp(found.first_day)
    admitted = session.data.history.stays["admitted_at"]
    came = (admitted >= opening).sum() / 14
    assert sum(row.admissions_observed for row in rows) == pytest.approx(came)


def test_weekdays_and_hours_of_the_gst_average_to_its_beds(found: TwinFit) -> None:
    total = sum(row.beds_observed for row in fit_rows(found.fit))
    for cell, count in (("weekday", 7), ("hour", 24)):
        shape = shape_of_the_gst(found.fit, cell)
        assert [row[0] for row in shape] == list(range(count))
        assert np.mean([row[1] for row in shape]) == pytest.approx(total)


def test_the_chosen_law_is_the_one_that_the_twin_uses(session: Session, found: TwinFit) -> None:
    """Before the wait for the discharge hour is taken off, where there is one."""
    chosen = {row.unit: row for row in stay_rows(found.stay_laws) if row.chosen and not row.kind}
    frame = found.stay_laws
    for unit in calibrate(session.gst, session.data.history).units:
        row = chosen[unit.unit]
        assert row.law == unit.stay.kind
        assert row.mean_days * 24 > unit.stay.mean_hours - 1e-9
        assert row.kind in KINDS_OF_ADMISSION
        assert row.law in LAWS
        if not unit.waits_for_clock:
            assert row.cv == pytest.approx(cv_of(unit.stay))
    assert set(frame["law"]) == set(LAWS)
    observed = frame[frame["law"] == "empirical"]
    assert observed["aic"].isna().all()


def test_a_fit_done_before_is_read(session: Session, found: TwinFit) -> None:
    assert find_run(session.database, found.run) is not None
    again = fit_twin(session, DESIGN)
    assert again.run == found.run
    for one, other in ((again.fit, found.fit), (again.stay_laws, found.stay_laws)):
        pd.testing.assert_frame_equal(one, other)
    codes = {note.code for note in calibrate(session.gst, session.data.history).notes}
    assert set(again.notes["code"]) == codes


def test_more_days_than_the_history_are_refused(session: Session) -> None:
    past = session.data.history.stays
    last = pd.to_datetime(past["admitted_at"]) > pd.Timestamp("2026-11-01")
    short = replace(session.data.history, stays=past[last])
    other = Session(session.settings, session.database, session.workers)
    other.__dict__ |= {
        "data": type(session.data)(session.gst, short),
        "snapshot": session.snapshot,
    }
    with pytest.raises(NotEnoughHistory, match="no_stays_before"):
        fit_twin(other, DESIGN.but(days=60))
