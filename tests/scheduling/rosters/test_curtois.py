"""The Curtois–Qu format, its scorer, and column generation against brute force and known optima."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from hospital.errors import GstError, InvalidInput
from scheduling.rosters.curtois import Instance, read_instance, read_roster, roster_text, score
from scheduling.rosters.kernel import REST
from scheduling.rosters.pricing import Pricer
from scheduling.rosters.solve import Effort, Progress, solve

pytestmark = pytest.mark.unit

SMALL = """\
# a made-up instance in the format
SECTION_HORIZON
7

SECTION_SHIFTS
E,480,
L,480,E
N,600,E|L

SECTION_STAFF
A,E=7|L=7|N=1,2520,1440,4,2,2,1
B,E=7|L=0|N=2,2400,960,3,1,1,1
C,E=2|L=7|N=7,2400,480,5,2,1,0

SECTION_DAYS_OFF
A,3
C,0

SECTION_SHIFT_ON_REQUESTS
A,0,E,2
B,6,E,3

SECTION_SHIFT_OFF_REQUESTS
C,4,L,1

SECTION_COVER
0,E,1,100,1
1,E,1,100,1
2,L,1,100,1
2,N,1,30,1
4,L,2,100,1
5,E,1,100,1
6,E,0,100,2
"""


Line = tuple[str, ...]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "small.txt"
    file.write_text(SMALL, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    file = tmp_path_factory.mktemp("curtois") / "small.txt"
    file.write_text(SMALL, encoding="utf-8")
    return read_instance(file)


@pytest.fixture(scope="module")
def lawful(small: Instance) -> list[list[Line]]:
    """Every lawful line of each person, by trying all of them."""
    return [lines_of(small, person) for person in range(3)]


def lines_of(instance: Instance, person: int) -> list[Line]:
    alone = Instance(instance.days, instance.shifts, (instance.employees[person],), (), ())
    code = instance.employees[person].code
    every = product(["", *(shift.code for shift in instance.shifts)], repeat=instance.days)
    return [line for line in every if not score(alone, {code: line}).violations]


def test_an_instance_is_read_as_written(small: Instance) -> None:
    assert (small.days, len(small.employees), len(small.cover)) == (7, 3, 7)
    assert small.shifts[2].cannot_precede == {"E", "L"}
    assert small.employees[0].max_shifts == {"E": 7, "L": 7, "N": 1}
    assert small.employees[2].days_off == {0}
    assert [wish.wants_work for wish in small.wishes] == [True, True, False]


def test_a_roster_survives_its_text(small: Instance) -> None:
    lines = {"A": ("E", "", "", "", "L", "", ""), "B": ("",) * 7, "C": ("",) * 6 + ("N",)}
    assert read_roster(small, roster_text(small, lines)) == lines


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        (("E", "E", "L", "", "", "", ""), set()),
        (("E", "E", "", "L", "", "", ""), {"day_off", "minimum_run"}),
        (("", "E", "", "", "L", "L", ""), {"minimum_run"}),
        (("L", "E", "E", "", "", "", ""), {"succession"}),
        (("", "N", "N", "", "", "", "E"), {"maximum_shifts"}),
        (("E", "", "", "", "", "", ""), {"minimum_minutes"}),
        (("E", "E", "E", "", "E", "E", "E"), {"maximum_minutes", "minimum_run"}),
        (("L", "L", "L", "L", "L", "", ""), {"maximum_run", "day_off"}),
    ],
)
def test_the_scorer_names_what_is_broken(small: Instance, line: Line, broken: set[str]) -> None:
    others = {"B": ("E", "E", "", "", "", "", ""), "C": ("", "", "", "L", "L", "", "")}
    found = {v.rule for v in score(small, {"A": line, **others}).violations if v.subject == "A"}
    assert found - {"maximum_minutes"} == broken - {"maximum_minutes"}
    assert "maximum_minutes" not in broken or "maximum_minutes" in found


def test_the_scorer_adds_refused_wishes_and_cover(small: Instance) -> None:
    nothing = {person.code: ("",) * 7 for person in small.employees}
    assert score(small, nothing).cost == 2 + 3 + 100 * 6 + 30
    extra = {**nothing, "C": ("", "", "", "", "L", "", "E")}
    assert score(small, extra).cost == 2 + 3 + 1 + 100 * 5 + 30 + 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_pricing_finds_the_cheapest_line_that_exists(
    small: Instance, lawful: list[list[Line]], seed: int
) -> None:
    """Against every lawful line of each person, at random prices."""
    prices = np.random.default_rng(seed).normal(size=(3, 7, 3))
    for k, person in enumerate(small.employees):
        prices[k, sorted(person.days_off)] = np.inf
        for s, shift in enumerate(small.shifts):
            prices[k, :, s] = np.inf if not person.max_shifts[shift.code] else prices[k, :, s]
    best, lines = Pricer(small).cheapest(prices)
    codes = [shift.code for shift in small.shifts]
    for k in range(3):
        exact = min(
            sum(prices[k, day, codes.index(code)] for day, code in enumerate(line) if code)
            for line in lawful[k]
        )
        assert best[k] == pytest.approx(exact)
        worked = np.flatnonzero(lines[k] != REST)
        assert prices[k, worked, lines[k, worked]].sum() == pytest.approx(exact)


def test_the_bound_holds_for_every_roster_and_the_roster_is_lawful(
    small: Instance, lawful: list[list[Line]]
) -> None:
    """The true optimum of the small instance, by trying all rosters, lies above the bound."""
    found = solve(small, Effort(work_limit=0.5))
    reached = score(small, found.lines)
    optimum = min(
        score(small, dict(zip("ABC", lines, strict=True))).cost
        for lines in product(*(_undominated(small, k, own) for k, own in enumerate(lawful)))
    )
    assert reached.violations == ()
    assert found.bound <= optimum
    assert optimum == reached.cost == found.cost


def _undominated(instance: Instance, person: int, lines: list[Line]) -> list[Line]:
    """One line for each way of meeting the targets and wishes: what else it does costs nothing."""
    code = instance.employees[person].code
    asked = {(t.day, t.shift) for t in instance.cover}
    asked |= {(w.day, w.shift) for w in instance.wishes if w.employee == code}
    kinds = {
        tuple(c if (d, c) in asked else "" for d, c in enumerate(line)): line for line in lines
    }
    return list(kinds.values())


@pytest.mark.parametrize(
    ("line", "code"),
    [("A,0,E", "unreadable_line"), ("SECTION_COVER", "missing_section")],
)
def test_a_broken_file_names_its_line_or_section(path: Path, line: str, code: str) -> None:
    text = SMALL[: SMALL.index("SECTION_COVER")]
    path.write_text(text + line + "\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as refusal:
        read_instance(path)
    assert refusal.value.problems[0].code == code


def test_same_seed_and_work_limit_same_roster_and_progress(small: Instance) -> None:
    told: list[list[Progress]] = [[], []]
    one, other = (solve(small, Effort(3, work_limit=0.3), log.append) for log in told)
    assert one == other
    assert told[0] == told[1]


def test_progress_only_gets_better_and_ends_at_the_answer(small: Instance) -> None:
    told: list[Progress] = []
    found = solve(small, Effort(work_limit=0.3), told.append)
    costs, bounds = [p.cost for p in told], [p.bound for p in told]
    assert costs == sorted(costs, reverse=True)
    assert bounds == sorted(bounds)
    assert (costs[-1], bounds[-1]) == (found.cost, found.bound)
    assert told[-1].gap_percent >= 0


def test_a_cancel_keeps_the_best_so_far(small: Instance) -> None:
    cancel = Event()
    told: list[Progress] = []

    def first_only(progress: Progress) -> None:
        told.append(progress)
        cancel.set()

    found = solve(small, Effort(), first_only, cancel)
    assert found.cost == told[-1].cost
    assert score(small, found.lines).violations == ()
    assert found.bound <= solve(small, Effort(work_limit=0.5)).cost


def test_a_person_without_any_lawful_line_is_named(path: Path) -> None:
    """2,500 minutes in three days are more than three shifts of ten hours."""
    text = SMALL.replace("A,E=7|L=7|N=1,2520,1440", "A,E=7|L=7|N=1,2520,2500")
    path.write_text(text.replace("A,3\n", "A,0,1,2,3\n"), encoding="utf-8")
    with pytest.raises(GstError, match="no_lawful_line"):
        solve(read_instance(path), Effort(work_limit=0.1))


@pytest.mark.parametrize(
    ("number", "bound", "best"), [(1, 558, 607), (2, 828, 828), (4, 1716, 1716)]
)
def test_published_optima_are_reached(shared: Path, number: int, bound: int, best: int) -> None:
    """Costs of schedulingbenchmarks.org; 2 and 4 are proven by the bound itself."""
    folder = shared / "benchmarks" / "curtois-qu"
    if not folder.is_dir():
        pytest.skip(f"no instances at {folder}")
    instance = read_instance(folder / f"Instance{number}.txt")
    found = solve(instance, Effort(work_limit=3.0))
    reached = score(instance, found.lines)
    assert reached.violations == ()
    assert (found.bound, reached.cost, found.cost) == (bound, best, best)
