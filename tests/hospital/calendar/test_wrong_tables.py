"""A wrong table is refused once, with every wrong cell and how to mend it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hospital.calendar import MoroccanCalendar
from hospital.calendar.rows import Findings
from hospital.calendar.tables import read_fixed_holidays, read_labels, read_movable_days
from hospital.errors import InvalidInput, Problem

pytestmark = pytest.mark.unit


def problems_of(table: Path) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInput) as refusal:
        MoroccanCalendar.load(table)
    return refusal.value.problems


def test_all_wrong_cells_are_reported_together(edited: Callable[..., Path]) -> None:
    table = edited(
        "aid_el_fitr,2027-03-10,official,MAP",
        "mawlid,14/08/2027,official,MAP",
        "mawlid,2028-08-04,perhaps,MAP",
        "aid_al_adha,2027-05-17,official,",
        "aid_al_adha,2029-05-17,official,MAP",
        "exceptional_day_off,2027-05-18,computed,",
        "first_muharram,2027-06-07,official,MAP, Rabat",
    )
    found = [(problem.row, problem.column, problem.code) for problem in problems_of(table)]
    assert found == [
        (2, "key", "unknown_value"),
        (3, "date", "not_a_date"),
        (4, "status", "unknown_value"),
        (5, "source", "no_source"),
        (6, "date", "far_from_the_moon"),
        (7, "status", "not_official"),
        (8, None, "too_many_cells"),
    ]


def test_a_problem_says_what_was_found_what_is_expected_and_what_to_do(
    edited: Callable[..., Path],
) -> None:
    (problem,) = problems_of(edited("mawlid,14/08/2027,official,MAP"))
    assert str(problem) == (
        "edited_dates.csv, row 2, column date: found 14/08/2027; expected a date such as "
        "2026-03-21. Write year-month-day, as text if Excel changes it."
    )


def test_a_date_in_the_wrong_month_is_not_a_second_event(edited: Callable[..., Path]) -> None:
    (problem,) = problems_of(edited("aid_al_adha,2027-06-17,official,MAP"))
    assert problem.code == "far_from_the_moon"
    assert "2027-05-17" in problem.expected


def test_one_event_is_told_once(edited: Callable[..., Path]) -> None:
    table = edited("mawlid,2027-08-14,official,MAP", "mawlid,2027-08-15,official,bladi.net")
    (problem,) = problems_of(table)
    assert (problem.row, problem.code) == (3, "told_twice")


def test_two_announced_ends_of_ramadan_must_be_coherent(edited: Callable[..., Path]) -> None:
    """Ramadan 2026 was announced for 19 February: 22 March would be its 32nd day."""
    (problem,) = problems_of(edited("aid_al_fitr,2026-03-22,official,MAP"))
    assert (problem.row, problem.code) == (2, "ramadan_length")


@pytest.mark.parametrize("key", ["ramadan_start", "aid_al_fitr"])
def test_a_new_ramadan_needs_both_its_ends(edited: Callable[..., Path], key: str) -> None:
    day = {"ramadan_start": "2036-10-21", "aid_al_fitr": "2036-11-20"}[key]
    (problem,) = problems_of(edited(f"{key},{day},computed,"))
    assert (problem.row, problem.code) == (2, "no_partner")


def test_a_short_row_is_reported(edited: Callable[..., Path]) -> None:
    problems = problems_of(edited("mawlid"))
    assert [problem.column for problem in problems] == ["date", "status"]
    assert {problem.found for problem in problems} == {"nothing"}


@pytest.mark.parametrize("header", ["key,day,status,source", "date", ""])
def test_a_wrong_header_is_reported_once(edited: Callable[..., Path], header: str) -> None:
    (problem,) = problems_of(edited("mawlid,2027-08-14,official,MAP", header=header))
    assert problem.code == "wrong_header"
    assert problem.expected == "key, date, status, source"


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path / "lost.csv")
    assert (problem.file, problem.code) == ("lost.csv", "unreadable_file")


def test_another_encoding_is_reported(tmp_path: Path) -> None:
    table = tmp_path / "old.csv"
    table.write_bytes(
        "key,date,status,source\nmawlid,2027-08-14,official,communiqué".encode("cp1252")
    )
    (problem,) = problems_of(table)
    assert problem.code == "not_utf8"


def test_wrong_school_breaks_are_reported_with_the_wrong_dates(
    edited: Callable[..., Path], tmp_path: Path
) -> None:
    breaks = tmp_path / "my_breaks.csv"
    breaks.write_text(
        "key,first_day,last_day,status,source\n"
        "mid_year_break,2027-01-31,2027-01-24,official,\n"
        "carnival_break,2027-02-01,,maybe,\n",
        encoding="utf-8",
    )
    with pytest.raises(InvalidInput) as refusal:
        MoroccanCalendar.load(edited("mawlid,soon,official,MAP"), breaks)
    places = [(problem.file, problem.row, problem.column) for problem in refusal.value.problems]
    assert places == [
        ("edited_dates.csv", 2, "date"),
        ("my_breaks.csv", 2, "source"),
        ("my_breaks.csv", 2, "last_day"),
        ("my_breaks.csv", 3, "key"),
        ("my_breaks.csv", 3, "last_day"),
        ("my_breaks.csv", 3, "status"),
    ]


def test_edited_school_breaks_replace_ours(tmp_path: Path) -> None:
    breaks = tmp_path / "my_breaks.csv"
    breaks.write_text(
        "key,first_day,last_day,status,source\nsummer_break,2027-06-28,2027-09-03,official,arrêté\n",
        encoding="utf-8",
    )
    (summer,) = MoroccanCalendar.load(school_breaks=breaks).school_breaks
    assert summer.label("en") == "Summer break"


def test_wrong_holiday_rows_are_reported(tmp_path: Path) -> None:
    findings = Findings()
    fixed = tmp_path / "fixed.csv"
    fixed.write_text("key,month,day,first_year,source\nnew_year,one,1,,decree\n", encoding="utf-8")
    movable = tmp_path / "movable.csv"
    movable.write_text(
        "key,anchor,offset_days,is_public_holiday,source\nmawlid,mawlid,0,maybe,decree\n",
        encoding="utf-8",
    )
    assert read_fixed_holidays(findings, fixed) == []
    read_movable_days(findings, movable)
    assert [problem.code for problem in findings.problems] == ["not_a_number", "not_yes_or_no"]


def test_a_missing_translation_is_reported(tmp_path: Path) -> None:
    findings = Findings()
    labels = tmp_path / "labels.csv"
    labels.write_text("key,fr,en,ar\nmawlid,Aïd Al Mawlid,Mawlid,\n", encoding="utf-8")
    read_labels(findings, labels)
    assert [(problem.column, problem.code) for problem in findings.problems] == [
        ("ar", "empty_cell")
    ]
