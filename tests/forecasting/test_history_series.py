"""From rows as hospitals give them to series on a grid."""

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from forecasting.history_series import (
    admission_series,
    consumption_series,
    origin_series,
    referral_series,
    service_series,
    visit_series,
)
from hospital.gst import Gst
from hospital.pharmacy import Medicine
from hospital.places import Hospital, Unit

pytestmark = pytest.mark.unit

FIRST = datetime(2026, 3, 2)  # noqa: DTZ001 - local clock times without offset, as in the contract
AFTER = date(2026, 4, 6)


def small_gst() -> Gst:
    """Two hospitals, each with an emergency department, a ward and an intensive care unit."""
    hospitals = tuple(
        Hospital(hospital=code, name=code, level="chp", province="X", population=1)
        for code in ("A", "B")
    )
    units = tuple(
        Unit(
            unit=f"{hospital.hospital}-{kind}",
            hospital=hospital.hospital,
            kind=kind,
            specialty="x",
            name="x",
            physicians=1,
            beds_per_nurse=5,
            mean_stay_hours=72,
            stay_cv=1,
            cost_per_bed_day_mad=1,
        )
        for hospital in hospitals
        for kind in ("emergency", "ward", "intensive_care")
    )
    medicines = tuple(
        Medicine(
            medicine=code,
            inn=code,
            strength="1",
            form="x",
            ven="V",
            storage="ambient",
            controlled=False,
            shelf_life_days=700,
            units_per_bed_day=1,
        )
        for code in ("M1", "M2")
    )
    return Gst.model_construct(hospitals=hospitals, units=units, medicines=medicines)


def hourly(days: int = 14, visits: int = 2) -> pd.DataFrame:
    hours = [FIRST + timedelta(hours=hour) for hour in range(24 * days)]
    return pd.DataFrame({"hospital": "A", "hour": hours, "visits": visits})


def test_hours_add_up_to_days() -> None:
    (series,) = visit_series(small_gst(), hourly(), AFTER)
    assert series.first_day == FIRST.date()
    assert series.counts.tolist() == [48.0] * 14
    assert series.findings == ()


def test_a_day_without_rows_is_unknown_not_empty() -> None:
    rows = hourly()
    lost = rows["hour"].dt.date == date(2026, 3, 7)
    (series,) = visit_series(small_gst(), rows[~lost], AFTER)
    assert np.flatnonzero(~series.known).tolist() == [5]


def test_half_a_day_is_unknown_and_told() -> None:
    (series,) = visit_series(small_gst(), hourly()[:-12], AFTER)
    assert np.isnan(series.counts[-1])
    assert [finding.code for finding in series.findings] == ["partial_day"]


def test_the_day_of_23_hours_is_whole() -> None:
    rows = hourly()
    (series,) = visit_series(small_gst(), rows.drop(index=24 * 5 + 2), AFTER)
    assert series.counts[5] == 46
    assert series.findings == ()


def test_a_table_of_busy_hours_only_has_no_half_days() -> None:
    rows = hourly()
    busy = rows[rows["hour"].dt.hour % 3 == 0]
    (series,) = visit_series(small_gst(), busy.iloc[:-2], AFTER)
    assert series.counts.tolist() == [16.0] * 13 + [12.0]


def test_an_hour_given_twice_counts_once() -> None:
    rows = hourly()
    (series,) = visit_series(small_gst(), pd.concat([rows, rows.iloc[[30]]]), AFTER)
    assert series.counts.tolist() == [48.0] * 14
    (finding,) = series.findings
    assert (finding.code, finding.first_day) == ("duplicated_hours", date(2026, 3, 3))


def test_rows_from_the_first_day_on_are_not_read() -> None:
    (series,) = visit_series(small_gst(), hourly(), date(2026, 3, 9))
    assert len(series) == 7


def stay(patient: str, unit: str, day: int, outcome: str = "home") -> dict[str, object]:
    admitted = FIRST + timedelta(days=day, hours=10)
    return {"patient": patient, "unit": unit, "admitted_at": admitted, "outcome": outcome}


def test_a_move_to_intensive_care_is_no_second_admission() -> None:
    stays = pd.DataFrame(
        [
            stay("p1", "A-ward", 0, "moved"),
            stay("p1", "A-intensive_care", 2, "moved"),
            stay("p1", "A-ward", 4),
            stay("p2", "A-ward", 4),
            stay("p1", "A-ward", 6),  # comes back after going home
        ]
    )
    (series,) = admission_series(small_gst(), stays, AFTER)
    assert series.counts.tolist() == [1, 0, 0, 0, 1, 0, 1]


def test_a_patient_admitted_from_the_emergency_department_is_admitted_once() -> None:
    stays = pd.DataFrame([stay("p1", "A-emergency", 0, "moved"), stay("p1", "A-ward", 0)])
    (series,) = admission_series(small_gst(), stays, AFTER)
    assert series.counts.tolist() == [1]


def test_a_transfer_to_another_hospital_is_an_admission_there() -> None:
    stays = pd.DataFrame([stay("p1", "A-ward", 0, "transferred"), stay("p1", "B-ward", 1)])
    sums = {s.key.hospital: s.counts.sum() for s in admission_series(small_gst(), stays, AFTER)}
    assert sums == {"A": 1, "B": 1}


def test_the_order_of_rows_does_not_matter() -> None:
    stays = pd.DataFrame([stay(f"p{n % 5}", "A-ward", n % 9, "moved") for n in range(40)])
    (one,) = admission_series(small_gst(), stays, AFTER)
    (other,) = admission_series(small_gst(), stays.sample(frac=1, random_state=1), AFTER)
    assert one.counts.tolist() == other.counts.tolist()


def issue(medicine: str, week: int, units: int, stockout_days: int = 0) -> dict[str, object]:
    return {
        "hospital": "A",
        "medicine": medicine,
        "week": FIRST + timedelta(weeks=week),
        "units": units,
        "stockout_days": stockout_days,
    }


def test_a_medicine_absent_from_a_reported_week_was_not_issued() -> None:
    rows = pd.DataFrame(
        [issue("M1", 0, 5), issue("M2", 0, 9), issue("M2", 1, 9), issue("M1", 2, 4)]
    )
    by_item = {s.key.item: s for s in consumption_series(small_gst(), rows, AFTER)}
    assert by_item["M1"].counts.tolist() == [5, 0, 4]
    assert by_item["M2"].counts.tolist() == [9, 9, 0]


def test_a_week_that_the_hospital_did_not_report_is_unknown() -> None:
    rows = pd.DataFrame([issue("M1", 0, 5), issue("M1", 3, 7, stockout_days=2)])
    (series,) = consumption_series(small_gst(), rows, AFTER)
    assert series.counts[[0, 3]].tolist() == [5, 7]
    assert np.isnan(series.counts[1:3]).all()
    assert series.stockout_days is not None
    assert series.stockout_days.tolist() == [0, 0, 0, 2]


def test_a_new_medicine_starts_with_its_first_week() -> None:
    rows = pd.DataFrame([issue("M2", 0, 9), issue("M2", 1, 9), issue("M1", 1, 3)])
    first = next(iter(consumption_series(small_gst(), rows, AFTER)))
    assert (first.key.item, first.first_day) == ("M1", date(2026, 3, 9))


def test_the_running_week_is_not_read() -> None:
    rows = pd.DataFrame([issue("M1", week, 5) for week in range(5)])
    (series,) = consumption_series(small_gst(), rows, date(2026, 3, 26))
    assert series.end_day == date(2026, 3, 23)


def test_empty_frames_give_no_series() -> None:
    empty = pd.DataFrame()
    for build in (
        visit_series,
        admission_series,
        consumption_series,
        service_series,
        origin_series,
    ):
        assert list(build(small_gst(), empty, AFTER)) == []


def test_the_units_of_a_hospital_add_up_to_it_and_moves_are_counted_once() -> None:
    stays = pd.DataFrame(
        [
            stay("p1", "A-ward", 0, "moved") | {"province": "X"},
            stay("p1", "A-intensive_care", 2) | {"province": "X"},
            stay("p2", "A-intensive_care", 3) | {"province": "Y"},
            stay("p3", "A-ward", 5) | {"province": "X"},
            stay("p4", "B-ward", 8) | {"province": "Y"},
        ]
    )
    units = {one.key.item: one for one in service_series(small_gst(), stays, AFTER)}
    assert units["A-ward"].counts.tolist() == [1, 0, 0, 0, 0, 1]
    assert units["A-intensive_care"].counts.tolist() == [1, 0, 0]
    assert units["B-ward"].counts.tolist() == [1]
    ends = {one.key.hospital: one.end_day for one in admission_series(small_gst(), stays, AFTER)}
    assert all(one.end_day == ends[one.key.hospital] for one in units.values())


def test_origins_are_of_all_hospitals_and_end_together() -> None:
    stays = pd.DataFrame(
        [
            stay("p1", "A-ward", 0) | {"province": "X"},
            stay("p2", "B-ward", 0) | {"province": "X"},
            stay("p3", "B-ward", 3) | {"province": "Y"},
        ]
    )
    origins = {one.key.item: one for one in origin_series(small_gst(), stays, AFTER)}
    assert origins["X"].counts.tolist() == [2, 0, 0, 0]
    assert origins["Y"].counts.tolist() == [1]
    assert {str(one.key) for one in origins.values()} == {"admissions:GST:X", "admissions:GST:Y"}


def test_requests_are_of_whole_weeks_and_a_week_without_a_row_is_unknown() -> None:
    """Zero requests are a figure that a hospital gives; no row is none."""
    weeks = [FIRST + timedelta(weeks=week) for week in (2, 0, 3, 3, 5)]
    counts = [0, 40, 7, 30, 99]
    rows = pd.DataFrame({"hospital": "B", "week": weeks, "referrals": counts})
    (series,) = referral_series(small_gst(), rows, AFTER + timedelta(days=3))
    assert str(series.key) == "referrals:B"
    assert series.first_day == FIRST.date()
    np.testing.assert_array_equal(series.counts, [40, np.nan, 0, 30])
    assert [found.code for found in series.findings] == ["duplicated_weeks"]


def test_who_gives_no_requests_has_no_series_of_them() -> None:
    nothing = pd.DataFrame({"hospital": [], "week": [], "referrals": []})
    assert not list(referral_series(small_gst(), nothing, AFTER))
