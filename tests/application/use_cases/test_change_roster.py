"""A month of a scheduler: build, absences, mend, a night by hand, a warning, publish, remember."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from application.folder.reading import GstData
from application.language import Language, Translator
from application.settings import load_settings
from application.use_cases.build_roster import RosterDraft, RosterRequest, build_roster
from application.use_cases.change_roster import (
    MendRequest,
    Move,
    absence,
    mend,
    move,
    options,
    replacements_for,
)
from application.use_cases.decide import Opinion, decide
from application.use_cases.folders import import_data
from application.use_cases.needs_from_beds import foreseen_cover
from application.use_cases.read_fairness import explained, fairness_of, fairness_prices
from application.use_cases.read_results import read_roster
from application.use_cases.roster_memory import memory_before
from application.use_cases.session import Session, open_session
from governance.decision import Role, Verdict
from hospital.errors import GstError, InvalidInput
from hospital.roster import Assignment, Burden, RosterRule
from scenarios.demo import DemoSize, generate

pytestmark = pytest.mark.integration

UNIT, MONDAY = "HP-SEA-PED", date(2026, 11, 23)
ASKED = RosterRequest(UNIT, MONDAY, 14, work_limit=3, in_stages=True, proposed_rules=True)
PUBLISH = Opinion(Verdict.ACCEPTED, "Youssef Alaoui", Role.SCHEDULER)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("wards")


@pytest.fixture(scope="module")
def work(home: Path) -> Iterator[Session]:
    settings = load_settings({"TADBIR_HOME": str(home), "TADBIR_PROCESSES": "1"})
    with open_session(settings) as session:
        gst, history = generate(DemoSize.SMALL, 1)
        import_data(session, GstData(gst, history))
        yield session


@pytest.fixture(scope="module")
def built(work: Session) -> RosterDraft:
    return build_roster(work, ASKED)


def test_a_roster_in_stages_is_stored_and_read_again(work: Session, built: RosterDraft) -> None:
    assert built.roster.stages
    assert built.roster.violations() == ()
    assert {r.rule for r in built.roster.problem.rules} >= {"juniors_per_senior"}
    assert build_roster(work, ASKED) == built
    plain = build_roster(work, replace(ASKED, in_stages=False, proposed_rules=False))
    assert plain.run != built.run
    assert plain.roster.stages == ()


def two_absences(built: RosterDraft) -> MendRequest:
    staff = [person.staff for person in built.roster.problem.staff][:2]
    return MendRequest(tuple(absence(one, MONDAY + timedelta(5), 3) for one in staff))


def test_two_absences_are_mended_into_a_new_draft(work: Session, built: RosterDraft) -> None:
    made = mend(work, built.run, two_absences(built))
    assert made.draft.run != built.run
    assert read_roster(work, built.run) == built.roster  # what was published is untouched
    assert made.draft.roster.violations() == ()
    assert read_roster(work, made.draft.run) == made.draft.roster
    away = {leave.staff for leave in two_absences(built).absences}
    days = [MONDAY + timedelta(day) for day in (5, 6, 7)]
    assert not any(a.staff in away and a.day in days for a in made.draft.roster.assignments)
    assert made.summary.uncovered <= made.summary.uncovered_if_nothing_done
    with pytest.raises(GstError, match="no_absence"):
        mend(work, built.run, MendRequest(()))


def test_absences_can_be_lived_with_in_several_ways(work: Session, built: RosterDraft) -> None:
    """Doing nothing changes nothing; the agency at the GST's price covers more for money."""
    found = [option.triple() for option in options(work, built.run, two_absences(built))]
    nothing = mend(work, built.run, two_absences(built)).summary.uncovered_if_nothing_done
    assert (nothing, 0, 0.0) in found
    assert all(
        price > 0 for uncovered, changes, price in found if not changes and uncovered < nothing
    )
    assert found == sorted(found)


def test_a_night_that_is_moved_by_hand_warns_of_what_it_breaks(
    work: Session, built: RosterDraft
) -> None:
    """The taker works already on that day: the draft is made, and says so in three languages."""
    night = next(a for a in built.roster.assignments if a.shift == "N")
    ranked = replacements_for(work, built.run, night.staff, night.day)
    barred = next(one for one in ranked if one.rule is not None)
    moves = [Move(night.staff, night.day, None), Move(barred.staff, night.day, "N")]
    made = move(work, built.run, moves)
    assert Assignment(staff=barred.staff, day=night.day, shift="N") in made.roster.assignments
    assert night not in made.roster.assignments
    unknown = [Move(night.staff, MONDAY - timedelta(1), "N")], [Move("zoe", MONDAY, "N")]
    for wrong in (*unknown, [Move(night.staff, MONDAY, "X")]):
        with pytest.raises(GstError, match="not_in_roster"):
            move(work, built.run, wrong)
    nights = [Move(barred.staff, MONDAY + timedelta(day), "N") for day in range(5)]
    broken = {violation.rule for violation in move(work, built.run, nights).roster.violations()}
    assert RosterRule.MAXIMUM_CONSECUTIVE_NIGHTS in broken


def test_every_day_of_everybody_is_explained_in_three_languages(
    work: Session, built: RosterDraft
) -> None:
    for person in built.roster.problem.staff:
        for day in built.roster.problem.calendar()[:4]:
            reasons = explained(work, built.run, person.staff, day)
            assert reasons
            for language in Language:
                assert all(Translator(language)(reason) for reason in reasons)


def test_what_is_published_is_remembered_once_and_carried_over(
    work: Session, built: RosterDraft
) -> None:
    """A mended roster that is published stands in for the first; the next one knows both."""
    after = MONDAY + timedelta(14)
    assert memory_before(work, UNIT, after).runs == ()
    decide(work, built.run, PUBLISH)
    assert memory_before(work, UNIT, after).runs == (built.run,)
    mended = mend(work, built.run, two_absences(built)).draft
    decide(work, mended.run, PUBLISH)
    memory = memory_before(work, UNIT, after)
    assert memory.runs == (mended.run,)
    assert set(memory.previous) == set(mended.roster.assignments)
    assert memory_before(work, UNIT, MONDAY).runs == ()
    assert memory_before(work, "CHR-KEN-GYN", after).runs == ()
    following = build_roster(work, replace(ASKED, first_day=after))
    problem = following.roster.problem
    assert problem.previous == memory.previous
    assert problem.carried == memory.ledger.carried() != ()
    assert following.roster.violations() == ()
    rows = {row.burden: row for row in fairness_of(work, following.run)}
    nights = rows[Burden.NIGHTS]
    assert nights.before is not None
    assert nights.before.largest_deviation > 0
    assert sum(c.amount for c in problem.carried if c.burden is Burden.NIGHTS) <= 0


def test_what_fairness_costs_is_a_curve_that_never_turns_back(
    work: Session, built: RosterDraft
) -> None:
    curve = fairness_prices(work, built.run, 0.5)
    assert [point.extra_percent for point in curve] == [0, 1, 2, 5, 10]
    assert curve[-1].points - curve[0].points <= max(10, 0.1 * curve[0].points)
    assert set(curve[0].burdens) >= {Burden.HOURS, Burden.NIGHTS}


def test_locks_that_contradict_are_refused_before_anything_is_solved(
    work: Session, built: RosterDraft
) -> None:
    duty = built.roster.assignments[0]
    other = next(s for s in ("M", "S", "N") if s != duty.shift)
    with pytest.raises(InvalidInput, match="locks"):
        build_roster(work, replace(ASKED, locked=(duty, duty.but(shift=other))))
    kept = build_roster(work, replace(ASKED, locked=(duty,)))
    assert duty in kept.roster.assignments


def tadbir(home: Path, *arguments: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TADBIR_")}
    own = {"TADBIR_HOME": str(home), "TADBIR_PROCESSES": "1", "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-c", "from application.cli import main; main()", "roster", *arguments],
        env=kept | own | {"TADBIR_LANG": language},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_the_command_line_does_all_of_it(home: Path, work: Session, built: RosterDraft) -> None:
    person = built.roster.assignments[0].staff
    run, day = ("--run", built.run[:12]), MONDAY.isoformat()
    mended = tadbir(home, "mend", *run, "--away", f"{person}:{day}:2", "--json")
    told = json.loads(mended.stdout)
    assert told["lost"] >= 1
    unlawful = [f"{person}:{MONDAY + timedelta(k)}:N" for k in range(5)]
    entries = [part for text in unlawful for part in ("--set", text)]
    moved = tadbir(home, "move", *run, *entries, language="fr")
    assert moved.returncode == 0
    assert "nuits de suite au plus" in moved.stdout
    shown = tadbir(home, "explain", *run, "--staff", person, "--day", day)
    assert shown.returncode == 0, shown.stderr
    assert "fair share" in shown.stdout
    evenness = json.loads(tadbir(home, "fairness", *run, "--json").stdout)
    assert {"hours", "nights", "recalls"} <= {row["burden"] for row in evenness}
    refused = tadbir(home, "mend", *run, "--away", "nonsense")
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr


@pytest.mark.slow
def test_nurses_follow_the_beds_that_the_twin_foresees(work: Session) -> None:
    """At the ninth decile never fewer than at the median; what would lack is told."""
    asked = replace(ASKED, days=7, in_stages=False, work_limit=2, bed_percent=50)
    median = build_roster(work, asked)
    high = build_roster(work, replace(asked, bed_percent=90))
    assert median.roster.problem.demand
    pairs = zip(median.roster.problem.demand, high.roster.problem.demand, strict=True)
    assert all(low.staff_needed <= more.staff_needed for low, more in pairs)
    cover = foreseen_cover(work, high.roster)
    assert cover.short_at_median <= cover.short_at_high
    assert cover.short_at_high == sum(row.missing for row in high.roster.shortfall())
    assert build_roster(work, asked) == median
    with pytest.raises(GstError) as late:
        build_roster(work, replace(asked, first_day=MONDAY + timedelta(70)))
    assert late.value.code == "beyond_the_forecast"
