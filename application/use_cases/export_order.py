"""An order out of Tadbir: the sheet for the buyer (PDF, XLSX), the table for a machine (CSV).

Everything that leaves says whose word it is: a draft says that nobody has approved it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from application.files_out import require_format, whose_word, write_whole
from application.language import Translator
from application.use_cases.access import needs
from application.use_cases.decide import find_recommendation
from application.use_cases.publishing import order_in_force
from application.use_cases.session import Session
from governance.access import Action
from hospital.stock_plan import OrderLine, StockPlan, Urgency

if TYPE_CHECKING:
    from application.report.order_sheet import OrderSheet, SheetRow

ORDER_FORMATS = (".pdf", ".xlsx", ".csv")


@needs(Action.READ)
def order_file(session: Session, run: str, suffix: str, t: Translator) -> bytes:
    """The order of a run as a file of this kind.

    Raises:
        GstError: ``unknown_format``.
    """
    require_format(suffix, ORDER_FORMATS)
    from application.report import order_sheet  # noqa: PLC0415 - openpyxl is heavy

    sheet = _sheet(session, run, t)
    makers: dict[str, Callable[[], bytes]] = {
        ".pdf": lambda: order_sheet.order_pdf(sheet, t),
        ".xlsx": lambda: order_sheet.order_xlsx(sheet, t),
        ".csv": lambda: order_sheet.order_csv(sheet),
    }
    return makers[suffix]()


@needs(Action.READ)
def export_order(session: Session, run: str, file: Path, t: Translator) -> None:
    """Writes the file, whole or not at all; its name says which kind."""
    write_whole(file, order_file(session, run, file.suffix.lower(), t))


def _sheet(session: Session, run: str, t: Translator) -> OrderSheet:
    from application.report.order_sheet import OrderSheet  # noqa: PLC0415

    found = find_recommendation(session, run)
    plan = order_in_force(session, found)
    synthetic = session.snapshot.synthetic
    notes = [t(whose_word(session, run)), *([t("Synthetic data")] if synthetic else [])]
    title = t("Order of {day}: {cost} MAD", day=t.day(plan.as_of), cost=t.number(plan.cost_mad, 2))
    rows = sorted(_rows(session, plan), key=lambda row: (row.supplier, row.hospital, row.name))
    return OrderSheet(title, tuple(rows), tuple(notes), run, found.state.value, synthetic)


def _rows(session: Session, plan: StockPlan) -> list[SheetRow]:
    names = {m.medicine: f"{m.inn} {m.strength}, {m.form}" for m in plan.medicines}
    packs = {(offer.supplier, offer.medicine): offer.pack_units for offer in plan.offers}
    return [
        _row(session, plan, line, (names.get(line.medicine, line.medicine), packs[key]))
        for line in plan.lines
        for key in [(line.supplier, line.medicine)]
    ]


def _row(session: Session, plan: StockPlan, line: OrderLine, known: tuple[str, int]) -> SheetRow:
    from application.report.order_sheet import SheetRow  # noqa: PLC0415

    place = line.hospital, line.medicine
    position = next(row for row in plan.positions if (row.hospital, row.medicine) == place)
    usable = [
        lot.units
        for lot in session.gst.lots
        if (lot.hospital, lot.medicine) == place and lot.expiry_date >= plan.as_of
    ]
    return SheetRow(
        hospital=line.hospital,
        medicine=line.medicine,
        name=known[0],
        supplier=line.supplier,
        units_per_day=position.demand_units_per_day,
        on_hand_units=sum(usable),
        on_order_units=position.on_order_units,
        pack_units=known[1],
        packs=line.packs,
        pack_mad=line.cost_mad / line.packs,
        cost_mad=line.cost_mad,
        urgent=line.urgency is Urgency.URGENT,
    )
