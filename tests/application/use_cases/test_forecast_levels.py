"""Admissions by service and by origin, as they are asked for, stored, explained and watched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from application.folder.reading import GstData
from application.use_cases.backtest_forecast import backtest_forecast
from application.use_cases.choose_series import choose
from application.use_cases.explain_forecast import explain_forecast
from application.use_cases.folders import import_data
from application.use_cases.forecast_background import forecast_background
from application.use_cases.forecast_demand import (
    ForecastRequest,
    ForecastSet,
    forecast_chosen,
    forecast_demand,
    left_out,
)
from application.use_cases.read_results import latest_forecast_run, levels_of
from application.use_cases.session import Session, open_session
from application.use_cases.watch_drift import watch_drift
from hospital.errors import NotEnoughHistory, UnknownPlace
from hospital.forecast import REST, Level, SeriesKey, SeriesKind
from hospital.tables import Col
from scenarios.demo import DemoSize, generate
from tests.application.conftest import settings_in

pytestmark = pytest.mark.integration

HORIZON_DAYS = 7
MED, NEW = "admissions:HP-SEA:HP-SEA-MED", "admissions:HP-SEA:HP-SEA-PED"
AWAY = "admissions:GST:Sidi Slimane"
BOTH = (Level.SERVICES, Level.ORIGINS)


def request(*series: str, **changes: object) -> ForecastRequest:
    return ForecastRequest(series=series, horizon_days=HORIZON_DAYS).but(**changes)


def small_gst() -> GstData:
    """Admissions alone: paediatrics of HP-SEA opened three weeks ago, a third come from away."""
    gst, past = generate(DemoSize.SMALL, 1)
    is_early = past.stays[Col.ADMITTED_AT] < pd.Timestamp(gst.identity.as_of - timedelta(weeks=3))
    is_new = past.stays[Col.UNIT] == NEW.rpartition(":")[2]
    stays = past.stays[~(is_early & is_new)].reset_index(drop=True)
    provinces = stays[Col.PROVINCE].where(stays.index % 3 > 0, AWAY.rpartition(":")[2])
    return GstData(
        gst,
        replace(
            past,
            stays=stays.assign(**{Col.PROVINCE: provinces}),
            visits=past.visits.head(0),
            consumption=past.consumption.head(0),
        ),
    )


@pytest.fixture(scope="module")
def divided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with open_session(settings_in(tmp_path_factory.mktemp("levels"))) as session:
        import_data(session, small_gst())
        yield session


@pytest.fixture(scope="module")
def whole(divided: Session) -> ForecastSet:
    return forecast_chosen(divided, request(levels=BOTH))


def test_what_hospitals_expect_does_not_depend_on_levels(
    divided: Session, whole: ForecastSet
) -> None:
    assert latest_forecast_run(divided) == whole.run  # what the pages show
    assert levels_of(divided, whole.run) == BOTH
    plain = forecast_demand(divided, HORIZON_DAYS)
    assert plain.run != whole.run
    for one, other in zip(plain.forecasts, whole.forecasts, strict=False):
        assert one.key == other.key
        assert one.sample_paths.tobytes() == other.sample_paths.tobytes()
    assert all(one.key.level is None for one in plain.forecasts)


@pytest.mark.usefixtures("whole")
def test_parts_add_up_as_they_are_stored(divided: Session) -> None:
    read = {one.key: one for one in forecast_chosen(divided, request(levels=BOTH)).forecasts}
    for total in ("admissions:CHR-KEN", "admissions:HP-SEA", "admissions:GST"):
        level = Level.ORIGINS if total.endswith("GST") else Level.SERVICES
        key = next(key for key in read if str(key) == total)
        parts = [
            one
            for name, one in read.items()
            if name.level is level and name.hospital == key.hospital
        ]
        together = np.sum([one.sample_paths for one in parts], axis=0)
        assert together == pytest.approx(read[key].sample_paths, rel=1e-12)


@pytest.mark.parametrize("name", [MED, AWAY])
def test_a_part_is_named_without_its_level_and_says_the_same(
    divided: Session, whole: ForecastSet, name: str
) -> None:
    (alone,) = forecast_chosen(divided, request(name)).forecasts
    (same,) = [one for one in whole.forecasts if one.key == alone.key]
    assert alone.sample_paths.tobytes() == same.sample_paths.tobytes()
    assert alone.backtest is not None


def test_a_pattern_means_hospitals_where_it_fits_them_and_parts_only_below() -> None:
    keys = [SeriesKey(SeriesKind.ADMISSIONS, "A"), SeriesKey(SeriesKind.ADMISSIONS, "")]
    parts = [
        SeriesKey(SeriesKind.ADMISSIONS, "A", "MED"),
        SeriesKey(SeriesKind.ADMISSIONS, "", "X"),
    ]

    def chosen(*asked: str) -> list[str]:
        pairs = [(key, str(key)) for key in keys]
        return choose(pairs, asked, lambda: [(key, str(key)) for key in parts])

    assert chosen("admissions:*") == ["admissions:A", "admissions:GST"]
    assert chosen("admissions:a:*") == ["admissions:A:MED"]
    assert chosen("admissions:GST:x", "admissions:A") == ["admissions:A", "admissions:GST:X"]
    with pytest.raises(UnknownPlace, match="admissions:A:MED"):
        chosen("admissions:A:MEDE")


@pytest.mark.parametrize("name", [MED, AWAY])
def test_a_part_is_explained_and_watched(divided: Session, name: str) -> None:
    (explained,) = explain_forecast(divided, request(name))
    for each, mean in zip(explained.explanations, explained.forecast.mean, strict=True):
        assert each.ordinary + sum(each.parts.values()) == pytest.approx(mean)
    (watched,) = watch_drift(divided, request(name))
    assert str(watched.key) == name
    background = forecast_background(divided, explained.forecast)
    assert background.drift is not None
    assert len(background.history) > 0


def test_a_part_has_a_record(divided: Session) -> None:
    (record,) = backtest_forecast(divided, request(AWAY))
    assert record.card.origins == 6
    assert record.card.mase < record.card.naive_mase


def test_a_unit_opened_three_weeks_ago_is_named_with_the_reason(
    divided: Session, whole: ForecastSet
) -> None:
    (reason,) = left_out(divided, request(levels=BOTH), whole)
    assert f"{NEW} has 21 known days" in reason
    assert left_out(divided, request(), whole) == ()
    with pytest.raises(NotEnoughHistory, match="21 known days"):
        forecast_chosen(divided, request(NEW))


def test_what_is_too_young_is_told_together_without_reasons_or_a_watch(
    divided: Session, whole: ForecastSet
) -> None:
    (rest,) = [one for one in whole.forecasts if one.key.is_rest]
    assert str(rest.key) == f"admissions:HP-SEA:{REST}"
    background = forecast_background(divided, rest)
    assert len(background.history) == 21
    assert background.explained is None
    with pytest.raises(NotEnoughHistory):
        explain_forecast(divided, request(str(rest.key)))


def test_a_level_without_parts_is_said(tmp_path: Path) -> None:
    data = small_gst()
    home = data.history.stays.assign(**{Col.PROVINCE: "Kénitra"})
    with open_session(settings_in(tmp_path)) as session:
        import_data(session, replace(data, history=replace(data.history, stays=home)))
        asked = request(levels=(Level.ORIGINS,))
        (reason,) = left_out(session, asked, ForecastSet("", ()))
    assert "one province" in reason


@pytest.mark.slow
def test_as_of_never_sees_the_future_of_a_part(divided: Session, tmp_path: Path) -> None:
    """Every later admission moved to one unit and one province changes nothing of what is told."""
    day = divided.gst.identity.as_of - timedelta(days=60)
    asked = request(levels=BOTH, as_of=day)
    told = forecast_chosen(divided, asked).forecasts
    stays = divided.data.history.stays
    is_later = stays[Col.ADMITTED_AT] >= pd.Timestamp(day)
    changed = stays.assign(
        **{
            Col.UNIT: stays[Col.UNIT].where(~is_later, "HP-SEA-MED"),
            Col.PROVINCE: stays[Col.PROVINCE].where(~is_later, "Elsewhere"),
        }
    )
    with open_session(settings_in(tmp_path)) as other:
        import_data(other, GstData(divided.gst, replace(divided.data.history, stays=changed)))
        again = forecast_chosen(other, asked).forecasts
    assert [one.key for one in again] == [one.key for one in told]
    for one, same in zip(again, told, strict=True):
        assert one.sample_paths.tobytes() == same.sample_paths.tobytes()
