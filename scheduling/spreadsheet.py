"""Spreadsheets of stable bytes, none of whose cells can turn into a formula."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip entry can carry
FIXED_TIME = b"2000-01-01T00:00:00Z"


def plain_text(text: str) -> str:
    """Text that a spreadsheet cannot take for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def stable_bytes(book: Workbook) -> bytes:
    """The workbook with its own times and those of its zip entries fixed."""
    written = BytesIO()
    book.save(written)
    stable = BytesIO()
    with ZipFile(written) as source, ZipFile(stable, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _without_times(content)
            entry = ZipInfo(name, EPOCH)
            entry.compress_type = ZIP_DEFLATED
            target.writestr(entry, content)
    return stable.getvalue()


def _without_times(core: bytes) -> bytes:
    """Set the times that openpyxl stamps on saving to a fixed one."""
    parts = core.split(b"</dcterms:")
    heads = [part[: part.rindex(b">") + 1] + FIXED_TIME for part in parts[:-1]]
    return b"</dcterms:".join([*heads, parts[-1]])
