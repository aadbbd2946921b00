"""The schematic map keeps the lengths of the roads wherever a plane can hold them."""

from __future__ import annotations

from math import dist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.road_map import road_map, shortest_roads
from hospital.places import TransferLink

pytestmark = pytest.mark.unit
coordinate = st.floats(-200, 200, allow_nan=False)


def road(origin: str, destination: str, km: float) -> TransferLink:
    return TransferLink(origin=origin, destination=destination, distance_km=km, travel_minutes=km)


@given(spots=st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=7))
def test_straight_roads_of_a_plane_are_drawn_as_long_as_they_are(
    spots: list[tuple[float, float]],
) -> None:
    names = [f"H{at}" for at in range(len(spots))]
    pairs = [(i, j) for i in range(len(spots)) for j in range(i)]
    lengths = {(i, j): max(dist(spots[i], spots[j]), 0.01) for i, j in pairs}
    drawn = road_map(names, [road(names[i], names[j], km) for (i, j), km in lengths.items()])
    for (i, j), km in lengths.items():
        found = dist(drawn.places[names[i]], drawn.places[names[j]])
        assert found == pytest.approx(km, abs=0.2)


def test_a_way_over_a_third_place_is_taken_where_no_road_is_direct() -> None:
    roads = shortest_roads(["A", "B", "C"], [road("A", "B", 30), road("B", "C", 40)])
    assert roads[0, 2] == roads[2, 0] == 70


def test_a_hospital_without_a_road_is_as_far_as_the_two_that_are_furthest() -> None:
    roads = shortest_roads(["A", "B", "C"], [road("A", "B", 30)])
    assert roads[0, 2] == 30


@pytest.mark.parametrize("names", [[], ["A"]])
def test_a_single_hospital_stands_in_the_middle(names: list[str]) -> None:
    drawn = road_map(names, [])
    assert drawn.places == dict.fromkeys(names, (0.0, 0.0))
    assert drawn.error_percent == 0


def test_roads_that_no_plane_can_hold_say_how_far_the_drawing_is_off() -> None:
    """Four places all 10 km apart are a tetrahedron."""
    names = ["A", "B", "C", "D"]
    pairs = [(a, b) for at, a in enumerate(names) for b in names[:at]]
    drawn = road_map(names, [road(a, b, 10) for a, b in pairs])
    assert 1 < drawn.error_percent < 50


def test_the_same_roads_give_the_same_drawing() -> None:
    links = [road("A", "B", 30), road("B", "C", 40), road("A", "C", 50)]
    assert road_map(["A", "B", "C"], links) == road_map(["A", "B", "C"], links)
