"""Numbers that belong to patients: uniform, independent between purposes, in any order."""

from itertools import combinations

import numpy as np
import pytest

from twin.chance import PatientChance, mixed, patient_keys

pytestmark = pytest.mark.unit

PURPOSES = ("triage", "admission", "stay_0", "exit_0", "next_0", "stay_1", "consult")
RANK, DAY = np.tile(np.arange(250), 800), np.repeat(np.arange(800), 250)


def numbers(seed: int = 1, replication: int = 0, stream: str = "visits") -> PatientChance:
    return PatientChance(patient_keys(seed, replication, (stream, "A"), (RANK, DAY)))


def test_numbers_are_uniform_and_do_not_follow_each_other() -> None:
    size = RANK.size
    for purpose in PURPOSES:
        drawn = numbers().uniform(purpose)
        assert 0 <= drawn.min() < drawn.max() < 1
        counts = np.bincount((drawn * 1000).astype(int), minlength=1000)
        chi_square = ((counts - size / 1000) ** 2 / (size / 1000)).sum()
        assert abs(chi_square - 999) < 4 * np.sqrt(2 * 999)
        for lag in (1, 250):
            assert abs(np.corrcoef(drawn[:-lag], drawn[lag:])[0, 1]) < 4 / np.sqrt(size)


def test_purposes_and_streams_and_replications_are_independent() -> None:
    drawn = [numbers().uniform(purpose) for purpose in PURPOSES]
    drawn += [
        chance.uniform("stay_0") for chance in (numbers(2), numbers(1, 1), numbers(1, 0, "x"))
    ]
    cells = np.array([(one * 16).astype(int) for one in drawn])
    expected = RANK.size / 256
    for one, two in combinations(cells, 2):
        counts = np.bincount(16 * one + two, minlength=256)
        chi_square = ((counts - expected) ** 2 / expected).sum()
        assert abs(chi_square - 255) < 5 * np.sqrt(2 * 255)


def test_a_patient_has_the_same_numbers_whoever_else_asks() -> None:
    chosen = np.array([5, 77, 1234, 199_999])
    assert np.array_equal(numbers().uniform("stay_0", chosen), numbers().uniform("stay_0")[chosen])
    alone = patient_keys(1, 0, ("visits", "A"), (RANK[77:78], DAY[77:78]))
    assert PatientChance(alone).uniform("exit_0")[0] == numbers().uniform("exit_0")[77]


def test_the_hash_is_the_finaliser_of_splitmix64() -> None:
    """First outputs of the published generator for seed 0: steps of the golden ratio, mixed."""
    steps = np.arange(1, 4, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    assert [hex(word) for word in mixed(steps).tolist()] == [
        *("0xe220a8397b1dcdaf", "0x6e789e6aa1b965f4", "0x6c45d188009454f"),
    ]
