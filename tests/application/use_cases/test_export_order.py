"""Orders leave Tadbir as files; each says whether anybody has approved it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from application.files_out import whose_word
from application.language import Language, Translator
from application.report.order_sheet import OrderSheet, SheetRow, order_csv, order_pdf, order_xlsx
from application.settings import load_settings
from application.use_cases.change_order import edits_of_packs, key_of
from application.use_cases.decide import Opinion, decide
from application.use_cases.export_order import export_order, order_file
from application.use_cases.folders import import_data
from application.use_cases.propose_order import OrderDraft, propose_order
from application.use_cases.session import Session, open_session
from governance.decision import Role, Verdict
from hospital.errors import GstError
from tests.homes import cut_demo

pytestmark = pytest.mark.integration

FRENCH, ARABIC, ENGLISH = (Translator(one) for one in Language)
APPROVE = Opinion(Verdict.ACCEPTED, "Salma Idrissi", Role.PHARMACIST)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    home = tmp_path_factory.mktemp("orders")
    settings = load_settings({"TADBIR_HOME": str(home), "TADBIR_PROCESSES": "1"})
    with open_session(settings) as session:
        import_data(session, cut_demo())
        yield session


@pytest.fixture(scope="module")
def draft(work: Session) -> OrderDraft:
    return propose_order(work)


def sheet(**changes: object) -> OrderSheet:
    """One dangerous line: a supplier's name that a spreadsheet would run."""
    row = SheetRow("H1", "M", '=HYPERLINK("x")', "S", 1.5, 3, 0.0, 10, 2, 50.0, 100.0, urgent=True)
    known: dict[str, object] = {"title": "T", "rows": (row,), "notes": ("n",), "run": "r"}
    return OrderSheet(**{**known, "status": "draft", "synthetic": True, **changes})  # type: ignore[arg-type]


def test_no_cell_is_taken_for_a_formula() -> None:
    rows = list(csv.DictReader(StringIO(order_csv(sheet()).decode("utf-8-sig"))))
    assert rows[0]["fullProductName"].startswith("'=")
    page = load_workbook(BytesIO(order_xlsx(sheet(), ENGLISH))).worksheets[0]
    texts = [cell for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert all(cell.data_type != "f" for cell in texts)


def test_an_order_of_nothing_is_still_a_sheet() -> None:
    empty = sheet(rows=())
    assert order_pdf(empty, ARABIC).startswith(b"%PDF")
    assert load_workbook(BytesIO(order_xlsx(empty, FRENCH))).worksheets
    assert order_csv(empty).count(b"\r\n") == 1


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".pdf"])
def test_the_same_order_gives_the_same_bytes(work: Session, draft: OrderDraft, suffix: str) -> None:
    assert order_file(work, draft.run, suffix, ARABIC) == order_file(
        work, draft.run, suffix, ARABIC
    )


def test_the_table_has_every_line_and_adds_up(work: Session, draft: OrderDraft) -> None:
    text = order_file(work, draft.run, ".csv", ENGLISH).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    assert len(rows) == len(draft.plan.lines)
    assert sum(float(row["totalCost"]) for row in rows) == pytest.approx(
        draft.plan.cost_mad, abs=0.01 * len(rows)
    )
    for row in rows:
        assert int(row["packsToShip"]) * int(row["packSize"]) == int(row["requestedQuantity"])
        assert row["synthetic"] == "yes"


def test_the_workbook_has_a_page_for_each_supplier_from_the_right_in_arabic(
    work: Session, draft: OrderDraft
) -> None:
    book = load_workbook(BytesIO(order_file(work, draft.run, ".xlsx", ARABIC)))
    assert set(book.sheetnames) == {line.supplier for line in draft.plan.lines}
    assert all(page.sheet_view.rightToLeft for page in book.worksheets)
    assert any("اصطناعية" in str(cell.value) for (cell,) in book.worksheets[0]["A1":"A4"])


def test_a_draft_says_so_until_a_named_person_approves(work: Session, draft: OrderDraft) -> None:
    assert "nobody has published" in ENGLISH(whose_word(work, draft.run))
    before = order_file(work, draft.run, ".pdf", FRENCH)
    decide(work, draft.run, APPROVE)
    assert "Published by Salma Idrissi (Pharmacist)" in ENGLISH(whose_word(work, draft.run))
    assert order_file(work, draft.run, ".pdf", FRENCH) != before


def test_a_wrong_kind_is_named_and_nothing_is_written(
    work: Session, draft: OrderDraft, tmp_path: Path
) -> None:
    with pytest.raises(GstError) as wrong:
        export_order(work, draft.run, tmp_path / "order.docx", FRENCH)
    assert wrong.value.code == "unknown_format"
    assert not list(tmp_path.iterdir())
    export_order(work, draft.run, tmp_path / "new" / "order.csv", FRENCH)
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["order.csv"]


def test_what_leaves_is_what_was_decided(work: Session) -> None:
    """Boxes that the pharmacist changed or took out are what the buyer reads."""
    draft = propose_order(work)
    first, second = draft.plan.lines[:2]
    packs = {key_of(first): first.packs + 2, key_of(second): 0}
    edits = edits_of_packs(work, draft.run, packs)
    changed = Opinion(
        Verdict.MODIFIED, "Salma Idrissi", Role.PHARMACIST, "A campaign next week", edits=edits
    )
    decide(work, draft.run, changed)
    rows = list(
        csv.DictReader(StringIO(order_file(work, draft.run, ".csv", ENGLISH).decode("utf-8-sig")))
    )
    assert len(rows) == len(draft.plan.lines) - 1
    boxes = sorted(int(row["packsToShip"]) for row in rows)
    proposed = [line.packs for line in draft.plan.lines if line != second]
    assert boxes == sorted([*proposed[1:], first.packs + 2])
