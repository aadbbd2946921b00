"""One wrong thing in a right folder: it is told once, in its place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from application.folder.reading import inspect_folder, read_folder
from hospital.tables import BY_NAME

pytestmark = pytest.mark.unit

Faults = Callable[[Path], list[tuple[str, str, int | None, str | None]]]
Replaced = Callable[[str, str, str], Path]
Appended = Callable[[str, str], Path]


def test_the_folder_of_the_tests_is_right(gst_folder: Path, faults: Faults) -> None:
    assert faults(gst_folder) == []
    data = read_folder(gst_folder)
    assert data.gst.beds_by_unit() == {"BLOC": 0, "MED": 2, "PHARM": 0, "URG": 1}
    assert data.gst.medicines[1].strength == "0,9 %"
    assert data.history.stays["left_at"].isna().sum() == 1
    assert str(data.history.visits["hour"].dtype) == "datetime64[s]"
    assert str(data.history.visits["visits"].dtype) == "int64"


WRONG_CELLS = [
    ("hospitals", "900000", "-1", "out_of_range", "population"),
    ("hospitals", "900000", "1e400", "unreadable_value", "population"),
    ("hospitals", "900000", "nan", "unreadable_value", "population"),
    ("hospitals", "900000", "inf", "unreadable_value", "population"),
    ("hospitals", "900000", "9" * 400, "unreadable_value", "population"),
    ("hospitals", "900000", "9007199254740993", "unreadable_value", "population"),
    ("hospitals", "900000", "1_000", "unreadable_value", "population"),
    ("hospitals", "900000", "0x10", "unreadable_value", "population"),
    ("hospitals", "900000", "900000.5", "unreadable_value", "population"),
    ("hospitals", "900000", "٩٠٠", "unreadable_value", "population"),
    ("hospitals", "900000", "", "missing_value", "population"),
    ("hospitals", ",chr,", ",CHR,", "unreadable_value", "level"),
    ("hospitals", ",chr,", ",clinic,", "unreadable_value", "level"),
    ("surgeons", "DR1,Chirurgien 1", "D R1,Chirurgien 1", "unreadable_value", "surgeon"),
    ("suppliers", "FOUR,Fournisseur", "F" * 65 + ",Fournisseur", "unreadable_value", "supplier"),
    ("hospitals", ",Khémisset,", ",Khé\x07misset,", "unreadable_value", "province"),
    ("hospitals", ",Khémisset,", ",Khé\x00misset,", "unreadable_value", "province"),
    ("hospitals", ",Khémisset,", ",Khé\u2028misset,", "unreadable_value", "province"),
    ("beds", "MED-01,MED,any,false", "MED-01,MED,any,maybe", "unreadable_value", "isolation"),
    ("leave", "2026-12-01", "01/12/2026", "unreadable_value", "first_day"),
    ("leave", "2026-12-01", "2026-13-01", "unreadable_value", "first_day"),
    ("leave", "2026-12-01", "2026-02-30", "unreadable_value", "first_day"),
    ("leave", "2026-12-01", "2026-12-1", "unreadable_value", "first_day"),
    ("leave", "2026-12-01", "1026-12-01", "unreadable_value", "first_day"),
    ("leave", "2026-12-01", "9999-12-01", "unreadable_value", "first_day"),
    ("leave", "2026-12-01", "46357", "unreadable_value", "first_day"),
    ("visits", "2026-11-22T22:00:00", "22/11/2026 22:00", "unreadable_value", "hour"),
    ("visits", "2026-11-22T22:00:00", "2026-11-22T25:00", "unreadable_value", "hour"),
    ("visits", "2026-11-22T22:00:00", "2026-11", "unreadable_value", "hour"),
    ("visits", "2026-11-22T22:00:00", "2026-11-22T22:30:00", "not_a_whole_hour", "hour"),
    ("visits", ",7", ",10001", "out_of_range", "visits"),
    ("triage", "CHR-01,1,0.1,0.8", "CHR-01,1,0.1,1.8", "out_of_range", "admission_probability"),
    ("shifts", "J,Jour,8,", "J,Jour,24,", "out_of_range", "start_hour"),
    ("medicines", "4006381333931", "4006381333932", "wrong_gtin", "gtin"),
    ("medicines", "4006381333931", "400638133393", "wrong_gtin", "gtin"),
    ("leave", "2026-12-03", "2026-11-30", "ends_before_it_starts", "last_day"),
    ("waiting_list", "2027-01-01", "2026-09-30", "ends_before_it_starts", "due_date"),
    ("waiting_list", ",anaemia,", ",,", "reason_missing", "deferral_reason"),
    ("waiting_list", ",adhesions", ", ", "reason_missing", "minutes_reason"),
    ("waiting_list", ",80,", ",0,", "out_of_range", "minutes"),
    ("consumption", "2026-11-16", "2026-11-17", "not_a_monday", "week"),
    ("referrals", "2026-11-16", "2026-11-17", "not_a_monday", "week"),
    ("referrals", ",42", ",-1", "out_of_range", "referrals"),
    ("links", "CHR-01,HP-02", "CHR-01,CHR-01", "link_to_itself", "destination"),
    ("units", "URG,CHR-01,", "URG,CHR-99,", "unknown_code", "hospital"),
    ("beds", "URG-01,URG", "URG-01,BLOC", "wrong_kind_of_unit", "unit"),
    ("sessions", "SES-1,BLOC", "SES-1,MED", "wrong_kind_of_unit", "unit"),
    ("sessions", "480,360", "480,361", "room_taken_twice", "room"),
    ("stays", "P3,URG,,", "P3,PHARM,,", "wrong_kind_of_unit", "unit"),
    ("stays", "P3,URG,,", "P3,BLOC,,", "wrong_kind_of_unit", "unit"),
    ("stays", "P3,URG,,", "P3,NOWHERE,,", "unknown_code", "unit"),
    ("stays", "P3,URG,,", "P3,URG,URG-99,", "unknown_code", "bed"),
    ("stays", "P3,URG,,", "P3,URG,MED-02,", "bed_of_another_unit", "bed"),
    (
        "stays",
        "2026-11-03T11:30:00,emer",
        "2026-10-03T11:30:00,emer",
        "stay_ends_before_it_starts",
        "left_at",
    ),
    ("stays", "2026-11-03T11:30:00,emer", "2026-11-03T11:30:01,emer", "bed_taken_twice", "bed"),
    (
        "stays",
        "2026-11-04T06:00:00,emer",
        "2026-11-04T06:00:01,emer",
        "overlapping_stays",
        "left_at",
    ),
    ("stays", ",present", ",home", "outcome_does_not_fit", "outcome"),
    ("stays", "Salé,moved", "Salé,present", "outcome_does_not_fit", "outcome"),
]


@pytest.mark.parametrize(
    "wrong", WRONG_CELLS, ids=lambda wrong: f"{wrong[0]}-{wrong[2][:30]!a}-{wrong[3]}"
)
def test_one_wrong_cell_is_told_once_with_its_place(
    wrong: tuple[str, str, str, str, str], replaced: Replaced, faults: Faults
) -> None:
    table, old, new, code, column = wrong
    folder = replaced(f"{table}.csv", old, new)
    _keep_only(_needed_by(table), folder)
    lines = (folder / f"{table}.csv").read_text(encoding="utf-8").split("\n")
    rows = [row for row, line in enumerate(lines, start=1) if new in line] if new else [2]
    told = faults(folder)
    assert (code, f"{table}.csv", column) in [(c, f, col) for c, f, _, col in told]
    assert {row for _, file, row, _ in told if file == f"{table}.csv"} <= set(rows)
    if code not in {"unknown_code", "wrong_kind_of_unit"}:
        own = [c for c, *_ in told if c not in {"unit_without_beds", "unknown_code"}]
        assert len(own) == 1


def _needed_by(table: str) -> set[str]:
    """The table and all that it refers to: fewer files make a faster test."""
    return {table}.union(*(_needed_by(target) for target in BY_NAME[table].references.values()))


def _keep_only(tables: set[str], folder: Path) -> None:
    for file in folder.glob("*.csv"):
        if file.stem not in {*tables, "hospitals", "units", "beds"}:
            file.unlink()


def test_a_bad_row_of_a_table_does_not_condemn_all_that_refer_to_it(
    replaced: Replaced, faults: Faults
) -> None:
    folder = replaced("hospitals.csv", "900000", "many")
    assert faults(folder) == [("unreadable_value", "hospitals.csv", 2, "population")]


def test_an_unreadable_file_does_not_condemn_all_that_refer_to_it(
    gst_folder: Path, faults: Faults
) -> None:
    (gst_folder / "units.csv").write_bytes("unit,name\nMED,Médecine\n".encode("latin-1"))
    assert faults(gst_folder) == [("wrong_encoding", "units.csv", 2, None)]


def test_a_patient_still_present_overlaps_every_later_stay(
    appended: Appended, faults: Faults
) -> None:
    folder = appended("stays", "P2,MED,,2026-11-20T10:00:00,,elective,female,65+,Salé,present")
    assert faults(folder) == [("overlapping_stays", "stays.csv", 3, "left_at")]


def test_stays_that_touch_do_not_overlap_and_may_last_no_time(
    appended: Appended, faults: Faults
) -> None:
    folder = appended(
        "stays",
        "P9,MED,MED-02,2026-11-09T12:00:00,2026-11-09T12:00:00,elective,female,65+,Salé,home",
    )
    assert faults(folder) == []


@pytest.mark.parametrize(
    ("table", "line", "code"),
    [
        ("beds", "MED-01,MED,any,false,false", "repeated_key"),
        ("requests", "S1,2026-12-10,,true,1", "repeated_key"),
        ("links", "HP-02,CHR-01,62.5,55", "repeated_link"),
        ("visits", "CHR-01,2026-11-22T23:00:00,3", "repeated_key"),
        ("visits", "CHR-01,2026-11-22T23:00:00+01:00,3", "repeated_key"),
    ],
)
def test_a_repeated_row_is_told_at_its_second_place(
    table: str, line: str, code: str, appended: Appended, faults: Faults
) -> None:
    folder = appended(table, line)
    rows = (folder / f"{table}.csv").read_text(encoding="utf-8").count("\n")
    assert [(c, row) for c, _, row, _ in faults(folder)] == [(code, rows)]


def test_shares_of_triage_sum_to_one(replaced: Replaced, faults: Faults) -> None:
    folder = replaced("triage.csv", "CHR-01,2,0.9", "CHR-01,2,0.8")
    assert faults(folder) == [("shares_do_not_sum", "triage.csv", None, "share")]


def test_a_rejected_share_is_not_told_again_as_a_wrong_sum(
    replaced: Replaced, faults: Faults
) -> None:
    folder = replaced("triage.csv", "CHR-01,2,0.9", "CHR-01,2,-0.9")
    assert faults(folder) == [("out_of_range", "triage.csv", 3, "share")]


def test_a_care_unit_needs_beds(replaced: Replaced, faults: Faults) -> None:
    folder = replaced("beds.csv", "URG-01,URG,any,false,true\n", "")
    assert faults(folder) == [("unit_without_beds", "units.csv", 5, "unit")]


@pytest.mark.parametrize("day", ["2026-11-22", "2026-11-01", "2025-01-01"])
def test_history_ends_before_the_day_of_planning(
    day: str, replaced: Replaced, faults: Faults
) -> None:
    folder = replaced("gst.yaml", "2026-11-23", day)
    told = faults(folder)
    assert ("history_after_as_of", "gst.yaml", None, "as_of") in told
    assert {code for code, *_ in told} == {"history_after_as_of"}


def test_all_faults_of_all_files_are_told_at_once(gst_folder: Path, faults: Faults) -> None:
    changes = (
        ("hospitals.csv", "900000", "-5"),
        ("beds.csv", "MED-02,MED,female", "MED-02,MED,women"),
        ("visits.csv", "CHR-01,2026-11-22T22", "CHR-01,2026/11/22T22"),
        ("gst.yaml", "region:", "regoin:"),
    )
    for file, old, new in changes:
        path = gst_folder / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert {code for code, *_ in faults(gst_folder)} == {
        "out_of_range",
        "unreadable_value",
        "unknown_key",
        "missing_key",
    }
    assert {file for _, file, *_ in faults(gst_folder)} == {file for file, *_ in changes}


def test_words_of_a_french_spreadsheet_are_read(gst_folder: Path, faults: Faults) -> None:
    (gst_folder / "beds.csv").write_text(
        "bed;unit;sex;isolation;paediatric\r\n"
        "MED-01;MED;any;FAUX;non\r\nMED-02;MED;;VRAI;oui\r\nURG-01;URG;any;0;1\r\n",
        encoding="utf-8-sig",
        newline="",
    )
    assert faults(gst_folder) == []
    beds = {bed.bed: bed for bed in read_folder(gst_folder).gst.beds}
    assert (beds["MED-02"].isolation, beds["MED-02"].sex.value) == (True, "any")


def test_a_time_with_an_offset_is_brought_to_the_moroccan_clock(
    replaced: Replaced,
) -> None:
    folder = replaced("visits.csv", "2026-11-22T22:00:00", "2026-11-22T21:00:00Z")
    hours = read_folder(folder).history.visits["hour"]
    assert [hour.hour for hour in hours] == [22, 23]


def test_what_is_shown_of_a_cell_cannot_steer_a_terminal(
    replaced: Replaced,
) -> None:
    folder = replaced("hospitals.csv", ",Khémisset,", ",\x1b[2J" + "x" * 10_000 + ",")
    (problem,) = inspect_folder(folder).findings.problems
    assert "\x1b" not in str(problem)
    assert len(problem.found) <= 81


def test_a_reference_is_checked_whatever_else_is_wrong_in_its_row(
    appended: Appended, faults: Faults
) -> None:
    folder = appended("beds", "MED-01,NOWHERE,some,false,false")
    assert faults(folder) == [
        ("unreadable_value", "beds.csv", 5, "sex"),
        ("unknown_code", "beds.csv", 5, "unit"),
    ]
