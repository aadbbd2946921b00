"""References between tables: every code that is mentioned is defined somewhere."""

import pandas as pd

from application.folder.cells import matches
from application.folder.findings import shown
from application.folder.read_tables import ReadTables
from hospital.errors import say
from hospital.places import UnitKind
from hospital.tables import BY_NAME, Col

CODE = r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}"
CARE_KINDS = (UnitKind.EMERGENCY, UnitKind.WARD, UnitKind.STEP_DOWN, UnitKind.INTENSIVE_CARE)


def check_references(tables: ReadTables) -> None:
    """Every code that a table mentions exists in the table that defines it."""
    for name, mentions in tables.mentions.items():
        for column, target in BY_NAME[name].references.items():
            if target in tables.codes and column in mentions:
                _check_reference(tables, mentions[column], (name, column, target))


def _check_reference(
    tables: ReadTables, cells: "pd.Series[str]", place: tuple[str, str, str]
) -> None:
    """The codes of a column exist in the target; what is no code at all was told as such."""
    name, column, target = place
    unknown = cells[cells.notna() & ~cells.isin(tables.codes[target])]
    lost = unknown[matches(unknown, CODE)]
    file = tables.files.get(target, f"{target}.csv")
    sentences = (
        say("a code that {file} lists", file=file),
        say("Correct the code, or add it to that file."),
    )
    fault = tables.fault(name, "unknown_code", sentences, column)
    tables.findings.reject(fault, lost.index, lambda at: str(lost.loc[at]))


def check_beds_of_units(tables: ReadTables) -> None:
    """A unit that cares for patients has at least one bed."""
    if not tables.has("units") or "beds" not in tables.codes:
        return
    units = tables.frame("units")
    cares = units[Col.KIND].isin([kind.value for kind in CARE_KINDS])
    without = cares & ~units[Col.UNIT].isin(set(tables.frame("beds")[Col.UNIT]))
    fault = tables.fault(
        "units",
        "unit_without_beds",
        (
            say("at least one row of beds for each unit that cares for patients"),
            say("Add its beds to the beds table, or remove the unit."),
        ),
        Col.UNIT,
    )
    tables.reject(
        "units", fault, without.to_numpy(), lambda row: say("{unit} has no bed", unit=row[Col.UNIT])
    )


def check_beds_in_care(tables: ReadTables) -> None:
    """A bed stands in a unit that cares for patients, not in a theatre or a pharmacy."""
    _check_unit_kind(
        tables,
        "beds",
        CARE_KINDS,
        say("a unit that cares for patients; rooms of a theatre stand in sessions"),
    )


def check_stays_in_care(tables: ReadTables) -> None:
    """A patient stays in a unit that cares for patients, not in a theatre or a pharmacy."""
    _check_unit_kind(tables, "stays", CARE_KINDS, say("a unit that cares for patients"))


def check_sessions_in_theatre(tables: ReadTables) -> None:
    """Operating sessions take place in a theatre."""
    _check_unit_kind(tables, "sessions", (UnitKind.THEATRE,), say("a unit of kind theatre"))


def _check_unit_kind(
    tables: ReadTables, name: str, kinds: tuple[UnitKind, ...], expected: str
) -> None:
    if not tables.has(name, "units"):
        return
    kind_of = _column_by(tables.frame("units"), Col.UNIT, Col.KIND)
    found = tables.frame(name)[Col.UNIT].map(kind_of)
    wrong = found.notna() & ~found.isin([kind.value for kind in kinds])
    fault = tables.fault(
        name, "wrong_kind_of_unit", (expected, say("Correct the unit of this row.")), Col.UNIT
    )
    tables.reject(
        name,
        fault,
        wrong.to_numpy(),
        lambda row: say("{unit}, of kind {kind}", unit=row[Col.UNIT], kind=kind_of[row[Col.UNIT]]),
    )


def check_bed_of_stay(tables: ReadTables) -> None:
    """The bed of a stay exists and stands in the unit of the stay."""
    if not tables.has("stays", "beds"):
        return
    unit_of = _column_by(tables.frame("beds"), Col.BED, Col.UNIT)
    stays = tables.frame("stays")
    home = stays[Col.BED].map(unit_of)
    wrong = home.notna() & (home != stays[Col.UNIT])
    fault = tables.fault(
        "stays",
        "bed_of_another_unit",
        (say("a bed of the unit of this stay"), say("Correct the bed or the unit of this stay.")),
        Col.BED,
    )
    tables.reject(
        "stays",
        fault,
        wrong.to_numpy(),
        lambda row: say(
            "{bed}, a bed of {unit}", bed=shown(row[Col.BED]), unit=unit_of[row[Col.BED]]
        ),
    )


def _column_by(frame: pd.DataFrame, key: str, column: str) -> "pd.Series[str]":
    return frame.set_index(key)[column]
