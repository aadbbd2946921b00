"""A ready-made scenario: chosen by what it changes, with why it is tried and where it is from."""

from __future__ import annotations

from functools import partial

import streamlit as st

from application.change_words import describe
from application.jobs import works
from application.use_cases.presets import presets
from application.use_cases.simulate import TwinDesign
from dashboard import workroom
from dashboard.parts.address import choice_of_address
from dashboard.parts.job_panel import start_job
from dashboard.session import Session
from hospital.errors import say

PRESET_IN_ADDRESS = "preset"


def show_presets(session: Session) -> None:
    """The picker, the purpose and source of what is picked, and the button that compares it."""
    t, gst = session.t, session.work.gst
    design = TwinDesign()
    asked = partial(presets, session.work, design.horizon_days)
    found = workroom.worked_out(session.work.snapshot.snapshot, "presets", asked)
    if not found:
        st.info(t("No ready-made scenario fits this group."))
        return
    by_name = {scenario.name: scenario for scenario in found}
    name = choice_of_address(
        PRESET_IN_ADDRESS,
        t("Ready-made scenario"),
        {name: describe(t, gst, scenario) for name, scenario in by_name.items()},
    )
    scenario = by_name[name]
    if scenario.purpose:
        st.markdown(t(scenario.purpose) + ".")
    if scenario.source:
        st.caption(t("Source, as it stands in the file: {source}", source=scenario.source))
    st.caption(t("Its figures are those of the file; the form beside takes your own."))
    busy = session.job is not None
    if st.button(t("Compare it with today"), type="primary", key="try-preset", disabled=busy):
        start_job(
            session, say("Comparing the scenario with today"), works.compare(scenario, design)
        )
