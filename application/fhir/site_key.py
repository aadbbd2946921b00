"""The secret of a site: made once, readable by its owner only, never written into a result."""

import os
import secrets
from pathlib import Path

from hospital.errors import GstError, say

KEY_FILE = "site.key"
KEY_BYTES = 32


def site_key(folder: Path) -> bytes:
    """The key of the site whose work is kept in ``folder``; made when there is none.

    Losing it means that the same patient gets another pseudonym at the next import.

    Raises:
        GstError: the file cannot be read or made, or holds no key.
    """
    file = folder / KEY_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _make(file)
        return bytes.fromhex(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise GstError(
            "site_key_unreadable",
            say("{file} is not a readable site key. Restore it from its copy.", file=str(file)),
        ) from error


def _make(file: Path) -> None:
    """Creates the file in one step with its rights, unless somebody already has."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as new:
        new.write(secrets.token_hex(KEY_BYTES) + "\n")
