"""Results are named in the address, so that a link shows the very result that was meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from application.store.runs import Run

RUN_IN_ADDRESS = "run"


def choice_of_address(name: str, label: str, choices: Mapping[str, str]) -> str:
    """A list to choose from whose choice is in the address under ``name``: a link shows the same.

    ``choices`` has what each one is called, the first of them stands where none was asked for.
    """
    codes = list(choices)
    asked = st.query_params.get(name, "")
    index = codes.index(asked) if asked in codes else 0
    chosen = st.selectbox(
        label,
        codes,
        index=index,
        format_func=choices.__getitem__,
        key=f"{name}-from-{codes[index]}",
    )
    if chosen != asked and (asked or chosen != codes[0]):
        st.query_params[name] = chosen
    return chosen


def linked_run(runs: Sequence[Run]) -> Run | None:
    """The run that the address asks for, if it is one of these."""
    asked = st.query_params.get(RUN_IN_ADDRESS, "")
    return next((run for run in runs if run.run == asked), None)


def run_to_show(runs: Sequence[Run], field: str, value: str) -> str | None:
    """The run of the address if it is about this unit or hospital, else the newest that is."""
    linked = linked_run(runs)
    if linked is not None and linked.inputs[field] == value:
        return linked.run
    return next((run.run for run in runs if run.inputs[field] == value), None)


def first_choice(runs: Sequence[Run], field: str, choices: Sequence[str]) -> int:
    """Which unit or hospital is shown first: that of the address, else of the newest run."""
    asked = [run for run in (linked_run(runs), *runs[:1]) if run is not None]
    places = [run.inputs[field] for run in asked if run.inputs[field] in choices]
    return choices.index(places[0]) if places else 0
