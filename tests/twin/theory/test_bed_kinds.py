"""Beds for women, beds for men and beds for anybody, against the exact Markov chain.

Where patients may change beds (``moves_inside``) this is V15, a product form; where they may not,
the chain of who lies in which bed is solved. Each is rejected by the other's twin.
"""

import math
from itertools import product
from typing import Any

import numpy as np
import pytest
import yaml

from hospital.places import BedSex
from twin.bed_classes import Need, suitable
from twin.event_log import Milestones
from twin.place_rules import BedKind
from twin.study import Study
from twin.study_file import parse_study
from twin.study_model import study_model

integration = pytest.mark.integration
unit = pytest.mark.unit

STANDARD_ERRORS = 3.3
STAY_DAYS = 3.0


def ward(
    rates: tuple[float, float], beds: tuple[int, int, int], *, moves: bool, wait_hours: float = 0
) -> Study:
    """One ward with rooms for women, rooms for men, and beds for anybody."""
    patience = {"law": "fixed", "mean_hours": wait_hours}
    given: dict[str, Any] = {
        "study": "A mixed ward",
        "units": [
            {
                "unit": "WARD",
                "beds": sum(beds),
                "stay": {"law": "exponential", "mean_days": STAY_DAYS},
                "bed_kinds": [
                    {"sex": "female", "beds": beds[0]},
                    {"sex": "male", "beds": beds[1]},
                ],
                "moves_inside": moves,
            }
        ],
        "arrivals": [
            {"stream": "women", "to": "WARD", "per_day": rates[0], "patience": patience},
            {
                "stream": "men",
                "to": "WARD",
                "per_day": rates[1],
                "women": 0,
                "patience": patience,
            },
        ],
        "run": {"days": 1200, "warmup_days": 60, "replications": 20, "seed": 1},
    }
    return parse_study(yaml.safe_dump(given))


def refusals(one: Study) -> np.ndarray:
    """Share refused among women and among men, shape (2, replications)."""
    prepared = study_model(one).prepared()

    def figures(milestones: Milestones) -> list[float]:
        table = milestones.table
        counted = table.arrive >= prepared.run.warmup_hours
        return [
            float(milestones.left_unseen[counted & (table.stream == stream)].mean())
            for stream in (1, 2)
        ]

    return np.array([figures(prepared.replay(at)) for at in range(prepared.run.replications)]).T


def accepts(found: np.ndarray, exact: tuple[float, float]) -> bool:
    errors = found.std(axis=1, ddof=1) / math.sqrt(found.shape[1])
    return bool((np.abs(found.mean(axis=1) - np.array(exact)) <= STANDARD_ERRORS * errors).all())


def with_moves(rates: tuple[float, float], beds: tuple[int, int, int]) -> tuple[float, float]:
    """V15: refuse where (nA - A)+ + (nB - B)+ would exceed the shared beds (product form)."""
    own, shared = beds[:2], beds[2]
    loads = [rate * STAY_DAYS for rate in rates]

    def fits(n: tuple[int, int]) -> bool:
        return sum(max(there - beds, 0) for there, beds in zip(n, own, strict=True)) <= shared

    law = {
        n: math.prod(load**k / math.factorial(k) for load, k in zip(loads, n, strict=True))
        for n in product(range(sum(beds) + 1), repeat=2)
        if fits(n)
    }
    total = sum(law.values())
    return (
        sum(p for (a, b), p in law.items() if not fits((a + 1, b))) / total,
        sum(p for (a, b), p in law.items() if not fits((a, b + 1))) / total,
    )


def without_moves(rates: tuple[float, float], beds: tuple[int, int, int]) -> tuple[float, float]:
    """The chain of (women in own, men in own, women in shared, men in shared beds)."""
    states = [
        (a, b, c, d)
        for a, b, c, d in product(*(range(n + 1) for n in (*beds[:2], beds[2], beds[2])))
        if c + d <= beds[2]
    ]
    index = {state: at for at, state in enumerate(states)}
    generator = np.zeros((len(states), len(states)))

    def flow(state: tuple[int, ...], part: int, change: int, rate: float) -> None:
        to = tuple(n + change * (at == part) for at, n in enumerate(state))
        generator[index[state], index[to]] += rate  # type: ignore[index]

    for state in states:
        for sex in (0, 1):
            if state[sex] < beds[sex]:
                flow(state, sex, 1, rates[sex])
            elif state[2] + state[3] < beds[2]:
                flow(state, 2 + sex, 1, rates[sex])
        for part in range(4):
            if state[part]:
                flow(state, part, -1, state[part] / STAY_DAYS)
    generator -= np.diag(generator.sum(axis=1))
    system = np.vstack([generator.T, np.ones(len(states))])
    law = np.linalg.lstsq(system, np.eye(len(states) + 1)[-1], rcond=None)[0]
    is_full = [state[2] + state[3] == beds[2] for state in states]
    a, b = (
        float(
            sum(
                p
                for p, state, full in zip(law, states, is_full, strict=True)
                if full and state[sex] == beds[sex]
            )
        )
        for sex in (0, 1)
    )
    return a, b


CASES = [((1.2, 1.0), (3, 5, 2)), ((1.5, 0.7), (2, 2, 3))]


@integration
@pytest.mark.parametrize(("rates", "beds"), CASES)
def test_patients_who_may_change_beds_are_the_product_form(
    rates: tuple[float, float], beds: tuple[int, int, int]
) -> None:
    exact = with_moves(rates, beds)
    if beds == (3, 5, 2):
        assert exact == pytest.approx((0.171161, 0.042256), abs=1e-6)
    assert accepts(refusals(ward(rates, beds, moves=True)), exact)
    more = beds[0], beds[1], beds[2] + 1
    assert not accepts(refusals(ward(rates, more, moves=True)), exact)


@integration
@pytest.mark.parametrize(("rates", "beds"), CASES)
def test_patients_who_stay_in_their_bed_are_the_chain_of_beds(
    rates: tuple[float, float], beds: tuple[int, int, int]
) -> None:
    exact = without_moves(rates, beds)
    assert sum(exact) > sum(with_moves(rates, beds)) + 0.002
    assert accepts(refusals(ward(rates, beds, moves=False)), exact)


@integration
def test_moving_patients_is_not_leaving_them() -> None:
    """The two rules differ by more than the precision of the runs."""
    rates, beds = (1.8, 1.8), (2, 2, 4)
    stays = refusals(ward(rates, beds, moves=False))
    assert accepts(stays, without_moves(rates, beds))
    assert not accepts(stays, with_moves(rates, beds))
    moves = refusals(ward(rates, beds, moves=True))
    assert accepts(moves, with_moves(rates, beds))
    assert not accepts(moves, without_moves(rates, beds))


@integration
def test_moves_are_told_and_only_where_they_are_allowed() -> None:
    prepared = study_model(ward((1.8, 1.8), (2, 2, 4), moves=True)).prepared()
    moves = prepared.replay(0).places.bed_moves
    assert len(moves) > 50
    assert set(moves[:, 4]) <= {0.0, 1.0}, "only from shared beds to own ones"
    assert set(moves[:, 3]) == {2.0}
    still = study_model(ward((1.8, 1.8), (2, 2, 4), moves=False)).prepared()
    assert not len(still.replay(0).places.bed_moves)


KINDS = (
    BedKind(),
    BedKind(sex=BedSex.FEMALE),
    BedKind(sex=BedSex.MALE),
    BedKind(isolation=True),
    BedKind(paediatric=True),
)


@unit
@pytest.mark.parametrize(
    ("need", "kinds"),
    [
        (Need(is_female=True, is_child=False, isolation=False), (1, 0, 3)),
        (Need(is_female=False, is_child=False, isolation=False), (2, 0, 3)),
        (Need(is_female=False, is_child=True, isolation=False), (4,)),
        (Need(is_female=True, is_child=False, isolation=True), (3,)),
        (Need(is_female=True, is_child=True, isolation=True), (4,)),
    ],
)
def test_the_most_particular_bed_is_taken_first(need: Need, kinds: tuple[int, ...]) -> None:
    """A child's bed takes no adult; isolation is given up only where there is none for him."""
    assert suitable(KINDS, need) == kinds


@unit
def test_a_rule_that_no_bed_answers_is_waived() -> None:
    for_women = (BedKind(sex=BedSex.FEMALE), BedKind(sex=BedSex.FEMALE, isolation=True))
    man = Need(is_female=False, is_child=False, isolation=False)
    assert suitable(for_women, man) == (0, 1)
    for_children = (BedKind(paediatric=True), BedKind(paediatric=True, isolation=True))
    assert suitable(for_children, man) == (0, 1)


@integration
def test_beds_for_anybody_are_one_pool() -> None:
    """A kind that all beds share separates nobody: the same bytes as without kinds."""
    one = ward((1.2, 1.0), (1, 1, 8), moves=False)
    plain = one.but(units=(one.units[0].but(bed_kinds=()),))
    alike = one.but(
        units=(one.units[0].but(bed_kinds=({"sex": "female", "beds": one.units[0].bed_count},)),)
    )
    found = [study_model(each).prepared() for each in (plain, alike)]
    assert found[1].network.rules == (None,)
    first, second = (each.replay(0).out for each in found)
    assert np.array_equal(first, second, equal_nan=True)
