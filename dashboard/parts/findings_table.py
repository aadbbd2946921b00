"""Paired differences as a table: today, scenario, difference, interval, and what it means."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.findings import Finding, Judgement
from dashboard.parts.html_table import Cell, Column, Tone, show_table
from dashboard.session import Session

WHOLE_FROM = 1000
"""Figures this large are shown without decimals."""

TONES: dict[Judgement, Tone] = {
    Judgement.BETTER: "good",
    Judgement.WORSE: "bad",
    Judgement.CHANGED: "",
    Judgement.UNCHANGED: "quiet",
    Judgement.UNCLEAR: "quiet",
}


def show_findings(session: Session, findings: Sequence[Finding]) -> None:
    """One line for each finding; the place is named where it is not the whole group."""
    t = session.t
    titles = (t("Today"), t("Scenario"), t("Difference"), t("95 % interval"))
    columns = [
        Column(t("Indicator")),
        *(Column(title, is_figure=True) for title in titles),
        Column(t("Judgement")),
    ]
    show_table(t("Paired differences"), columns, [_row(session, each) for each in findings])


def _row(session: Session, finding: Finding) -> list[str | Cell]:
    t, row = session.t, finding.row
    decimals = 0 if abs(row.baseline) >= WHOLE_FROM else 2
    baseline, scenario, low, high = (
        t.isolated(t.number(value, decimals))
        for value in (row.baseline, row.scenario, row.low, row.high)
    )
    sign = "+" if row.difference > 0 else ""
    name = t(finding.name)
    return [
        t.beside(_place(session, row.place), name) if row.place else name,
        baseline,
        scenario,
        t.isolated(sign + t.number(row.difference, decimals)),
        t("{low} to {high}", low=low, high=high),
        Cell(t(finding.judgement.sentence), TONES[finding.judgement]),
    ]


def _place(session: Session, code: str) -> str:
    gst = session.work.gst
    names = {unit.unit: unit.name for unit in gst.units}
    names |= {hospital.hospital: hospital.name for hospital in gst.hospitals}
    return session.t.isolated(names.get(code, code))
