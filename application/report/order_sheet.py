"""An order as files: CSV in OpenLMIS's words, XLSX and PDF for the buyer, one block a supplier.

Each function returns bytes and the same order gives the same bytes: no clock is read. Every file
says whose word it is; a spreadsheet can take no cell for a formula.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from application.language import Translator
from application.report.paper import A4_ACROSS_INCHES, FAINT, STYLE, bare, plain
from hospital.base import DAYS_PER_WEEK
from scheduling.spreadsheet import plain_text, stable_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from openpyxl.worksheet.worksheet import Worksheet

COLUMNS = (
    "facilityCode",
    "productCode",
    "fullProductName",
    "supplierCode",
    "averageConsumption",
    "stockOnHand",
    "quantityOnOrder",
    "packSize",
    "packsToShip",
    "requestedQuantity",
    "pricePerPack",
    "totalCost",
    "urgency",
    "run",
    "status",
    "synthetic",
)
MONTH_DAYS = 30.0
ROWS_A_PAGE = 30
LONGEST_TEXT = 44
WIDTHS = (1.2, 4.6, 1.6, 1.2, 1.2, 1.4, 1.6, 1.2)
HEAD = "#eef0f2"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A line of an order with its names and what it was weighed against."""

    hospital: str
    medicine: str
    name: str
    supplier: str
    units_per_day: float
    on_hand_units: int
    on_order_units: float
    pack_units: int
    packs: int
    pack_mad: float
    cost_mad: float
    urgent: bool

    @property
    def units(self) -> int:
        """What is ordered, in units."""
        return self.packs * self.pack_units


@dataclass(frozen=True, slots=True)
class OrderSheet:
    """An order to be written: rows by supplier and hospital, and whose word it is.

    ``status`` is for machines, ``notes`` for readers: who approved it, and that data are synthetic.
    """

    title: str
    rows: tuple[SheetRow, ...]
    notes: tuple[str, ...]
    run: str
    status: str
    synthetic: bool

    def by_supplier(self) -> Iterator[tuple[str, list[SheetRow]]]:
        """The rows of each supplier, who gets them as one order."""
        for supplier in sorted({row.supplier for row in self.rows}):
            yield supplier, [row for row in self.rows if row.supplier == supplier]


def order_csv(sheet: OrderSheet) -> bytes:
    """One row a line, in UTF-8 with a byte order mark; consumption is by month of 30 days."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in sheet.rows:
        writer.writerow(
            [
                plain_text(row.hospital),
                plain_text(row.medicine),
                plain_text(row.name),
                plain_text(row.supplier),
                f"{row.units_per_day * MONTH_DAYS:.1f}",
                row.on_hand_units,
                f"{row.on_order_units:g}",
                row.pack_units,
                row.packs,
                row.units,
                f"{row.pack_mad:.2f}",
                f"{row.cost_mad:.2f}",
                "urgent" if row.urgent else "normal",
                sheet.run,
                sheet.status,
                "yes" if sheet.synthetic else "no",
            ]
        )
    return text.getvalue().encode("utf-8-sig")


def heads(t: Translator) -> tuple[str, ...]:
    """What stands above the columns that a person reads."""
    return (
        t("hospital"),
        t("medicine"),
        t("in stock"),
        t("pack of"),
        t("packs"),
        t("units"),
        "MAD",
        t("urgent"),
    )


def order_xlsx(sheet: OrderSheet, t: Translator) -> bytes:
    """A worksheet for each supplier: notes above, lines below, the sum of the order last."""
    from openpyxl import Workbook  # noqa: PLC0415 - heavy

    book = Workbook()
    book.remove(book.worksheets[0])
    for supplier, rows in sheet.by_supplier():
        _write(book.create_sheet(supplier[:31]), sheet, rows, t)
    if not book.worksheets:
        _write(book.create_sheet("0"), sheet, [], t)
    return stable_bytes(book)


def _write(page: Worksheet, sheet: OrderSheet, rows: Sequence[SheetRow], t: Translator) -> None:
    from openpyxl.styles import Font  # noqa: PLC0415 - heavy
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    page.sheet_view.rightToLeft = t.language.is_right_to_left
    for note in (sheet.title, *sheet.notes):
        page.append([plain_text(bare(note))])
    page.append([plain_text(head) for head in heads(t)])
    for cell in (page["A1"], *page[page.max_row]):
        cell.font = Font(bold=True)
    for row in rows:
        page.append(_cells(row, t))
    page.append([None] * 6 + [sum(row.cost_mad for row in rows)])
    for column, width in enumerate(WIDTHS, start=1):
        page.column_dimensions[get_column_letter(column)].width = width * DAYS_PER_WEEK
    page.page_setup.orientation = "landscape"


def _cells(row: SheetRow, t: Translator) -> list[Any]:
    return [
        plain_text(row.hospital),
        plain_text(row.name),
        row.on_hand_units,
        row.pack_units,
        row.packs,
        row.units,
        row.cost_mad,
        t("yes") if row.urgent else "",
    ]


def order_pdf(sheet: OrderSheet, t: Translator) -> bytes:
    """A4 across, a new page for each supplier, whose word it is at the foot of every page."""
    import matplotlib as mpl  # noqa: PLC0415 - heavy
    from matplotlib.backends.backend_pdf import PdfPages  # noqa: PLC0415

    buffer = BytesIO()
    with mpl.rc_context(STYLE), PdfPages(buffer, metadata={"CreationDate": None}) as book:
        for supplier, rows in sheet.by_supplier() if sheet.rows else iter([("", [])]):
            total = sum(row.cost_mad for row in rows)
            for first in range(0, max(len(rows), 1), ROWS_A_PAGE):
                part = rows[first : first + ROWS_A_PAGE]
                book.savefig(_Page(sheet, t).drawn(f"{sheet.title} · {supplier}", part, total))
    return buffer.getvalue()


class _Page:
    """One sheet; columns are counted from the side where reading begins."""

    def __init__(self, sheet: OrderSheet, t: Translator) -> None:
        from matplotlib.figure import Figure  # noqa: PLC0415 - heavy

        self.sheet, self.t = sheet, t
        self.figure: Figure = Figure(figsize=A4_ACROSS_INCHES)
        self.axes: Axes = self.figure.add_axes((0.03, 0.1, 0.94, 0.81))
        self.axes.set_axis_off()

    def drawn(self, title: str, rows: Sequence[SheetRow], total_mad: float) -> Figure:
        """The sheet of these rows; the sum is that of the supplier's whole order."""
        width = sum(WIDTHS)
        right = self.t.language.is_right_to_left
        self.axes.set_xlim(*((width, 0) if right else (0, width)))
        self.axes.set_ylim(ROWS_A_PAGE + 2, 0)
        self._row(0, heads(self.t), weight="bold")
        for at, row in enumerate(rows, start=1):
            self._row(at, [self._said(value) for value in _cells(row, self.t)])
        self._row(ROWS_A_PAGE + 1, ["", "", "", "", "", "", self.t.number(total_mad, 2), ""])
        self._around(title)
        return self.figure

    def _said(self, value: object) -> str:
        if isinstance(value, float):
            return self.t.number(value, 2)
        return self.t.number(value) if isinstance(value, int) else str(value)

    def _row(self, at: int, texts: Sequence[str], **look: Any) -> None:
        side: Any = "right" if self.t.language.is_right_to_left else "left"
        left = 0.0
        for text, width in zip(texts, WIDTHS, strict=True):
            short = shorten(text, LONGEST_TEXT, placeholder="…")
            self.axes.text(left, at + 0.5, plain(short, self.t), ha=side, va="center", **look)
            left += width
        self.axes.axhline(at + 1, color=FAINT, linewidth=0.4)

    def _around(self, title: str) -> None:
        right = self.t.language.is_right_to_left
        at, side = (0.97, "right") if right else (0.03, "left")
        self.figure.text(at, 0.94, plain(title, self.t), ha=side, size=13, weight="bold")
        for line, note in enumerate(self.sheet.notes):
            self.figure.text(at, 0.065 - 0.02 * line, plain(note, self.t), ha=side)
