"""Optional columns that came after the first stored runs, and whether a table uses them."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from application.folder.columns import Column, columns_of
from hospital.tables import Table

LATER_COLUMNS: defaultdict[str, frozenset[str]] = defaultdict(
    frozenset,
    hospitals=frozenset({"cold_litres", "shelf_litres"}),
    medicines=frozenset({"unit_litres"}),
    sessions=frozenset({"surgeon", "reserve_minutes", "equipment"}),
    waiting_list=frozenset(
        {
            "deferred_until",
            "deferral_reason",
            "is_infected",
            "minutes",
            "minutes_reason",
            "needs",
            "accepts_other_hospital",
        }
    ),
)
"""They count in a hash, and are written, where something is in them."""


def unused(table: Table, frame: pd.DataFrame) -> frozenset[str]:
    """Later columns in which no row says anything."""
    own = [column for column in columns_of(table) if column.name in LATER_COLUMNS[table.name]]
    return frozenset(column.name for column in own if _says_nothing(frame[column.name], column))


def _says_nothing(values: pd.Series, column: Column) -> bool:
    if column.default is None:
        return bool(values.isna().all())
    return bool((values == column.default).all())
