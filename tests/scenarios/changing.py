"""The small demo and what the twin believes of it, as changes would have both."""

from __future__ import annotations

from typing import Any

from hospital.gst import Gst
from scenarios.language import Scenario, apply, apply_to_parameters
from twin.parameters import TwinParameters

Demo = tuple[Gst, TwinParameters]


def with_changes(demo: Demo, *changes: dict[str, Any]) -> Demo:
    """Both as these changes would have them."""
    one = Scenario.model_validate({"name": "try", "changes": changes})
    gst = apply(demo[0], one)
    return gst, apply_to_parameters(demo[1], one, gst)
