"""A GST that arrives through the page: checked from a folder that is gone afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from application.files_out import EPOCH
from application.folder.findings import Findings
from application.folder.reading import FolderReport
from application.folder.templates import template_of
from application.folder.uploads import Upload, lay_out
from application.language import Translator
from application.use_cases.folders import begin_folder, check_folder
from hospital.errors import InvalidInput
from hospital.tables import Table

PREFIX = "tadbir-upload-"


def check_upload(uploads: Sequence[Upload]) -> FolderReport:
    """Everything that is right and wrong in the files; no GST is stored, no file is kept.

    Raises:
        GstError: more was sent than may be sent at once.
    """
    with TemporaryDirectory(prefix=PREFIX) as place:
        folder = Path(place)
        try:
            lay_out(uploads, folder)
        except InvalidInput as refused:
            return FolderReport(None, Findings(list(refused.problems), refused.total), {})
        return check_folder(folder)


def templates_zip(t: Translator) -> bytes:
    """The templates of every table, ``gst.yaml`` and the guide, as one archive: same bytes."""
    buffer = BytesIO()
    with TemporaryDirectory(prefix=PREFIX) as place, ZipFile(buffer, "w") as archive:
        begun = Path(place) / "gst"
        for file in begin_folder(begun, t):
            entry = ZipInfo(file.relative_to(begun).as_posix(), EPOCH)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())
    return buffer.getvalue()


def template_csv(table: Table, t: Translator) -> bytes:
    """The empty table with a comment for each column."""
    return template_of(table, t).encode()
