"""Secrets in files: read only where nobody else can read them."""

from __future__ import annotations

import stat
from pathlib import Path

from hospital.errors import GstError, say


def require_private(file: Path) -> None:
    """That only its owner can read or change a file.

    Raises:
        GstError: ``file_too_open`` where others can, ``unreadable_file`` where it is not there.
    """
    try:
        mode = file.stat().st_mode
    except OSError as error:
        raise _unreadable(file) from error
    if stat.S_IMODE(mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise GstError(
            "file_too_open",
            say("{file} can be read by others: chmod 600 {file}.", file=str(file)),
        )


def read_secret(file: Path) -> str:
    """The secret of a file, without the end of its line.

    Raises:
        GstError: others can read it, or it cannot be read.
    """
    require_private(file)
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file) from error


def _unreadable(file: Path) -> GstError:
    return GstError("unreadable_file", say("{file} cannot be read.", file=str(file)))
