"""Territory: what is counted agrees with the stays, and the map is drawn from the roads alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from application.language import Language, Translator
from application.road_map import road_map
from application.settings import load_settings
from application.use_cases.overview import BEDDED
from application.use_cases.session import open_session
from application.use_cases.territory import (
    Flow,
    HospitalNow,
    ProvinceNow,
    Territory,
    territory,
)
from dashboard.charts import territory as drawing
from hospital.history import StayOutcome
from hospital.places import Hospital, HospitalLevel, TransferLink
from hospital.tables import Col

ENGLISH = Translator(Language.ENGLISH)


def hospital(code: str, present: int = 8) -> HospitalNow:
    place = Hospital(
        hospital=code,
        name=f"Hospital {code}",
        level=HospitalLevel.LOCAL,
        province="Kénitra",
        population=1000,
    )
    return HospitalNow(place, beds=10, present=present, sent=2, received=1)


def small_territory() -> Territory:
    link = TransferLink(origin="A", destination="B", distance_km=30, travel_minutes=40)
    return Territory(
        hospitals=(hospital("A"), hospital("B", present=10)),
        roads=(link,),
        flows=(Flow("A", "B", 2), Flow("B", "A", 1)),
        provinces=(),
        drawn=road_map(["A", "B"], [link]),
    )


@pytest.mark.unit
@pytest.mark.parametrize("language", Language)
def test_the_map_is_valid_in_every_language(language: Language) -> None:
    found, t = small_territory(), Translator(language)
    frames = drawing.hospital_frame(found, t), drawing.road_frame(found)
    given: dict[str, Any] = drawing.territory(*frames, drawing.outline_frame(found), t).to_dict()
    assert len(given["layer"]) == 4


@pytest.mark.unit
def test_a_road_is_as_wide_as_what_was_sent_along_it_both_ways() -> None:
    (row,) = drawing.road_frame(small_territory()).to_dict("records")
    assert (row["patients"], row["km"]) == (3, 30)


@pytest.mark.unit
def test_every_hospital_stands_inside_the_outline() -> None:
    found = small_territory()
    outline = drawing.outline_frame(found)
    for x, y in found.drawn.places.values():
        assert outline["x"].min() < x < outline["x"].max()
        assert outline["y"].min() < y < outline["y"].max()


@pytest.mark.unit
def test_one_hospital_alone_has_an_outline_too() -> None:
    found = replace(small_territory(), drawn=road_map(["A"], []))
    assert len(drawing.outline_frame(found)) >= 3


@pytest.mark.unit
def test_a_province_without_people_or_stays_divides_by_nothing() -> None:
    empty = ProvinceNow("Kénitra", population=0, beds=3, stays=0, stays_elsewhere=0)
    assert (empty.beds_per_10_000, empty.stays_per_1_000, empty.elsewhere_percent) == (0, 0, 0)
    full = ProvinceNow("Kénitra", population=20_000, beds=10, stays=40, stays_elsewhere=10)
    assert (full.beds_per_10_000, full.stays_per_1_000, full.elsewhere_percent) == (5, 2, 25)


@pytest.mark.integration
@pytest.mark.usefixtures("demo_home")
def test_patients_and_transfers_agree_with_the_stays() -> None:
    with open_session(load_settings()) as session:
        found = territory(session)
        gst, stays = session.gst, session.data.history.stays
        beds = {unit.unit for unit in gst.units if unit.kind in BEDDED}
        present = stays[
            (stays[Col.OUTCOME] == StayOutcome.PRESENT.value) & stays[Col.UNIT].isin(beds)
        ]
        assert sum(one.present for one in found.hospitals) == len(present)
        assert sum(one.beds for one in found.hospitals) == sum(
            count for unit, count in gst.beds_by_unit().items() if unit in beds
        )
    assert sum(one.sent for one in found.hospitals) == sum(flow.patients for flow in found.flows)
    assert sum(one.sent for one in found.hospitals) == sum(o.received for o in found.hospitals)
    assert all(flow.origin != flow.destination for flow in found.flows)
    assert found.flows
    assert sum(one.population for one in found.provinces) == sum(
        row.population for row in gst.hospitals
    )
