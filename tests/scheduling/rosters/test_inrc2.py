"""INRC-II: what is read, and every cost against a count by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from hospital.errors import InvalidInput
from hospital.violation import Score
from scheduling.rosters.inrc2 import Assignment, Instance, read_instance, read_solution
from scheduling.rosters.inrc2_score import score

pytestmark = pytest.mark.unit

SCENARIO = """SCENARIO = small

WEEKS = 1

SKILLS = 2
Head
Nurse

SHIFT_TYPES = 2
Early (2,3)
Night (2,4)

FORBIDDEN_SHIFT_TYPES_SUCCESSIONS
Early 0
Night 1 Early

CONTRACTS = 1
Full (3,5) (2,4) (2,3) 1 1

NURSES = 2
Amal Full 2 Head Nurse
Badr Full 1 Nurse
"""
HISTORY = """HISTORY
0 small

NURSE_HISTORY
Amal 0 0 Early 1 1 0
Badr 2 1 None 0 0 2
"""
WEEK = """WEEK_DATA
small

REQUIREMENTS
Early Head (0,1) (0,0) (0,0) (0,0) (0,0) (0,0) (0,0)
Night Nurse (0,0) (1,1) (0,0) (0,0) (0,0) (0,0) (0,0)

SHIFT_OFF_REQUESTS = 2
Amal Any Mon
Badr Early Tue
"""
SOLUTION = """SOLUTION
0 small

ASSIGNMENTS = 6
Amal Mon Early Head
Amal Tue Early Nurse
Badr Tue Night Nurse
Badr Wed Night Nurse
Amal Fri Early Nurse
Amal Sat Early Nurse
"""
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _files(folder: Path, **texts: str) -> dict[str, Path]:
    whole = {"scenario": SCENARIO, "history": HISTORY, "week": WEEK, "solution": SOLUTION} | texts
    paths = {name: folder / f"{name}.txt" for name in whole}
    for name, text in whole.items():
        paths[name].write_text(text, encoding="utf-8")
    return paths


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    files = _files(tmp_path)
    return read_instance(files["scenario"], files["history"], [files["week"]])


def _roster(*rows: str) -> list[Assignment]:
    parts = [row.split() for row in rows]
    return [Assignment(who, DAYS.index(day), shift, skill) for who, day, shift, skill in parts]


def test_files_are_read_whole(instance: Instance, tmp_path: Path) -> None:
    assert instance.days == 7
    assert instance.shifts["Night"].forbidden_next == {"Early"}
    assert instance.nurses["Amal"].skills == {"Head", "Nurse"}
    assert instance.nurses["Badr"].past.rest_run == 2
    assert len(instance.needs) == 14
    found = read_solution(instance, [tmp_path / "solution.txt"])
    assert found[2] == Assignment("Badr", 1, "Night", "Nurse")


def test_every_soft_cost_agrees_with_a_count_by_hand(instance: Instance, tmp_path: Path) -> None:
    """Amal: Early from the past to Tuesday (3 days), off 2, Early Friday and Saturday, off Sunday.

    Badr: off 3 (2 of them past), Night on Tuesday and Wednesday, then off 4, one too many.
    """
    found = score(instance, read_solution(instance, [tmp_path / "solution.txt"]))
    assert found.violations == ()
    assert found.costs == {
        "optimal_coverage": 0,
        "consecutive_assignments": 0,
        "consecutive_days_off": 30,
        "preferences": 10,  # Amal works on Monday
        "complete_weekends": 30,  # Amal works on Saturday alone
        "total_assignments": 0,  # Amal 4; Badr 2 and 2 of the past
        "working_weekends": 0,
    }
    assert found.cost == 70


RUNS: tuple[tuple[str, Sequence[str], str, int], ...] = (
    ("a day off after one past day of work", [], "consecutive_assignments", 30 + 15),
    (
        "a past run goes on: two days too many of work, three of the shift",
        [f"Amal {day} Early Nurse" for day in DAYS[:5]],
        "consecutive_assignments",
        2 * 30 + 3 * 15,
    ),
    (
        "another shift ends the past run of the shift, not that of work",
        ["Amal Mon Night Nurse", "Amal Tue Night Nurse"],
        "consecutive_assignments",
        15,
    ),
    (
        "a run that still goes on at the end is not too short",
        ["Amal Mon Early Head", "Amal Tue Early Nurse", "Amal Sun Early Nurse"],
        "consecutive_assignments",
        0,
    ),
    (
        "two past days off and seven more, of which three are allowed",
        [],
        "consecutive_days_off",
        300,
    ),
)


@pytest.mark.parametrize(("_what", "rows", "cost", "points"), RUNS, ids=[row[0] for row in RUNS])
def test_runs_across_the_border(
    instance: Instance, _what: str, rows: Sequence[str], cost: str, points: int
) -> None:
    assert score(instance, _roster(*rows)).costs[cost] == points


BROKEN = {
    "single_assignment": ["Badr Tue Night Nurse", "Amal Mon Early Head", "Amal Mon Night Nurse"],
    "minimal_coverage": [],
    "succession": ["Badr Tue Night Nurse", "Badr Wed Early Nurse"],
    "required_skill": ["Badr Tue Night Nurse", "Badr Wed Night Head"],
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_hard_rule_is_named_and_no_other(instance: Instance, rule: str) -> None:
    assert {row.rule for row in score(instance, _roster(*BROKEN[rule])).violations} == {rule}


def test_a_past_night_forbids_an_early_monday(tmp_path: Path) -> None:
    files = _files(tmp_path, history=HISTORY.replace("Early 1 1 0", "Night 1 1 0"))
    night = read_instance(files["scenario"], files["history"], [files["week"]])
    found = score(night, _roster("Amal Mon Early Head", "Badr Tue Night Nurse"))
    assert [row.rule for row in found.violations] == ["succession"]


def test_totals_count_the_past(instance: Instance) -> None:
    busy: Score = score(instance, _roster(*(f"Badr {day} Night Nurse" for day in DAYS)))
    assert busy.costs["total_assignments"] == 20 * (2 + 7 - 5) + 20 * 3
    assert busy.costs["working_weekends"] == 30


def test_weeks_follow_each_other(tmp_path: Path) -> None:
    files = _files(tmp_path)
    both = read_instance(files["scenario"], files["history"], [files["week"], files["week"]])
    assert both.days == 14
    assert {need.day for need in both.needs} == set(range(14))
    assert [row.day for row in read_solution(both, [files["solution"]] * 2)][6] == 7


def test_whatever_cannot_be_read_is_named_with_its_line(tmp_path: Path) -> None:
    files = _files(
        tmp_path,
        scenario=SCENARIO.replace("Badr Full 1 Nurse", "Badr Full 2 Nurse").replace(
            "(2,4) (", "(x,4) ("
        ),
        week=WEEK.replace("Badr Early Tue", "Nobody Early Tue").replace("(1,1)", "(1)"),
        history=HISTORY.replace("Amal 0 0 Early 1 1 0", "Amal 0"),
    )
    with pytest.raises(InvalidInput) as refused:
        read_instance(files["scenario"], files["history"], [files["week"]])
    places = {(problem.file, problem.row) for problem in refused.value.problems}
    assert places >= {
        ("scenario.txt", 18),
        ("scenario.txt", 22),
        ("history.txt", 5),
        ("week.txt", 6),
        ("week.txt", 10),
    }


def test_a_solution_of_another_problem_is_refused(instance: Instance, tmp_path: Path) -> None:
    files = _files(tmp_path, solution=SOLUTION.replace("Badr Wed Night", "Zineb Wed Siesta"))
    with pytest.raises(InvalidInput, match="Zineb Siesta"):
        read_solution(instance, [files["solution"]])
