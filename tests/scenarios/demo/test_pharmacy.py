"""Pharmacy of the demo: codes that check, demand of four kinds, shelves with troubles."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from hospital.gst import Gst
from hospital.history import History
from hospital.pharmacy import Storage, VenClass, is_valid_gtin
from hospital.tables import Col
from scenarios.demo.consumption import SHAPES
from scenarios.demo.medicines import MEDICINES, DemandPattern

pytestmark = pytest.mark.unit

Demo = tuple[Gst, History]
MAIN = "CHR-KEN"
PATTERNS = {medicine.code: medicine.pattern for medicine in MEDICINES}


def test_every_gtin_is_valid_invented_and_used_once(small: Demo) -> None:
    gst, _ = small
    gtins = [medicine.gtin for medicine in gst.medicines]
    assert len(gtins) == len(set(gtins)) == 40
    for gtin in gtins:
        assert gtin is not None
        assert is_valid_gtin(gtin)
        assert gtin.startswith("611999900")


def test_a_wrong_check_digit_would_be_seen(small: Demo) -> None:
    gtin = small[0].medicines[0].gtin
    assert gtin is not None
    assert not is_valid_gtin(gtin[:-1] + str((int(gtin[-1]) + 1) % 10))


def test_the_formulary_has_all_classes_cold_and_controlled_medicines(small: Demo) -> None:
    medicines = small[0].medicines
    assert {medicine.ven for medicine in medicines} == set(VenClass)
    assert 4 <= sum(medicine.storage is Storage.COLD for medicine in medicines) <= 8
    assert 4 <= sum(medicine.controlled for medicine in medicines) <= 8


def test_units_per_bed_day_is_what_the_history_shows(default: Demo) -> None:
    """Issues over the bed-days of the hospitals that hold the medicine."""
    gst, history = default
    stays = history.stays
    end = stays[Col.LEFT_AT].fillna(pd.Timestamp(gst.identity.as_of))
    days = (end - stays[Col.ADMITTED_AT]) / pd.Timedelta(days=1)
    hospital = stays[Col.UNIT].map({unit.unit: unit.hospital for unit in gst.units})
    bed_days = days.groupby(hospital).sum()
    for medicine in gst.medicines:
        rows = history.consumption[history.consumption[Col.MEDICINE] == medicine.medicine]
        expected = rows[Col.UNITS].sum() / bed_days[rows[Col.HOSPITAL].unique()].sum()
        # Stays that began before the history are missing from it, not from the rate.
        assert medicine.units_per_bed_day == pytest.approx(expected, rel=0.02, abs=1e-4)


def test_the_main_pharmacy_meets_each_planted_pattern_of_demand(default: Demo) -> None:
    """Borders of Syntetos, Boylan and Croston 2005: interval 1.32, squared CV 0.49."""
    _, history = default
    rows = history.consumption
    rows = rows[(rows[Col.HOSPITAL] == MAIN) & (rows[Col.STOCKOUT_DAYS] == 0)]
    for code, here in rows.groupby(Col.MEDICINE):
        sold = here[Col.UNITS][here[Col.UNITS] > 0]
        interval = len(here) / len(sold)
        squared_cv = (sold.std() / sold.mean()) ** 2
        found = {
            (False, False): DemandPattern.SMOOTH,
            (False, True): DemandPattern.ERRATIC,
            (True, False): DemandPattern.INTERMITTENT,
            (True, True): DemandPattern.LUMPY,
        }[interval > 1.32, squared_cv > 0.49]
        assert found is PATTERNS[str(code)], (code, interval, squared_cv)


def test_all_four_patterns_are_there() -> None:
    assert set(PATTERNS.values()) == set(DemandPattern) == set(SHAPES)


def test_antibiotics_of_winter_are_used_in_winter(default: Demo) -> None:
    _, history = default
    rows = history.consumption[history.consumption[Col.MEDICINE] == "AMOXICLAV-1000"]
    weekly = rows.groupby(Col.WEEK)[Col.UNITS].sum()
    month = pd.DatetimeIndex(weekly.index).month
    winter, summer = np.isin(month, [12, 1, 2]), np.isin(month, [6, 7, 8])
    assert weekly[winter].mean() > 1.4 * weekly[summer].mean()


def test_a_week_without_stock_shows_no_issue_and_a_short_week_fewer(default: Demo) -> None:
    _, history = default
    rows = history.consumption
    smooth = rows[rows[Col.MEDICINE].map(PATTERNS) == DemandPattern.SMOOTH]
    usual = smooth.groupby([Col.HOSPITAL, Col.MEDICINE])[Col.UNITS].transform("median")
    relative = smooth[Col.UNITS] / usual
    assert (rows[Col.UNITS][rows[Col.STOCKOUT_DAYS] == 7] == 0).all()
    short = smooth[Col.STOCKOUT_DAYS].between(3, 6)
    assert relative[short].mean() < 0.7
    assert relative[smooth[Col.STOCKOUT_DAYS] == 0].mean() == pytest.approx(1, abs=0.1)
    assert 0.003 < (rows[Col.STOCKOUT_DAYS] > 0).mean() < 0.03


def test_suppliers_take_two_to_eight_weeks(small: Demo) -> None:
    lead_times = [supplier.lead_time_days for supplier in small[0].suppliers]
    assert min(lead_times) == 14
    assert max(lead_times) == 56


def test_every_medicine_can_be_bought(small: Demo) -> None:
    gst, _ = small
    assert {offer.medicine for offer in gst.offers} == {each.medicine for each in gst.medicines}


def test_some_shelves_are_empty_and_some_lots_nearly_expired(default: Demo) -> None:
    gst, history = default
    held = history.consumption[[Col.HOSPITAL, Col.MEDICINE]].drop_duplicates()
    stocked = {(lot.hospital, lot.medicine) for lot in gst.lots}
    empty = len(held) - len(stocked)
    assert 0.02 < empty / len(held) < 0.12
    soon = gst.identity.as_of + timedelta(days=75)
    assert 0.04 < np.mean([lot.expiry_date < soon for lot in gst.lots]) < 0.2
    assert all(lot.expiry_date > gst.identity.as_of and lot.units > 0 for lot in gst.lots)


def test_open_orders_are_whole_packs_of_an_offer_and_not_yet_due(demo: Demo) -> None:
    gst, _ = demo
    offers = {(offer.supplier, offer.medicine): offer for offer in gst.offers}
    for order in gst.orders:
        offer = offers[order.supplier, order.medicine]
        assert order.units % offer.pack_units == 0
        assert order.units >= offer.minimum_packs * offer.pack_units
        assert order.due_date > gst.identity.as_of


def test_the_budget_is_what_four_weeks_use(default: Demo) -> None:
    gst, history = default
    price = {each.code: each.price_mad for each in MEDICINES}
    recent = history.consumption[
        history.consumption[Col.WEEK] >= pd.Timestamp(gst.identity.as_of) - pd.Timedelta(weeks=26)
    ]
    weekly = (recent[Col.UNITS] * recent[Col.MEDICINE].map(price)).sum() / 26
    assert gst.identity.medicine_budget_mad == pytest.approx(4 * weekly, rel=0.02)
