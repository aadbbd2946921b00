"""The form of a scenario: beds of a unit, physicians, demand."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from application.jobs import works
from application.language import Translator
from application.terms import (
    MAXIMUM_BEDS,
    AddPhysicians,
    Change,
    CloseBeds,
    DemandGrowth,
    OpenBeds,
    Scenario,
)
from application.use_cases.overview import unit_name
from application.use_cases.simulate import TwinDesign
from dashboard.parts.job_panel import start_job
from dashboard.session import Session
from dashboard.wording import beds_phrase
from hospital.errors import say
from hospital.places import UnitKind

BEDDED = (UnitKind.INTENSIVE_CARE, UnitKind.STEP_DOWN, UnitKind.WARD, UnitKind.EMERGENCY)
SEEN_BY_PHYSICIANS = (UnitKind.EMERGENCY,)
MOST_PHYSICIANS, MOST_REPLICATIONS = 50, 200
LOWEST_GROWTH, HIGHEST_GROWTH = -50, 200
FIRST_GUESS_BEDS = 4
PERCENT = 100


@dataclass(frozen=True)
class Wish:
    """What the form holds: a change of zero is no change."""

    bed_unit: str
    beds: int
    physician_unit: str
    physicians: int
    growth_percent: int

    def changes(self) -> tuple[Change, ...]:
        """The changes of the scenario language that say the same."""
        found: list[Change] = []
        if self.beds > 0:
            found.append(OpenBeds(unit=self.bed_unit, beds=self.beds))
        if self.beds < 0:
            found.append(CloseBeds(unit=self.bed_unit, beds=-self.beds))
        if self.physicians:
            found.append(AddPhysicians(unit=self.physician_unit, physicians=self.physicians))
        if self.growth_percent:
            found.append(DemandGrowth(factor=1 + self.growth_percent / PERCENT))
        return tuple(found)

    def name(self) -> str:
        """A code that two equal wishes share."""
        parts = {
            "beds": self.beds,
            "physicians": self.physicians,
            "visits-percent": self.growth_percent,
        }
        changed = [
            f"{what}.{'less' if n < 0 else 'plus'}-{abs(n)}" for what, n in parts.items() if n
        ]
        return "_".join(changed)


def show_form(session: Session) -> None:
    """Asks for the change and runs the comparison as a job."""
    t = session.t
    with st.form("scenario", border=False):
        wish = _wish(session)
        replications = st.slider(
            t("Replications"),
            5,
            MOST_REPLICATIONS,
            TwinDesign().replications,
            step=5,
            key="replications",
            help=t("More replications give narrower intervals and take longer."),
        )
        sent = st.form_submit_button(
            t("Compare with today"), type="primary", disabled=session.job is not None
        )
    if sent:
        _start(session, wish, TwinDesign(replications=replications))


def _wish(session: Session) -> Wish:
    beds, physicians, demand = st.columns(3)
    with beds:
        bed_unit, bed_count = _beds(session)
    with physicians:
        physician_unit, physician_count = _physicians(session)
    with demand:
        growth = _growth(session.t)
    return Wish(bed_unit, bed_count, physician_unit, physician_count, growth)


def _beds(session: Session) -> tuple[str, int]:
    t, gst = session.t, session.work.gst
    counts = gst.beds_by_unit()
    names = {
        unit.unit: t.beside(unit_name(session.work, unit), beds_phrase(t, counts[unit.unit]))
        for kind in BEDDED
        for unit in gst.units
        if unit.kind is kind
    }
    unit = st.selectbox(
        t("Unit whose beds change"), list(names), format_func=names.__getitem__, key="bed-unit"
    )
    beds = st.number_input(
        t("Beds opened (below zero: closed)"),
        -MAXIMUM_BEDS,
        MAXIMUM_BEDS,
        FIRST_GUESS_BEDS,
        key="beds",
    )
    return unit, beds


def _physicians(session: Session) -> tuple[str, int]:
    t, work = session.t, session.work
    names = {
        unit.unit: t.beside(unit_name(work, unit), t("{count} physicians", count=unit.physicians))
        for unit in work.gst.units
        if unit.kind in SEEN_BY_PHYSICIANS
    }
    unit = st.selectbox(
        t("Emergency department whose physicians change"),
        list(names),
        format_func=names.__getitem__,
        key="physician-unit",
    )
    physicians = st.number_input(
        t("Physicians added (below zero: taken away)"),
        -MOST_PHYSICIANS,
        MOST_PHYSICIANS,
        0,
        key="physicians",
    )
    return unit, physicians


def _growth(t: Translator) -> int:
    return st.number_input(
        t("Growth of emergency visits [%]"),
        LOWEST_GROWTH,
        HIGHEST_GROWTH,
        0,
        step=5,
        key="growth",
        help=t("All hospitals, all days of the period."),
    )


def _start(session: Session, wish: Wish, design: TwinDesign) -> None:
    changes = wish.changes()
    if not changes:
        st.error(session.t("Change something: beds, physicians or demand."))
        return
    scenario = Scenario(name=wish.name(), changes=changes)
    asked = works.compare(scenario, design)
    start_job(session, say("Comparing the scenario with today"), asked)
