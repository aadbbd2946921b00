"""The same GST, by whichever way it came, is the same GST; what is written is whole or absent."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from application.folder.reading import GstData, inspect_folder, read_folder
from application.folder.rejected import write_rejected
from application.folder.templates import column_guide, write_templates
from application.folder.writing import write_folder
from application.store.database import Database, sqlite_url
from application.store.snapshots import load_snapshot, save_snapshot, snapshot_hash
from hospital.errors import GstError
from hospital.tables import TABLES
from scenarios.demo import DemoSize, generate

pytestmark = pytest.mark.integration

GUIDE = Path(__file__).parents[3] / "docs" / "gst-folder.md"


@pytest.fixture(scope="module")
def demo() -> GstData:
    return GstData(*generate(DemoSize.SMALL, seed=1))


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_folder_and_database_give_back_the_same_bytes(demo: GstData, tmp_path: Path) -> None:
    write_folder(demo, tmp_path / "first")
    read = read_folder(tmp_path / "first")
    write_folder(read, tmp_path / "second")
    database = Database(sqlite_url(tmp_path / "a.sqlite"))
    stored = load_snapshot(database, save_snapshot(database, read).snapshot)
    database.close()
    write_folder(stored, tmp_path / "third")
    first = contents(tmp_path / "first")
    assert len(first) == len(TABLES) + 1
    assert contents(tmp_path / "second") == first
    assert contents(tmp_path / "third") == first
    assert stored.gst == demo.gst
    pd.testing.assert_frame_equal(stored.history.stays, read.history.stays)
    pd.testing.assert_frame_equal(stored.history.visits, read.history.visits)
    assert {snapshot_hash(each) for each in (demo, read, stored)} == {snapshot_hash(read)}


def test_a_folder_written_by_hand_in_the_order_of_its_keys_comes_back_unchanged(
    gst_folder: Path, tmp_path: Path
) -> None:
    write_folder(read_folder(gst_folder), tmp_path / "out")
    before, after = contents(gst_folder), contents(tmp_path / "out")
    del before["gst.yaml"], after["gst.yaml"]
    for name in ("hospitals", "medicines", "stays", "visits", "sessions", "beds"):
        assert after[f"{name}.csv"] == before[f"{name}.csv"]


def test_the_order_of_rows_does_not_change_what_is_written(
    gst_folder: Path, tmp_path: Path
) -> None:
    before = snapshot_hash(read_folder(gst_folder))
    for file in gst_folder.glob("*.csv"):
        header, *rows = file.read_text(encoding="utf-8").splitlines()
        file.write_text("\n".join([header, *reversed(rows)]), encoding="utf-8")
    assert snapshot_hash(read_folder(gst_folder)) == before


@pytest.mark.parametrize("suffix", ["xlsx", "parquet"])
def test_every_format_gives_the_same_gst(suffix: str, gst_folder: Path) -> None:
    before = snapshot_hash(read_folder(gst_folder))
    for file in gst_folder.glob("*.csv"):
        frame = pd.read_csv(file, parse_dates=_time_columns(file.stem))
        if suffix == "xlsx":
            frame.to_excel(file.with_suffix(".xlsx"), index=False)
        else:
            frame.to_parquet(file.with_suffix(".parquet"), index=False)
        file.unlink()
    assert inspect_folder(gst_folder).findings.problems == []
    assert snapshot_hash(read_folder(gst_folder)) == before


def _time_columns(table: str) -> list[str]:
    return {
        "visits": ["hour"],
        "stays": ["admitted_at", "left_at"],
        "consumption": ["week"],
        "leave": ["first_day", "last_day"],
        "lots": ["expiry_date"],
    }.get(table, [])


def test_one_bed_changed_is_another_gst(gst_folder: Path) -> None:
    before = snapshot_hash(read_folder(gst_folder))
    beds = gst_folder / "beds.csv"
    beds.write_text(beds.read_text(encoding="utf-8").replace("female", "male"), encoding="utf-8")
    assert snapshot_hash(read_folder(gst_folder)) != before


def test_text_that_csv_would_break_comes_back(gst_folder: Path, tmp_path: Path) -> None:
    data = read_folder(gst_folder)
    name = 'Hôpital "Ibn Sina",\nsalle 3; مستشفى'
    hospitals = (data.gst.hospitals[0].but(name=name), data.gst.hospitals[1])
    changed = GstData(data.gst.model_copy(update={"hospitals": hospitals}), data.history)
    write_folder(changed, tmp_path / "out")
    assert read_folder(tmp_path / "out").gst.hospitals[0].name == name


@pytest.mark.parametrize("filled", ["file", "folder", "link"])
def test_what_is_there_is_never_written_over(filled: str, gst_folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    if filled == "folder":
        target.mkdir()
        (target / "mine.txt").touch()
    elif filled == "file":
        target.touch()
    else:
        target.symlink_to(gst_folder)
    data = read_folder(gst_folder)
    for write in (lambda: write_folder(data, target), lambda: write_templates(target)):
        with pytest.raises(GstError, match=r"not_empty|not_a_folder"):
            write()


def test_an_export_that_is_interrupted_leaves_nothing(
    gst_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = read_folder(gst_folder)
    place = tmp_path / "exports"
    place.mkdir()

    def interrupt(*_: object, **__: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr("application.folder.writing.csv_bytes", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_folder(data, place / "out")
    assert list(place.iterdir()) == []


def test_a_full_disk_is_told_and_leaves_nothing(
    gst_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = read_folder(gst_folder)

    def refuse(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(GstError, match="disk is full"):
        write_folder(data, tmp_path / "exports" / "out")
    assert list((tmp_path / "exports").iterdir()) == []


def test_a_new_folder_asks_for_what_it_lacks_and_filled_templates_are_read(
    tmp_path: Path, faults: Callable[[Path], list[tuple[str, str, int | None, str | None]]]
) -> None:
    folder = tmp_path / "new"
    written = write_templates(folder)
    assert all(file.is_file() for file in written)
    assert len(written) == len(TABLES) + 2
    assert faults(folder) == [("missing_file", "hospitals.csv", None, None)]
    for table in TABLES:
        template = folder / "templates" / f"{table.name}.csv"
        (folder / template.name).write_bytes(template.read_bytes())
    assert {code for code, *_ in faults(folder)} == {"empty_file"}
    for table in TABLES[1:]:
        (folder / f"{table.name}.csv").unlink()
    with (folder / "hospitals.csv").open("a", encoding="utf-8") as file:
        file.write("CHP-01,Centre hospitalier,chp,El Jadida,786716,,\n")
    assert faults(folder) == []


def test_templates_are_commented_column_by_column(tmp_path: Path) -> None:
    write_templates(tmp_path / "new", lambda sentence: f"<{sentence}>")
    for table in TABLES:
        lines = (tmp_path / "new/templates" / f"{table.name}.csv").read_text(encoding="utf-8")
        header, *comments = lines.splitlines()
        assert header == ",".join(table.columns)
        assert [line.split(":")[0] for line in comments] == [f"# {name}" for name in table.columns]
        assert all("<" in line for line in comments)


def test_the_documented_columns_are_those_of_the_contract() -> None:
    assert GUIDE.read_text(encoding="utf-8") == column_guide()
    for table in TABLES:
        for column in table.columns:
            assert f"| `{column}` |" in column_guide().split(f"## {table.name}\n")[1]


def test_rejected_rows_are_written_beside_with_their_problems(
    gst_folder: Path, tmp_path: Path
) -> None:
    beds = gst_folder / "beds.csv"
    beds.write_text(
        "bed,unit,sex,isolation,paediatric\nMED-01,MED,any,false,false\n"
        "MED 02,MED,woman,true,false\nURG-01,URG,any,false,true\nX,NOWHERE,any,,\n"
        "Y,MED,any,false\n",
        encoding="utf-8",
    )
    report = inspect_folder(gst_folder)
    written = write_rejected(report, gst_folder, tmp_path / "rejected")
    assert [file.name for file in written] == ["beds.rejected.csv", "stays.rejected.csv"]
    assert written[0].read_text(encoding="utf-8").splitlines() == [
        "bed,unit,sex,isolation,paediatric,row,problem",
        "MED 02,MED,woman,true,false,3,unreadable_value (bed); unreadable_value (sex)",
        "X,NOWHERE,any,,,5,unknown_code (unit)",
        "Y,MED,any,false,,6,too_few_cells",
    ]
    assert report.findings.rejected_rows["beds.csv"] == 3


def test_side_files_of_every_format_hold_the_original_cells(
    gst_folder: Path, tmp_path: Path
) -> None:
    frame = pd.read_csv(gst_folder / "visits.csv").assign(visits=[-7, 3])
    (gst_folder / "visits.csv").unlink()
    frame.to_excel(gst_folder / "visits.xlsx", index=False)
    (file,) = write_rejected(inspect_folder(gst_folder), gst_folder, tmp_path / "side")
    assert file.read_text(encoding="utf-8").splitlines()[1:] == [
        "CHR-01,2026-11-22T22:00:00,-7,2,out_of_range (visits)"
    ]
