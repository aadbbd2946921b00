"""The scorer equals the official cost on published solutions and names each broken rule."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hospital.errors import InvalidInput
from scheduling.theatres.ihtc.instance import Instance, read_instance
from scheduling.theatres.ihtc.score import HARD_RULES, score
from scheduling.theatres.ihtc.solution import (
    Admission,
    Solution,
    parse_solution,
    read_solution,
    to_json,
)

pytestmark = pytest.mark.unit

GOLDEN = [f"test{number:02d}" for number in range(1, 6)]


@pytest.fixture(scope="module")
def golden(shared: Path) -> Path:
    folder = shared / "benchmarks" / "ihtc2024" / "golden"
    if not folder.is_dir():
        pytest.skip(f"no golden cases at {folder}")
    return folder


@pytest.mark.parametrize("name", GOLDEN)
def test_the_official_cost_is_found(golden: Path, name: str) -> None:
    with (golden / "costs.csv").open(encoding="utf-8") as file:
        official = {row["instance"]: int(row["cost"]) for row in csv.DictReader(file)}
    instance = read_instance(golden / f"{name}.json.gz")
    solution = read_solution(golden / f"solution_{name}.json.gz", instance)
    found = score(instance, solution)
    assert found.violations == ()
    assert found.cost == official[name]
    assert parse_solution(to_json(solution, instance), instance) == solution


def _stay(code: str, gender: str, age: str, days: int) -> dict[str, Any]:
    return {
        "id": code,
        "gender": gender,
        "age_group": age,
        "length_of_stay": days,
        "workload_produced": [2] * (3 * days),
        "skill_level_required": [1] * (3 * days),
    }


def _to_admit(code: str, gender: str, *, mandatory: bool) -> dict[str, Any]:
    due = {"surgery_due_day": 1} if mandatory else {}
    return (
        _stay(code, gender, "adult", 2)
        | due
        | {
            "mandatory": mandatory,
            "surgery_release_day": 0,
            "surgery_duration": 100,
            "surgeon_id": "s0",
            "incompatible_room_ids": ["r1"] if code == "p0" else [],
        }
    )


TINY: dict[str, Any] = {
    "days": 2,
    "shift_types": ["early", "late", "night"],
    "age_groups": ["child", "adult", "elderly"],
    "occupants": [_stay("a0", "A", "elderly", 5) | {"room_id": "r0"}],
    "patients": [_to_admit("p0", "A", mandatory=True), _to_admit("p1", "B", mandatory=False)],
    "surgeons": [{"id": "s0", "max_surgery_time": [100, 100]}],
    "operating_theaters": [
        {"id": "t0", "availability": [200, 100]},
        {"id": "t1", "availability": [50, 200]},
    ],
    "rooms": [{"id": "r0", "capacity": 2}, {"id": "r1", "capacity": 1}],
    "nurses": [
        {
            "id": f"n{number}",
            "skill_level": number,
            "working_shifts": [
                {"day": day, "shift": shift, "max_load": 3}
                for day in (0, 1)
                for shift in ("early", "late", "night")
            ][: 6 - number],
        }
        for number in (0, 1)
    ],
    "weights": {
        "room_mixed_age": 1,
        "room_nurse_skill": 10,
        "continuity_of_care": 100,
        "nurse_eccessive_workload": 1_000,
        "open_operating_theater": 10_000,
        "surgeon_transfer": 100_000,
        "patient_delay": 1_000_000,
        "unscheduled_optional": 10_000_000,
    },
}


@pytest.fixture
def tiny() -> Instance:
    return Instance.model_validate(TINY)


def _right() -> Solution:
    """p0 joins the occupant on day 0; p1 has room r1 on day 1; n0 nurses everybody."""
    nurses = {("r0", shift): ("n0",) for shift in range(6)}
    nurses |= {("r1", shift): ("n0",) for shift in range(3, 6)}
    return Solution({"p0": Admission(0, "r0", "t0"), "p1": Admission(1, "r1", "t1")}, nurses)


def test_every_soft_cost_agrees_with_a_count_by_hand(tiny: Instance) -> None:
    """Two people on day 0, three on day 1, three shifts a day, the stay cut at the horizon."""
    found = score(tiny, _right())
    assert found.violations == ()
    assert found.costs == {
        "room_mixed_age": 1 * 2,  # adult beside elderly on two days
        "room_nurse_skill": 10 * (2 * 3 + 3 * 3),  # each person lacks one level on each shift
        "continuity_of_care": 100 * 3,  # one nurse for each of three people
        "nurse_eccessive_workload": 1_000 * (3 * (4 - 3) + 3 * (6 - 3)),
        "open_operating_theater": 10_000 * 2,
        "surgeon_transfer": 0,
        "patient_delay": 1_000_000,  # p1 on day 1
        "unscheduled_optional": 0,
    }


def test_an_optional_patient_left_out_costs_and_breaks_nothing(tiny: Instance) -> None:
    right = _right()
    found = score(tiny, replace(right, admissions={"p0": right.admissions["p0"]}))
    assert found.violations == ()
    assert found.costs["unscheduled_optional"] == 10_000_000


def _admit(**changes: Admission) -> Solution:
    right = _right()
    return replace(right, admissions={**right.admissions, **changes})


def _nurse(place: tuple[str, int], nurses: tuple[str, ...]) -> Solution:
    right = _right()
    return replace(right, nurses={**right.nurses, place: nurses})


BROKEN: dict[str, Callable[[], Solution]] = {
    "room_gender_mix": lambda: _admit(p1=Admission(1, "r0", "t1")),
    "room_compatibility": lambda: _admit(p0=Admission(0, "r1", "t0")),
    "room_capacity": lambda: _admit(p0=Admission(1, "r1", "t0")),
    "surgeon_overtime": lambda: _admit(p1=Admission(0, "r1", "t0")),
    "theatre_overtime": lambda: _admit(p0=Admission(0, "r0", "t1")),
    "mandatory_unscheduled": lambda: replace(_right(), admissions={"p1": Admission(1, "r1", "t1")}),
    "nurse_presence": lambda: _nurse(("r1", 5), ("n1",)),
    "uncovered_room": lambda: _nurse(("r1", 5), ()),
    "room_nursed_twice": lambda: _nurse(("r1", 4), ("n0", "n1")),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_hard_rule_is_named(tiny: Instance, rule: str) -> None:
    assert rule in {row.rule for row in score(tiny, BROKEN[rule]()).violations}


def test_a_mandatory_patient_after_the_due_day_is_named(tiny: Instance) -> None:
    first = tiny.patients[0].model_copy(update={"surgery_due_day": 0})
    strict = tiny.model_copy(update={"patients": (first, tiny.patients[1])})
    found = score(Instance.model_validate(strict.model_dump()), _admit(p0=Admission(1, "r0", "t0")))
    assert "admission_day" in {row.rule for row in found.violations}


def test_every_hard_rule_has_a_case_that_breaks_it() -> None:
    assert {rule.__name__ for rule in HARD_RULES} == {*BROKEN, "admission_day"}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_spoilt_published_solution_is_named(golden: Path, name: str) -> None:
    instance = read_instance(golden / f"{name}.json.gz")
    solution = read_solution(golden / f"solution_{name}.json.gz", instance)
    mandatory = next(row.id for row in instance.patients if row.mandatory)
    kept = {k: v for k, v in solution.admissions.items() if k != mandatory}
    assert _names(instance, replace(solution, admissions=kept)) == {"mandatory_unscheduled"}
    assert "uncovered_room" in _names(instance, replace(solution, nurses={}))
    one_room = next(iter(solution.admissions.values())).room
    crowded = {k: replace(v, room=one_room) for k, v in solution.admissions.items()}
    assert "room_capacity" in _names(instance, replace(solution, admissions=crowded))


def _names(instance: Instance, solution: Solution) -> set[str]:
    return {row.rule for row in score(instance, solution).violations}


def test_what_cannot_be_read_is_refused_with_its_place(tmp_path: Path, tiny: Instance) -> None:
    with pytest.raises(InvalidInput, match="No such file"):
        read_instance(tmp_path / "absent.json")
    broken = tmp_path / "broken.json.gz"
    broken.write_bytes(b"not gzip")
    with pytest.raises(InvalidInput):
        read_instance(broken)
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(TINY | {"days": -1, "rooms": [{"id": "r0", "capacity": 0}]}))
    with pytest.raises(InvalidInput) as refused:
        read_instance(wrong)
    assert [row.column for row in refused.value.problems] == ["days", "rooms.0.capacity"]


def test_a_solution_of_another_instance_is_refused_with_every_unknown_code(tiny: Instance) -> None:
    document = to_json(_right(), tiny)
    document["patients"][0]["room"] = "r9"
    document["patients"].append(
        {"id": "p9", "admission_day": 7, "room": "r0", "operating_theater": "t0"}
    )
    document["nurses"][0]["assignments"][0]["shift"] = "siesta"
    with pytest.raises(InvalidInput) as refused:
        parse_solution(document, tiny)
    codes = [problem.code for problem in refused.value.problems]
    assert codes == ["unknown_code", "unknown_code", "outside_horizon", "unknown_code"]
    with pytest.raises(InvalidInput):
        parse_solution({"patients": []}, tiny)


def test_an_instance_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    occupant = TINY["occupants"][0]
    contradictions = (
        {"occupants": [occupant | {"room_id": "r9"}]},
        {"occupants": [occupant | {"age_group": "ancient"}]},
        {"occupants": [occupant | {"workload_produced": [1]}]},
        {"surgeons": [{"id": "s0", "max_surgery_time": [1]}]},
        {"surgeons": []},
    )
    for number, changes in enumerate(contradictions):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(TINY | changes))
        with pytest.raises(InvalidInput):
            read_instance(path)
