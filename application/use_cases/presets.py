"""Ready-made scenarios: those of the library that can be tried on the current GST."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import scenarios
from application.use_cases.access import needs
from application.use_cases.read_scenario import read_scenario
from application.use_cases.session import Session
from governance.access import Action
from hospital.errors import GstError
from hospital.gst import Gst
from scenarios.language import Scenario, apply, check_period

LIBRARY = Path(scenarios.__file__).with_name("library")


@needs(Action.READ)
def presets(session: Session, horizon_days: int) -> tuple[Scenario, ...]:
    """The scenarios whose places, suppliers and days this GST has, by the names of their files."""
    gst = session.gst
    first, last = gst.identity.as_of, gst.identity.as_of + timedelta(days=horizon_days - 1)
    found = []
    for file in sorted(LIBRARY.glob("*.yaml")):
        scenario = read_scenario(file)
        try:
            check_period(scenario, first, last)
            apply(gst, scenario)
        except GstError:
            continue  # of a place or of days that this GST does not have
        if set(_named(scenario)) <= _known(gst):
            found.append(scenario)
    return tuple(found)


def _named(scenario: Scenario) -> Iterator[str]:
    """Hospitals and suppliers that the changes name."""
    for change in scenario.changes:
        for field in ("hospital", "supplier"):
            if name := getattr(change, field, None):
                yield name


def _known(gst: Gst) -> set[str]:
    return {row.hospital for row in gst.hospitals} | {row.supplier for row in gst.suppliers}
