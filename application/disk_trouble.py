"""What a disk says when a file cannot be written or read, as a sentence that tells what to do."""

from __future__ import annotations

import errno
from pathlib import Path

from hospital.errors import GstError, say


def told_of_disk(error: OSError, where: Path | None = None) -> GstError | None:
    """The error for a person; None is a fault that the disk has no part in.

    ``where`` is what was being written, for a disk that fills up does not say it.
    """
    place = str(error.filename or where or "–")
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        hint = say(
            "The disk is full ({place}). Nothing was half written: free some space and do it "
            "again.",
            place=place,
        )
        return GstError("disk_full", hint)
    if error.errno == errno.EROFS:
        hint = say(
            "The disk may only be read ({place}). Have it mended, or set TADBIR_HOME to a folder "
            "on another disk.",
            place=place,
        )
        return GstError("disk_read_only", hint)
    if error.errno in {errno.EACCES, errno.EPERM}:
        hint = say(
            "This user may not write or read there ({place}). Have the right given, or name "
            "another folder.",
            place=place,
        )
        return GstError("no_right", hint)
    if error.errno == errno.EIO:
        hint = say(
            "The disk failed ({place}). Have it checked, and verify the record afterwards: "
            "tadbir audit verify.",
            place=place,
        )
        return GstError("disk_failed", hint)
    return None
