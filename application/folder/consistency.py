"""What no single table can tell: references that lead nowhere, stays that overlap, shares."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from application.folder.findings import SHOWN_PER_KIND, Findings, file_row
from hospital.errors import Problem, say
from hospital.gst import GstIdentity
from hospital.places import UnitKind
from hospital.tables import BY_NAME, IDENTITY_FILE, Col, Table

Frames = dict[str, pd.DataFrame]
CARE_KINDS = (UnitKind.EMERGENCY, UnitKind.WARD, UnitKind.STEP_DOWN, UnitKind.INTENSIVE_CARE)
SHARE_TOLERANCE = 0.001


def check_references(frames: Frames, files: dict[str, str], findings: Findings) -> None:
    """Every code that a table mentions exists in the table that defines it."""
    for name, frame in frames.items():
        table = BY_NAME[name]
        for column, target in table.references.items():
            known = _known(frames, target)
            lost = frame.index[frame[column].notna() & ~frame[column].isin(known)]
            _report_lost(table, column, target, frame.loc[lost], (files, findings))


def _known(frames: Frames, target: str) -> set[str]:
    key = BY_NAME[target].key[0]
    return set(frames[target][key]) if target in frames else set()


def _report_lost(
    table: Table,
    column: str,
    target: str,
    lost: pd.DataFrame,
    report: tuple[dict[str, str], Findings],
) -> None:
    files, findings = report
    file_name = files[table.name]
    problems = [
        Problem(
            "unknown_code",
            file_name,
            found=str(lost.at[at, column]),
            expected=say("a code that {file} lists", file=files.get(target, f"{target}.csv")),
            remedy=say("Correct the code, or add it to that file."),
            row=file_row(at),
            column=column,
        )
        for at in lost.index[:SHOWN_PER_KIND]
    ]
    rejected = findings.rejected.setdefault(file_name, {})
    for at in lost.index:
        rejected.setdefault(int(at), f"unknown_code:{column}")
    findings.extend(problems, len(lost))


def check_overlapping_stays(frames: Frames, files: dict[str, str], findings: Findings) -> None:
    """A patient lies in one bed at a time, and leaves after arriving."""
    if "stays" not in frames:
        return
    stays = frames["stays"].sort_values([Col.PATIENT, Col.ADMITTED_AT])
    backwards = (stays[Col.LEFT_AT] < stays[Col.ADMITTED_AT]).fillna(value=False)
    _report_rows(
        ("stay_ends_before_it_starts", stays[backwards]),
        say("left_at at or after admitted_at"),
        say("Correct the two times of this stay."),
        (files["stays"], findings),
    )
    same = stays[Col.PATIENT] == stays[Col.PATIENT].shift(-1)
    next_start = stays[Col.ADMITTED_AT].shift(-1)
    still_here = stays[Col.LEFT_AT].isna()
    overlaps = same & (still_here | (stays[Col.LEFT_AT] > next_start)) & ~backwards
    _report_rows(
        ("overlapping_stays", stays[overlaps]),
        say("stays of one patient that follow one another"),
        say("Correct left_at: the patient's next stay begins before it."),
        (files["stays"], findings),
    )


def _report_rows(
    fault: tuple[str, pd.DataFrame], expected: str, remedy: str, report: tuple[str, Findings]
) -> None:
    code, rows = fault
    file_name, findings = report
    problems = [
        Problem(
            code,
            file_name,
            found=say(
                "patient {patient}, from {start} to {end}",
                patient=rows.at[at, Col.PATIENT],
                start=rows.at[at, Col.ADMITTED_AT],
                end=rows.at[at, Col.LEFT_AT],
            ),
            expected=expected,
            remedy=remedy,
            row=file_row(at),
            column=Col.LEFT_AT,
        )
        for at in rows.index[:SHOWN_PER_KIND]
    ]
    rejected = findings.rejected.setdefault(file_name, {})
    for at in rows.index:
        rejected.setdefault(int(at), code)
    findings.extend(problems, len(rows))


def check_beds(frames: Frames, files: dict[str, str], findings: Findings) -> None:
    """A unit that cares for patients has at least one bed."""
    units, beds = frames.get("units"), frames.get("beds")
    if units is None:
        return
    with_beds = set() if beds is None else set(beds[Col.UNIT])
    care = units[units["kind"].isin([kind.value for kind in CARE_KINDS])]
    without = care[~care[Col.UNIT].isin(with_beds)]
    findings.extend(
        [
            Problem(
                "unit_without_beds",
                files["units"],
                found=say("{unit} has no bed", unit=without.at[at, Col.UNIT]),
                expected=say("at least one row of beds for each unit that cares for patients"),
                remedy=say("Add its beds to the beds table, or remove the unit."),
                row=file_row(at),
                column=Col.UNIT,
            )
            for at in without.index[:SHOWN_PER_KIND]
        ],
        len(without),
    )


def check_triage_shares(frames: Frames, files: dict[str, str], findings: Findings) -> None:
    """The triage levels of a hospital share out all its visits."""
    triage = frames.get("triage")
    if triage is None or triage.empty:
        return
    totals = triage.groupby(Col.HOSPITAL)["share"].sum()
    for hospital, total in totals[np.abs(totals - 1) > SHARE_TOLERANCE].items():
        findings.add(
            Problem(
                "shares_do_not_sum",
                files["triage"],
                found=say("{hospital}: {total}", hospital=hospital, total=f"{total:.3f}"),
                expected=say("shares that sum to 1 over the levels of a hospital"),
                remedy=say("Adjust the shares of this hospital."),
                column="share",
            )
        )


def check_not_after_today(frames: Frames, identity: GstIdentity, findings: Findings) -> None:
    """History ends before ``as_of``: what is later is not known yet."""
    limits = {"visits": "hour", "stays": Col.ADMITTED_AT, "consumption": "week"}
    for name, column in limits.items():
        frame = frames.get(name)
        if frame is None or frame.empty:
            continue
        late = int((frame[column] >= pd.Timestamp(identity.as_of)).sum())
        if late:
            findings.add(
                Problem(
                    "history_after_as_of",
                    IDENTITY_FILE,
                    found=say("{count} rows of {table} on or after it", count=late, table=name),
                    expected=say("as_of after the last day of history"),
                    remedy=say("Set as_of to the day after the last complete day."),
                    column="as_of",
                )
            )


TableChecks = tuple[Callable[[Frames, dict[str, str], Findings], None], ...]

CHECKS: TableChecks = (
    check_references,
    check_overlapping_stays,
    check_beds,
    check_triage_shares,
)
