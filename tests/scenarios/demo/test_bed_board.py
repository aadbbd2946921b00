"""The bed board on cases that fit on one hand."""

import numpy as np
import pytest

from hospital.places import Bed, BedSex, Unit, UnitKind
from scenarios.demo.bed_board import STILL_THERE, BedBoard, StayLog
from scenarios.demo.care_map import CareMap
from scenarios.demo.episodes import NO_UNIT, Episodes

pytestmark = pytest.mark.unit

FIRST, SECOND = 0, 1


def unit(code: str) -> Unit:
    return Unit(
        unit=code,
        hospital="H",
        kind=UnitKind.WARD,
        specialty=code,
        name=code,
        physicians=1,
        beds_per_nurse=1,
        mean_stay_hours=1,
        stay_cv=1,
        cost_per_bed_day_mad=0,
    )


def care(*bed_sexes: tuple[int, int], elsewhere: tuple[tuple[int, ...], ...] = ((), ())) -> CareMap:
    """Two units; each bed is (unit, sex), 0 anybody, 1 women, 2 men."""
    sexes = tuple(BedSex)
    beds = tuple(
        Bed(bed=f"B{number}", unit="AB"[where], sex=sexes[sex])
        for number, (where, sex) in enumerate(bed_sexes)
    )
    where = np.array([each[0] for each in bed_sexes])
    return CareMap(
        units=(unit("A"), unit("B")),
        beds=beds,
        bed_unit=where,
        bed_sex=np.array([each[1] for each in bed_sexes]),
        unit_beds=np.bincount(where, minlength=2),
        siblings=((), ()),
        elsewhere=elsewhere,
    )


def episodes(*rows: tuple[int, list[tuple[int, int]]], women: tuple[int, ...] = ()) -> Episodes:
    """Each row is the minute of arrival and the legs as (unit, minutes). All of them die, so
    that nobody waits for the daytime to go home."""
    legs = [row + [(NO_UNIT, 1)] * (3 - len(row)) for _, row in rows]
    count = len(rows)
    zeros = np.zeros(count, dtype=np.int64)
    return Episodes(
        home=zeros,
        arrival_minute=np.array([arrival for arrival, _ in rows]),
        kind=zeros,
        is_female=np.isin(np.arange(count), women),
        age=zeros,
        dies=np.ones(count, dtype=bool),
        discharge_minute=zeros,
        leg_unit=np.array([[where for where, _ in row] for row in legs]),
        leg_minutes=np.array([[minutes for _, minutes in row] for row in legs]),
    )


def stays(log: StayLog) -> list[tuple[int, int, int, int]]:
    """(episode, bed, start, end) in the order in which stays began."""
    return list(zip(log.episode, log.bed, log.start, log.end, strict=True))


def test_the_second_patient_waits_for_the_only_bed() -> None:
    board = BedBoard(care((FIRST, 0)), episodes((0, [(0, 100)]), (10, [(0, 50)])))
    assert stays(board.run(1000)) == [(0, 0, 0, 100), (1, 0, 100, 150)]


def test_a_bed_is_free_at_the_minute_of_leaving() -> None:
    board = BedBoard(care((FIRST, 0)), episodes((0, [(0, 100)]), (100, [(0, 50)])))
    assert stays(board.run(1000)) == [(0, 0, 0, 100), (1, 0, 100, 150)]


def test_a_patient_keeps_the_bed_until_the_next_unit_has_one() -> None:
    board = BedBoard(
        care((FIRST, 0), (SECOND, 0)),
        episodes((0, [(1, 300)]), (0, [(0, 100), (1, 50)]), (5, [(0, 20)])),
    )
    assert stays(board.run(1000)) == [
        (0, 1, 0, 300),
        (1, 0, 0, 300),
        (1, 1, 300, 350),
        (2, 0, 300, 320),
    ]


def test_a_woman_does_not_take_a_mans_bed_and_does_not_block_him() -> None:
    men = [(0, [(0, 100 + number)]) for number in range(10)]
    rows = [*men, (5, [(0, 10)]), (6, [(0, 10)])]
    board = BedBoard(care(*[(FIRST, 2)] * 10), episodes(*rows, women=(10,)))
    log = stays(board.run(1000))
    assert 10 not in {episode for episode, *_ in log}
    assert (11, 0, 100, 110) in log


def test_beds_for_anybody_are_kept_for_the_last() -> None:
    board = BedBoard(
        care((FIRST, 0), (FIRST, 1)), episodes((0, [(0, 9)]), (1, [(0, 9)]), women=(0,))
    )
    assert stays(board.run(100)) == [(0, 1, 0, 9), (1, 0, 1, 10)]


def test_a_full_queue_sends_elsewhere_then_refuses() -> None:
    rows = [(minute, [(0, 500)]) for minute in range(4)]
    board = BedBoard(care((FIRST, 0), (SECOND, 0), elsewhere=((1,), ())), episodes(*rows))
    log = board.run(400)
    assert stays(log) == [(0, 0, 0, STILL_THERE), (2, 1, 2, STILL_THERE)]
    assert log.refused == 1


def test_nobody_is_admitted_at_the_end_or_after_it() -> None:
    board = BedBoard(care((FIRST, 0)), episodes((0, [(0, 100)]), (10, [(0, 50)])))
    assert stays(board.run(100)) == [(0, 0, 0, STILL_THERE)]
