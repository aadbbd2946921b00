"""The data page: what is sent is checked, told row by row, and stored only when confirmed."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from streamlit.testing.v1 import AppTest

from application.folder.columns import columns_of
from application.folder.uploads import MOST_FILES, Upload, lay_out
from application.folder.writing import write_folder
from application.language import Language, Translator
from application.settings import load_settings
from application.table_words import COLUMN_MEANINGS, TABLE_NAMES
from application.use_cases.session import Session, open_session
from application.use_cases.uploads import check_upload, templates_zip
from hospital.errors import GstError, InvalidInput
from hospital.tables import TABLES

pytestmark = pytest.mark.integration
ROWS, SECONDS = 300, 300


@pytest.fixture(scope="module")
def gst_files() -> dict[str, bytes]:
    """The files of the small demo, with the first rows of each history."""
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    from application.folder.reading import GstData  # noqa: PLC0415
    from scenarios.demo import DemoSize, generate  # noqa: PLC0415 - loads pandas

    with TemporaryDirectory() as place:
        gst, history = generate(DemoSize.SMALL, 1)
        cut = {field.name: getattr(history, field.name).head(ROWS) for field in fields(history)}
        write_folder(GstData(gst, replace(history, **cut)), Path(place) / "gst")
        return {file.name: file.read_bytes() for file in (Path(place) / "gst").iterdir()}


def zipped(files: Mapping[str, bytes], folder: str = "gst/") -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{folder}{name}", content)
    return buffer.getvalue()


def codes(*uploads: Upload) -> set[str]:
    """What is wrong with the files as files."""
    return {problem.code for problem in check_upload(uploads).findings.problems}


def test_a_zipped_folder_and_its_loose_files_are_the_same_group(
    gst_files: dict[str, bytes],
) -> None:
    as_zip = check_upload([Upload("gst.zip", zipped(gst_files))])
    loose = check_upload([Upload(name, content) for name, content in gst_files.items()])
    assert as_zip.data is not None
    assert loose.data is not None
    assert as_zip.data.gst == loose.data.gst


def test_a_wrong_cell_is_told_with_its_row_and_column(gst_files: dict[str, bytes]) -> None:
    header, first, *rest = gst_files["hospitals.csv"].decode().splitlines()
    cells = first.split(",")
    cells[header.split(",").index("population")] = "many"
    broken = "\n".join([header, ",".join(cells), *rest]).encode()
    report = check_upload([Upload("g.zip", zipped({**gst_files, "hospitals.csv": broken}))])
    assert report.data is None
    (problem,) = [p for p in report.findings.problems if p.column == "population"]
    assert (problem.file, problem.row, problem.found) == ("hospitals.csv", 2, "many")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../hospitals.csv", "unsafe_entry"),
        ("/etc/hospitals.csv", "unsafe_entry"),
        ("..\\hospitals.csv", "unsafe_entry"),
        ("C:/hospitals.csv", "unsafe_entry"),
        ("gst/deeper/hospitals.csv", "unsafe_entry"),
        ("gst/run.sh", "unknown_file"),
        ("gst/inner.zip", "unknown_file"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused_and_nothing_is_written(
    name: str, code: str, tmp_path: Path
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    upload = Upload("gst.zip", zipped({name: b"hospital\n"}, folder=""))
    with pytest.raises(InvalidInput) as refused:
        lay_out([upload], place)
    assert [problem.code for problem in refused.value.problems] == [code]
    assert not any(place.iterdir())
    assert sorted(tmp_path.iterdir()) == [place]


def test_a_link_in_an_archive_is_refused() -> None:
    from zipfile import ZipInfo  # noqa: PLC0415

    buffer = io.BytesIO()
    link = ZipInfo("hospitals.csv")
    link.external_attr = 0o120777 << 16
    with ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "unsafe_entry" in codes(Upload("gst.zip", buffer.getvalue()))


def test_a_zip_bomb_stops_at_the_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Bytes are counted as they come, whatever the archive says of itself."""
    monkeypatch.setattr("application.folder.uploads.MOST_UNPACKED_MB", 1)
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", compression=8) as archive:
        archive.writestr("stays.csv", b"0" * 3_000_000)
    assert len(buffer.getvalue()) < 10_000
    with pytest.raises(InvalidInput) as refused:
        lay_out([Upload("gst.zip", buffer.getvalue())], tmp_path)
    assert [problem.code for problem in refused.value.problems] == ["zip_bomb"]
    assert (tmp_path / "stays.csv").stat().st_size <= 1_000_000


def test_what_is_no_archive_or_has_too_many_files_is_refused() -> None:
    assert codes(Upload("gst.zip", b"no archive")) == {"broken_zip"}
    many = {f"t{at}.csv": b"a\n" for at in range(MOST_FILES + 1)}
    assert codes(Upload("gst.zip", zipped(many))) == {"too_many_files"}
    twice = Upload("beds.csv", b"bed\n")
    assert "two_files" in codes(twice, twice)


def test_more_than_may_be_sent_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("application.folder.uploads.MOST_UPLOADED_MB", 0)
    with pytest.raises(GstError, match="upload_too_large"):
        check_upload([Upload("beds.csv", b"bed\n")])


def test_every_table_and_meaning_of_the_contract_has_words() -> None:
    assert set(TABLE_NAMES) == {table.name for table in TABLES}
    meanings = {column.meaning for table in TABLES for column in columns_of(table)} - {""}
    assert meanings == set(COLUMN_MEANINGS)


@pytest.mark.parametrize("language", Language)
def test_the_templates_are_one_archive_and_the_same_bytes(language: Language) -> None:
    made = templates_zip(Translator(language))
    assert made == templates_zip(Translator(language))
    names = ZipFile(io.BytesIO(made)).namelist()
    assert {"gst.yaml", "templates/beds.csv"} <= set(names)


def open_page(language: Language) -> AppTest:
    """The data page as a first visit sees it."""
    script = "from dashboard.shell import draw\ndraw('data')"
    app = AppTest.from_string(script, default_timeout=SECONDS)
    app.query_params["lang"] = language.value
    return app.run()


def sent(app: AppTest, files: Mapping[str, bytes]) -> AppTest:
    """The page after these files were given to it."""
    app.file_uploader("upload").set_value([("gst.zip", zipped(files), "application/zip")])
    return app.run(timeout=SECONDS)


@pytest.mark.usefixtures("empty_home")
def test_nothing_is_stored_before_somebody_confirms(gst_files: dict[str, bytes]) -> None:
    app = sent(open_page(Language.FRENCH), gst_files)
    assert not app.exception
    assert len(app.success) == 1
    with open_session(load_settings()) as session, pytest.raises(GstError, match="no_gst"):
        _ = session.snapshot
    app.button("import").click().run(timeout=SECONDS)
    with open_session(load_settings()) as session:
        wait_for_import(session)
        assert session.snapshot.synthetic


def wait_for_import(session: Session) -> None:
    """Until the job has stored the group; the last try says what is missing."""
    give_up = time.monotonic() + SECONDS
    while time.monotonic() < give_up:
        try:
            _ = session.snapshot
        except GstError:
            time.sleep(0.1)
        else:
            return


@pytest.mark.parametrize("language", Language)
@pytest.mark.usefixtures("empty_home")
def test_faults_are_a_table_and_no_button_imports_them(
    language: Language, gst_files: dict[str, bytes]
) -> None:
    without = {name: content for name, content in gst_files.items() if name != "gst.yaml"}
    app = sent(open_page(language), without)
    assert not app.exception
    (error,) = app.error
    told = Translator(language)("{count} problems found; nothing can be imported yet.", count=1)
    assert error.value == told
    assert "import" not in {button.key for button in app.button}
