"""One hospital in motion on one page; without the extra, how to get it."""

import sys
from datetime import date

import pandas as pd
import pytest

from application.animation import Shown, animated_page, drawing, events_of_hospital
from application.language import Language, Translator
from hospital.errors import GstError
from hospital.gst import Gst, GstIdentity, UnitCosts
from hospital.places import Bed, Hospital, HospitalLevel, Unit, UnitKind

pytestmark = pytest.mark.unit

DAY = date(2026, 11, 23)
IDENTITY = GstIdentity(
    schema_version=1,
    gst="GST-X",
    name="Essai",
    region="Oriental",
    synthetic=True,
    as_of=DAY,
    medicine_budget_mad=0,
    costs=UnitCosts(
        nurse_hour_mad=1,
        agency_nurse_hour_mad=1,
        physician_hour_mad=1,
        transfer_km_mad=1,
        holding_percent_per_year=1,
        source="essai",
    ),
)


def gst() -> Gst:
    units = [("A", "ED", UnitKind.EMERGENCY), ("A", "MED", UnitKind.WARD), ("B", "B", "ward")]
    return Gst(
        identity=IDENTITY,
        hospitals=tuple(
            Hospital(
                hospital=code,
                name=f"<Hôpital {code}>",
                level=HospitalLevel.PROVINCIAL,
                province="P",
                population=1,
            )
            for code in "AB"
        ),
        units=tuple(
            Unit(
                unit=unit,
                hospital=hospital,
                kind=kind,
                specialty="general",
                name=unit,
                physicians=1,
                beds_per_nurse=6,
                mean_stay_hours=80,
                stay_cv=1,
                cost_per_bed_day_mad=1,
            )
            for hospital, unit, kind in units
        ),
        beds=tuple(
            Bed(bed=f"{unit}-{number}", unit=unit) for _, unit, _ in units for number in range(2)
        ),
    )


ROWS = [
    (1, "arrival_departure", "arrival", None, 10.0, ""),
    (1, "queue", "wait_for_place:ED", None, 10.0, "A"),
    (2, "arrival_departure", "arrival", None, 20.0, ""),
    (2, "resource_use", "place:B", 1, 20.0, "B"),
    (1, "resource_use", "place:ED", 1, 70.0, "A"),
    (2, "queue", "board:MED", None, 80.0, "A"),
    (2, "resource_use_end", "place_end:B", 1, 100.0, "B"),
    (2, "resource_use", "place:MED", 1, 100.0, "A"),
    (1, "resource_use_end", "place_end:ED", 1, 130.0, "A"),
    (1, "resource_use", "place:B", 2, 130.0, "B"),
    (1, "resource_use_end", "place_end:B", 2, 900.0, "B"),
    (1, "arrival_departure", "depart", None, 900.0, ""),
]


def log() -> pd.DataFrame:
    names = ["entity_id", "event_type", "event", "resource_id", "time", "hospital"]
    return pd.DataFrame(ROWS, columns=names).astype({"resource_id": "Int64"})


def test_a_transfer_departs_from_one_hospital_and_arrives_at_the_other() -> None:
    drawn = events_of_hospital(log(), "A")
    told = list(zip(drawn["entity_id"], drawn["event"], drawn["time"], strict=True))
    assert [one for one in told if one[0] == 1] == [
        (1, "arrival", 10.0),
        (1, "wait_for_place:ED", 10.0),
        (1, "place:ED", 70.0),
        (1, "depart", 130.0),
    ]
    assert [one for one in told if one[0] == 2] == [(2, "arrival", 80.0), (2, "place:MED", 100.0)]


def test_the_page_carries_everything_and_escapes_names() -> None:
    pytest.importorskip("vidigi", reason="the animate extra is not installed: make animate")
    page = animated_page(gst(), log(), Shown("A", DAY, 1, 0), Translator(Language.FRENCH))
    assert "&lt;Hôpital A&gt;" in page
    assert "<Hôpital A>" not in page
    assert "Plotly.newPlot" in page
    assert "2026-11-23 02:00" in page
    assert not [tag for tag in ("<link", "<script src", "<img", "@import") if tag in page]


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Avec un réseau, une fois"), ("en", "With a network, once"), ("ar", "مع شبكة")],
)
def test_without_the_extra_it_says_how_to_get_it(
    language: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vidigi.animation", None)
    with pytest.raises(GstError) as refused:
        drawing()
    assert refused.value.code == "extra_missing"
    assert words in Translator(Language(language))(refused.value.hint)
    assert "make animate" in refused.value.hint
