"""Files that arrive through a browser, laid out as a GST folder: bounded, flat, never trusted.

What an archive says of itself is not believed: bytes are counted while they are unpacked, names
only name a file in this one folder, and links and devices are left out at the door.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path, PurePosixPath
from stat import S_IFMT, S_IFREG
from zipfile import BadZipFile, ZipFile, ZipInfo

from application.folder.findings import shown
from application.folder.sources import SUFFIXES
from hospital.errors import GstError, InvalidInput, Problem, Sentence, say
from hospital.tables import IDENTITY_FILE

MOST_UPLOADED_MB = 100
MOST_UNPACKED_MB = 500
MOST_FILES = 200
BYTES_PER_MB = 1_000_000
CHUNK_BYTES = 1 << 16
ARCHIVE = ".zip"
KINDS = (*SUFFIXES, Path(IDENTITY_FILE).suffix)
"""Ends of the files of a folder."""
IS_ENCRYPTED = 0x1
SHIFT_OF_MODE = 16
"""Where a zip entry keeps the mode of Unix in its external attributes."""
LEFT_OUT = ("__MACOSX",)
GUIDE_SUFFIX = ".md"
UNREADABLE = (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, zlib.error)


@dataclass(frozen=True)
class Upload:
    """One file as a browser sent it."""

    name: str
    content: bytes


def lay_out(uploads: Sequence[Upload], folder: Path) -> None:
    """Writes the uploads into an empty folder: an archive by its files, anything else as it is.

    Raises:
        InvalidInput: with everything that is wrong with the files as files.
        GstError: ``upload_too_large`` before anything is unpacked.
    """
    if sum(len(upload.content) for upload in uploads) > MOST_UPLOADED_MB * BYTES_PER_MB:
        raise GstError(
            "upload_too_large",
            say(
                "At most {megabytes} MB can be sent at once. Put larger folders on the server "
                "and run tadbir import.",
                megabytes=MOST_UPLOADED_MB,
            ),
        )
    desk = _Desk(folder)
    for upload in uploads:
        if PurePosixPath(upload.name).suffix.lower() == ARCHIVE:
            desk.unpack(upload)
        else:
            desk.put(upload.name, iter((upload.content,)))
    if desk.problems:
        raise InvalidInput(desk.problems)


class _TooMuchError(Exception):
    """More bytes than the folder may hold."""


class _Desk:
    """Takes files into one folder and keeps count of bytes, names and problems."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bytes_left = folder, MOST_UNPACKED_MB * BYTES_PER_MB
        self.names: set[str] = set()
        self.problems: list[Problem] = []

    def unpack(self, upload: Upload) -> None:
        """Every file of an archive; what cannot be taken out is a problem of the archive."""
        try:
            with ZipFile(BytesIO(upload.content)) as archive:
                self._entries(upload.name, archive)
        except _TooMuchError:
            self._refuse(
                "zip_bomb",
                upload.name,
                say("more than {megabytes} MB once unpacked", megabytes=MOST_UNPACKED_MB),
                say("Send only the tables of the GST."),
            )
        except UNREADABLE as error:
            self._refuse(
                "broken_zip",
                upload.name,
                shown(str(error) or type(error).__name__),
                say("Zip the folder anew, without a password."),
            )

    def _entries(self, name: str, archive: ZipFile) -> None:
        entries = [entry for entry in archive.infolist() if not _is_left_out(entry)]
        if len(entries) > MOST_FILES:
            found = say("{count} files", count=len(entries))
            self._refuse("too_many_files", name, found, say("Send only the tables of the GST."))
            return
        for entry in entries:
            if fault := _fault(entry):
                remedy = say("Zip the folder itself: its files, without links or other folders.")
                self._refuse("unsafe_entry", shown(entry.filename), fault, remedy)
            else:
                with archive.open(entry) as source:
                    self.put(entry.filename, iter(partial(source.read, CHUNK_BYTES), b""))

    def put(self, name: str, chunks: Iterator[bytes]) -> None:
        """One file under its own name, whatever folder it came in."""
        own = PurePosixPath(name.replace("\\", "/")).name
        if PurePosixPath(own).suffix.lower() not in KINDS or own.startswith("."):
            remedy = say("Send gst.yaml and the tables as CSV, XLSX or Parquet.")
            self._refuse("unknown_file", shown(own), say("a file of another kind"), remedy)
        elif own in self.names:
            remedy = say("Send each file once.")
            self._refuse("two_files", shown(own), say("two files of this name"), remedy)
        else:
            self.names.add(own)
            self._write(own, chunks)

    def _write(self, own: str, chunks: Iterator[bytes]) -> None:
        with (self.folder / own).open("xb") as target:
            for chunk in chunks:
                self.bytes_left -= len(chunk)
                if self.bytes_left < 0:
                    raise _TooMuchError
                target.write(chunk)

    def _refuse(self, code: str, file: str, found: str, remedy: Sentence) -> None:
        expected = say("the files of one GST folder, zipped or as they are")
        self.problems.append(Problem(code, file, found, expected, remedy))


def _is_left_out(entry: ZipInfo) -> bool:
    """Folders, hidden files, the guide of the templates, and what a Mac adds."""
    path = _path(entry)
    is_guide = path.suffix == GUIDE_SUFFIX
    is_hidden = path.name.startswith(".") and path.name != ".."
    return entry.is_dir() or not path.parts or path.parts[0] in LEFT_OUT or is_hidden or is_guide


def _path(entry: ZipInfo) -> PurePosixPath:
    """Windows writes some archives with backslashes."""
    return PurePosixPath(entry.filename.replace("\\", "/"))


def _fault(entry: ZipInfo) -> Sentence | None:
    """Why an entry is not taken out of its archive."""
    path = _path(entry)
    kind = S_IFMT(entry.external_attr >> SHIFT_OF_MODE)
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return say("a path that leads out of the folder")
    if len(path.parts) > 2:  # noqa: PLR2004 - the folder itself and the file
        return say("a folder in the folder")
    if kind not in {0, S_IFREG}:
        return say("a link or a device")
    if entry.flag_bits & IS_ENCRYPTED:
        return say("a file with a password")
    return None
