"""The parts of a STRESS-DES sheet: 24 items, each with sentences, a table or a diagram."""

from __future__ import annotations

from dataclasses import dataclass

from hospital.errors import Sentence, say

Cell = Sentence | str | int | float

TITLES: dict[str, Sentence] = {
    "1.1": say("Purpose of the model"),
    "1.2": say("Outputs and their formulas"),
    "1.3": say("Experiments"),
    "2.1": say("Diagram"),
    "2.2": say("Logic of the baseline"),
    "2.3": say("Logic of the scenario"),
    "2.4": say("Algorithms"),
    "2.5.1": say("Entities"),
    "2.5.2": say("Activities"),
    "2.5.3": say("Resources"),
    "2.5.4": say("Queues"),
    "2.5.5": say("Entry and exit"),
    "3.1": say("Data sources"),
    "3.2": say("Pre-processing"),
    "3.3": say("Input parameters"),
    "3.4": say("Assumptions"),
    "4.1": say("Initialisation"),
    "4.2": say("Run length"),
    "4.3": say("Estimation"),
    "5.1": say("Software"),
    "5.2": say("Random sampling"),
    "5.3": say("Execution"),
    "5.4": say("Hardware and run time"),
    "6.1": say("Sharing"),
}
"""Monks et al. 2018, Strengthening the reporting of empirical simulation studies
(10.1080/17477778.2018.1442155), in the order of the checklist."""


@dataclass(frozen=True, slots=True)
class StressItem:
    """What one item of the checklist says; ``diagram`` is Mermaid."""

    sentences: tuple[Sentence, ...] = ()
    header: tuple[Sentence, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    diagram: str = ""
