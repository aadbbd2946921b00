"""Begins an empty GST folder: a commented YAML, one template for each table, and a guide."""

from collections.abc import Callable
from pathlib import Path

from application.folder.cells import expectation
from application.folder.columns import Column, columns_of
from application.folder.text_table import COMMENT_SIGN
from application.folder.writing import whole_or_nothing
from hospital.errors import say
from hospital.tables import IDENTITY_FILE, TABLES, Table

IDENTITY_TEMPLATE = """\
# Identity of the GST. Every line is needed; write after the colon.
# Identité du GST. Chaque ligne est nécessaire ; écrire après les deux-points.
schema_version: 1
gst: GST-EXEMPLE           # code: letters, digits, dashes · lettres, chiffres, tirets
name: Groupement Sanitaire Territorial de ...
region: ...
synthetic: false           # true where the data are invented · true si les données sont fictives
as_of: 2026-11-23          # first day to plan · premier jour à planifier (AAAA-MM-JJ)
medicine_budget_mad: 0     # for the next order · pour la prochaine commande [MAD]
costs:                     # unit costs · coûts unitaires [MAD]
  nurse_hour_mad: 60
  agency_nurse_hour_mad: 110
  physician_hour_mad: 160
  transfer_km_mad: 8
  holding_percent_per_year: 15
  source: "hypothèse à confirmer"
"""

GUIDE_FILE = "COLUMNS.md"
TEMPLATES_FOLDER = "templates"


def write_templates(folder: Path, translated: Callable[[str], str] = str) -> tuple[Path, ...]:
    """Writes ``gst.yaml``, one commented CSV for each table in ``templates/``, and the guide.

    A template is a header and one comment for each column; rows that begin with ``#`` are not
    read. Templates stay in ``templates/`` so that an unused one is not taken for a table: copy
    those that you fill in beside ``gst.yaml``. ``translated`` says the comments in a language.

    Raises:
        GstError: the folder already holds something, or may not be written.
    """
    contents = {
        IDENTITY_FILE: IDENTITY_TEMPLATE,
        GUIDE_FILE: column_guide(),
        **{
            f"{TEMPLATES_FOLDER}/{table.name}.csv": template_of(table, translated)
            for table in TABLES
        },
    }
    with whole_or_nothing(folder) as draft:
        (draft / TEMPLATES_FOLDER).mkdir()
        for name, text in contents.items():
            (draft / name).write_text(text, encoding="utf-8")
    return tuple(folder / name for name in contents)


def template_of(table: Table, translated: Callable[[str], str]) -> str:
    """The header of a table and one comment for each column, in a language."""
    lines = [",".join(table.columns)]
    lines += [_comment(column, translated) for column in columns_of(table)]
    return "\n".join(lines) + "\n"


def _comment(column: Column, translated: Callable[[str], str]) -> str:
    needed = say("may be empty") if column.may_be_empty else say("needed")
    words = (
        translated(column.meaning),
        translated(expectation(column)).strip(),
        translated(needed),
    )
    return f"{COMMENT_SIGN} {column.name}: " + "; ".join(word for word in words if word)


def column_guide() -> str:
    """Every table and column of the contract, as Markdown."""
    sections = [
        "# The GST folder",
        "",
        "Files are CSV (UTF-8, comma or semicolon), XLSX or Parquet. Times are local clock",
        "times of Morocco. Generated from the contract in `hospital/tables.py`.",
        "",
    ]
    for table in TABLES:
        sections += [*_section(table), ""]
    return "\n".join(sections)


def _section(table: Table) -> list[str]:
    summary = (table.row_type.__doc__ or "").strip().splitlines()[0]
    return [
        f"## {table.name}",
        "",
        f"{summary} One row for each {' + '.join(table.key)}.",
        "",
        "| column | holds | needed | refers to |",
        "|---|---|---|---|",
        *(_line(table, column) for column in columns_of(table)),
    ]


def _line(table: Table, column: Column) -> str:
    meaning = f"{column.meaning}; " if column.meaning else ""
    needed = "yes" if not column.may_be_empty else f"no (default {_default(column)})"
    target = table.references.get(column.name, "")
    return f"| `{column.name}` | {meaning}{expectation(column).strip()} | {needed} | {target} |"


def _default(column: Column) -> str:
    return "empty" if column.default is None else str(column.default).lower()
