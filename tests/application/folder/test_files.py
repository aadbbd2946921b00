"""Files that are not what they should be: names, encodings, formats, quotes, lengths of rows."""

import os
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from application.folder.reading import inspect_folder, read_folder

pytestmark = pytest.mark.unit

Told = list[tuple[str, str, int | None, str | None]]
Faults = Callable[[Path], Told]


def naive(*parts: int) -> datetime:
    """A time as spreadsheets hold it: on the local clock, without an offset."""
    return datetime(*parts)  # noqa: DTZ001 - see above


HOSPITALS = "hospital,name,level,province,population\n"
FIRST = "CHR-01,Centre,chr,Salé,900000\n"


NEEDED = {"hospitals", "units", "beds", "links", "staff", "leave", "visits"}


@pytest.fixture(autouse=True)
def _few_tables(gst_folder: Path) -> None:
    """Fewer tables make a faster test."""
    for file in gst_folder.glob("*.csv"):
        if file.stem not in NEEDED:
            file.unlink()


@pytest.fixture
def told(gst_folder: Path, faults: Faults) -> Callable[[bytes | str], Told]:
    """What is said of a folder whose only table is these hospitals."""

    def tell(content: bytes | str) -> Told:
        for file in gst_folder.glob("*.csv"):
            file.unlink()
        content = content.encode() if isinstance(content, str) else content
        (gst_folder / "hospitals.csv").write_bytes(content)
        return faults(gst_folder)

    return tell


def codes(told: Told) -> list[tuple[str, int | None]]:
    return [(code, row) for code, _, row, _ in told]


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b"", "empty_file", None),
        (HOSPITALS.encode(), "empty_file", None),
        ((HOSPITALS + "\n\n,,,,\n").encode(), "empty_file", None),
        ((HOSPITALS + "# hospital: a code, needed\n").encode(), "empty_file", None),
        ((HOSPITALS + FIRST).encode("latin-1"), "wrong_encoding", 2),
        ((HOSPITALS + FIRST).encode("utf-16"), "wrong_encoding", 1),
        (b"\x00" * 100, "unknown_column", 1),
        (b"\n\n\n", "missing_column", 1),
        ((HOSPITALS + '"CHR-01,Centre,chr,Rabat,9\n').encode(), "broken_csv", 2),
        ((HOSPITALS + FIRST + 'HP-2,"a"b,chr,x,9\n').encode(), "broken_csv", 3),
        ((HOSPITALS + FIRST + f"HP-2,{'x' * 200_000},hp,x,9\n").encode(), "broken_csv", 3),
        ((HOSPITALS + FIRST + "HP-2,Hôpital, annexe,hp,x,9\n").encode(), "too_many_cells", 3),
        ((HOSPITALS + FIRST + "HP-2,Hôpital,hp,x\n").encode(), "too_few_cells", 3),
        ((HOSPITALS + FIRST + "HP-2\n").encode(), "too_few_cells", 3),
        (("hospital," + HOSPITALS + "A," + FIRST).encode(), "repeated_column", 1),
        (("beds," + HOSPITALS + "3," + FIRST).encode(), "unknown_column", 1),
        ((HOSPITALS.replace(",province", ",,") + FIRST).encode(), "unknown_column", 1),
        (b"hospital,name,level,province\nA,b,chr,c\n", "missing_column", 1),
        ((HOSPITALS + FIRST).replace(",", "|").encode(), "unknown_column", 1),
        ((HOSPITALS + FIRST).upper().encode(), "unknown_column", 1),
    ],
)
def test_a_file_that_is_no_table_is_told_with_its_row(
    content: bytes, code: str, row: int | None, told: Callable[[bytes], Told]
) -> None:
    assert (code, row) in codes(told(content))


@pytest.mark.parametrize(
    "content",
    [
        HOSPITALS + FIRST,
        HOSPITALS.replace(",", ";") + FIRST.replace(",", ";"),
        HOSPITALS.replace(",", "\t") + FIRST.replace(",", "\t"),
        (HOSPITALS + FIRST).replace("\n", "\r\n"),
        (HOSPITALS + FIRST).replace("\n", "\r"),
        "\ufeff" + HOSPITALS + FIRST,
        (HOSPITALS + FIRST).rstrip(),
        HOSPITALS.replace("\n", ",,\n") + FIRST.replace("\n", ",,\n"),
        HOSPITALS + FIRST.replace("\n", ",,,\n"),
        HOSPITALS + "# comment, with, cells\n\n" + FIRST + "# end\n",
        HOSPITALS.replace("name", '"name"') + '"CHR-01"," Centre ",chr,Salé, 900000 \n',
        "population,province,level,name,hospital\n900000,Salé,chr,Centre,CHR-01\n",
    ],
)
def test_what_a_spreadsheet_may_do_to_a_right_file_changes_nothing(
    content: str, told: Callable[[str], Told], gst_folder: Path
) -> None:
    assert told(content) == []
    (hospital,) = read_folder(gst_folder).gst.hospitals
    assert hospital.model_dump(mode="json", exclude_none=True) == {
        "hospital": "CHR-01",
        "name": "Centre",
        "level": "chr",
        "province": "Salé",
        "population": 900000,
    }


def test_rows_are_numbered_as_in_a_spreadsheet(told: Callable[[str], Told]) -> None:
    """A quoted line end does not begin a row; an empty line and a comment are rows."""
    content = (
        HOSPITALS + 'CHR-01,"Centre\nrégional\r\nde Salé",chr,Salé,900000\n\n# note\n'
        "HP-02,b,hp,c,many\n"
    )
    assert codes(told(content)) == [("unreadable_value", 5)]


def test_a_decimal_comma_is_read_in_a_semicolon_file(gst_folder: Path, faults: Faults) -> None:
    links = "origin;destination;distance_km;travel_minutes\nCHR-01;HP-02;62,5;55,0\n"
    (gst_folder / "links.csv").write_text(links, encoding="utf-8")
    assert faults(gst_folder) == []
    assert read_folder(gst_folder).gst.links[0].distance_km == 62.5


def test_a_decimal_comma_is_refused_in_a_comma_file(gst_folder: Path, faults: Faults) -> None:
    links = 'origin,destination,distance_km,travel_minutes\nCHR-01,HP-02,"62,5",55\n'
    (gst_folder / "links.csv").write_text(links, encoding="utf-8")
    assert faults(gst_folder) == [("unreadable_value", "links.csv", 2, "distance_km")]


STRANGE_NAMES = [
    ("bed.csv", "unknown_file"),
    ("Beds.CSV", "unknown_file"),
    ("beds.txt", "unknown_file"),
    ("beds.xls", "unknown_file"),
    ("beds.csv.gz", "unknown_file"),
    ("gst.yml", "unknown_file"),
    ("anything.xlsx", "unknown_file"),
    ("beds.parquet", "two_files"),
]


@pytest.mark.parametrize(("name", "code"), STRANGE_NAMES)
def test_a_file_that_would_not_be_read_is_told(
    name: str, code: str, gst_folder: Path, faults: Faults
) -> None:
    (gst_folder / name).write_bytes((gst_folder / "beds.csv").read_bytes())
    assert {each for each, *_ in faults(gst_folder)} == {code}


@pytest.mark.parametrize("name", ["~$beds.xlsx", ".beds.csv", "notes.txt", "README.md"])
def test_a_file_that_is_none_of_ours_is_left_alone(
    name: str, gst_folder: Path, faults: Faults
) -> None:
    (gst_folder / name).write_text("x", encoding="utf-8")
    (gst_folder / "scenarios").mkdir()
    assert faults(gst_folder) == []


def test_a_thousand_strange_files_are_counted_and_five_are_shown(
    gst_folder: Path,
) -> None:
    for number in range(1000):
        (gst_folder / f"copy-{number}.csv").touch()
    findings = inspect_folder(gst_folder).findings
    assert (findings.total, len(findings.problems)) == (1000, 5)


@pytest.mark.parametrize("name", ["leave.csv", "gst.yaml"])
def test_a_folder_in_the_place_of_a_file_is_told(
    name: str, gst_folder: Path, faults: Faults
) -> None:
    (gst_folder / name).unlink()
    (gst_folder / name).mkdir()
    assert faults(gst_folder) == [("not_a_file", name, None, None)]


@pytest.mark.parametrize("name", ["leave.csv", "gst.yaml"])
def test_a_pipe_is_not_waited_for(name: str, gst_folder: Path, faults: Faults) -> None:
    (gst_folder / name).unlink()
    os.mkfifo(gst_folder / name)
    assert faults(gst_folder) == [("not_a_file", name, None, None)]


@pytest.mark.parametrize("name", ["leave.csv", "gst.yaml"])
@pytest.mark.parametrize("target", ["itself", "nowhere.csv"])
def test_a_link_that_leads_nowhere_is_told(
    name: str, target: str, gst_folder: Path, faults: Faults
) -> None:
    (gst_folder / name).unlink()
    (gst_folder / name).symlink_to(name if target == "itself" else target)
    assert faults(gst_folder) == [("unreadable_file", name, None, None)]


@pytest.mark.parametrize("name", ["leave.csv", "gst.yaml"])
def test_a_file_that_may_not_be_read_is_told(
    name: str, gst_folder: Path, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    (gst_folder / name).chmod(0)
    if os.access(gst_folder / name, os.R_OK):  # root reads everything: let the system refuse
        monkeypatch.setattr(Path, "open", _refusing(Path.open, name))
        monkeypatch.setattr(Path, "read_bytes", _refusing(Path.read_bytes, name))
    assert faults(gst_folder) == [("unreadable_file", name, None, None)]


def _refusing(function: Callable[..., object], name: str) -> Callable[..., object]:
    def refuse(self: Path, *arguments: object, **options: object) -> object:
        if self.name == name:
            raise PermissionError(13, "Permission denied")
        return function(self, *arguments, **options)

    return refuse


@pytest.mark.parametrize("place", ["nowhere", "gst.yaml", "gst\0", "x" * 5000])
def test_a_folder_that_is_none_is_told(place: str, gst_folder: Path, faults: Faults) -> None:
    folder = gst_folder / "gst.yaml" if place == "gst.yaml" else gst_folder.parent / place
    assert [code for code, *_ in faults(folder)] in (["missing_folder"], ["closed_folder"])


def test_an_empty_folder_lacks_its_identity_and_its_hospitals(
    tmp_path: Path, faults: Faults
) -> None:
    assert [(code, file) for code, file, *_ in faults(tmp_path)] == [
        ("missing_file", "gst.yaml"),
        ("missing_file", "hospitals.csv"),
    ]


def test_a_file_of_a_gigabyte_is_not_opened(gst_folder: Path, faults: Faults) -> None:
    with (gst_folder / "leave.csv").open("r+b") as file:
        file.truncate(1_000_000_000)
    assert faults(gst_folder) == [("file_too_large", "leave.csv", None, None)]


def test_a_spreadsheet_keeps_its_types(gst_folder: Path, faults: Faults) -> None:
    before = read_folder(gst_folder)
    _to_xlsx(
        gst_folder,
        "visits",
        [
            ("CHR-01", naive(2026, 11, 22, 22), 7),
            ("CHR-01", naive(2026, 11, 22, 22, 59, 59, 999_990), 0.0),
        ],
    )
    _to_xlsx(gst_folder, "leave", [("S1", date(2026, 12, 1), naive(2026, 12, 3), "congé")])
    _to_xlsx(
        gst_folder,
        "beds",
        [
            ("MED-01", "MED", "any", False, False),
            (None,) * 5,
            ("MED-02", "MED", "female", True, 0),
            ("URG-01", "URG", None, None, True),
        ],
    )
    assert faults(gst_folder) == []
    after = read_folder(gst_folder)
    assert after.gst == before.gst
    pd.testing.assert_frame_equal(after.history.visits, before.history.visits)


def _to_xlsx(folder: Path, table: str, rows: list[tuple[object, ...]]) -> openpyxl.Workbook:
    header = (folder / f"{table}.csv").read_text(encoding="utf-8").split("\n")[0].split(",")
    (folder / f"{table}.csv").unlink()
    workbook = openpyxl.Workbook()
    for row in [tuple(header), *rows]:
        workbook.worksheets[0].append(row)
    workbook.save(folder / f"{table}.xlsx")
    return workbook


def test_rows_of_a_spreadsheet_are_numbered_as_shown(gst_folder: Path, faults: Faults) -> None:
    _to_xlsx(gst_folder, "leave", [(), (), ("S1", date(2026, 12, 1), 3, "congé")])
    assert faults(gst_folder) == [("unreadable_value", "leave.xlsx", 4, "last_day")]


def test_a_workbook_with_several_filled_sheets_is_asked_to_choose(
    gst_folder: Path, faults: Faults
) -> None:
    row = ("S1", date(2026, 12, 1), date(2026, 12, 3), "congé")
    workbook = _to_xlsx(gst_folder, "leave", [row])
    workbook.create_sheet("Notes").append(("a note",))
    workbook.save(gst_folder / "leave.xlsx")
    assert faults(gst_folder) == [("several_sheets", "leave.xlsx", None, None)]
    workbook.worksheets[0].title = "Leave"
    workbook.save(gst_folder / "leave.xlsx")
    assert faults(gst_folder) == []


def test_an_archive_that_unpacks_without_end_is_refused(
    gst_folder: Path, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.folder.xlsx_source.MAXIMUM_UNPACKED_MB", 20)
    (gst_folder / "leave.csv").unlink()
    with (
        zipfile.ZipFile(gst_folder / "leave.xlsx", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(21):
            part.write(b"\0" * 1_000_000)
    assert faults(gst_folder) == [("file_too_large", "leave.xlsx", None, None)]


def test_an_xml_bomb_in_a_spreadsheet_is_refused(gst_folder: Path, faults: Faults) -> None:
    _to_xlsx(gst_folder, "leave", [("S1", date(2026, 12, 1), date(2026, 12, 3), "congé")])
    bomb = (
        b"<!DOCTYPE w [<!ENTITY a 'aaaaaaaaaa'>"
        + b"".join(
            f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>".encode() for n in range(12)
        )
        + b"]><workbook>&m;</workbook>"
    )
    _replace_part(gst_folder / "leave.xlsx", "xl/workbook.xml", bomb)
    assert faults(gst_folder) == [("unreadable_file", "leave.xlsx", None, None)]


def _replace_part(file: Path, part: str, content: bytes) -> None:
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, old in parts.items():
            archive.writestr(name, content if name == part else old)


def _to_parquet(folder: Path, table: str, columns: dict[str, pa.Array]) -> None:
    (folder / f"{table}.csv").unlink()
    pq.write_table(pa.table(columns), folder / f"{table}.parquet")


def test_parquet_keeps_its_types(gst_folder: Path, faults: Faults) -> None:
    before = read_folder(gst_folder)
    hours = [naive(2026, 11, 22, 22), naive(2026, 11, 22, 23)]
    _to_parquet(
        gst_folder,
        "visits",
        {
            "hospital": pa.array(["CHR-01", "CHR-01"]).dictionary_encode(),
            "hour": pa.array(hours, pa.timestamp("ns")),
            "visits": pa.array([7.0, 0.0]),
        },
    )
    _to_parquet(
        gst_folder,
        "leave",
        {
            "staff": pa.array(["S1"]),
            "first_day": pa.array([date(2026, 12, 1)]),
            "last_day": pa.array([naive(2026, 12, 3)]),
            "reason": pa.array(["congé"]),
        },
    )
    assert faults(gst_folder) == []
    after = read_folder(gst_folder)
    assert after.gst == before.gst
    pd.testing.assert_frame_equal(after.history.visits, before.history.visits)


def test_parquet_with_utc_times_is_brought_to_the_moroccan_clock(gst_folder: Path) -> None:
    hours = pa.array(
        [naive(2026, 11, 22, 21), naive(2026, 11, 22, 22)], pa.timestamp("us", tz="UTC")
    )
    _to_parquet(
        gst_folder,
        "visits",
        {
            "hospital": pa.array(["CHR-01"] * 2),
            "hour": hours,
            "visits": pa.array([7, 0]),
        },
    )
    assert [hour.hour for hour in read_folder(gst_folder).history.visits["hour"]] == [22, 23]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (pa.array([[1, 2]]), ("unreadable_file", None, None)),
        (pa.array([b"\xff"]), ("unreadable_file", None, None)),
        (pa.array([{"a": 1}]), ("unreadable_file", None, None)),
        (pa.array([True]), ("unreadable_value", 2, "first_day")),
        (pa.array([20261201]), ("unreadable_value", 2, "first_day")),
        (pa.array([float("nan")]), ("unreadable_value", 2, "first_day")),
        (pa.array([None], pa.null()), ("missing_value", 2, "first_day")),
        (pa.array([10**15], pa.timestamp("ms")), ("unreadable_value", 2, "first_day")),
    ],
)
def test_parquet_of_wrong_types_is_told(
    cells: pa.Array, told: tuple[str, int | None, str | None], gst_folder: Path, faults: Faults
) -> None:
    _to_parquet(
        gst_folder,
        "leave",
        {
            "staff": pa.array(["S1"]),
            "first_day": cells,
            "last_day": pa.array([date(2026, 12, 3)]),
            "reason": pa.array(["congé"]),
        },
    )
    assert [(code, row, column) for code, _, row, column in faults(gst_folder)] == [told]


def test_parquet_that_unpacks_without_end_is_refused(gst_folder: Path, faults: Faults) -> None:
    rows = 30_000_000
    _to_parquet(gst_folder, "leave", {"staff": pa.nulls(rows, pa.string())})
    assert (gst_folder / "leave.parquet").stat().st_size < 100_000
    assert faults(gst_folder) == [("file_too_large", "leave.parquet", None, None)]
