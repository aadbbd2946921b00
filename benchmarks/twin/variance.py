"""What common random numbers save: replications for the same precision of a difference."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from twin.simulation import replication_outcome
from twin.study import Study
from twin.study_file import read_study
from twin.study_model import study_model

PAIRS = 100
MORE_BEDS = 4
BARS = {"MED": 20.0, "ICU": 3.0}


def measure(path: Path) -> list[tuple[str, float, float, bool]]:
    """Rows of a ``Bar``: variance with independent seeds over variance with common ones.

    Both from the same runs: independent replications would have the sum of the two variances.
    """
    study = read_study(path)
    base = _boarding(study)
    rows = []
    for unit, bar in BARS.items():
        more = _boarding(_with_more_beds(study, unit))
        factor = (base.var(ddof=1) + more.var(ddof=1)) / (more - base).var(ddof=1)
        rows.append((f"variance factor, {unit} +{MORE_BEDS} on boarding", factor, bar, True))
    return rows


def _boarding(study: Study) -> np.ndarray:
    prepared = study_model(study).prepared()
    values = []
    for at in range(PAIRS):
        rows = replication_outcome(prepared, at).rows
        values += [
            v
            for name, place, group, v in rows
            if name == "boarding_hours" and place == "STUDY" and not group
        ]
    return np.array(values)


def _with_more_beds(study: Study, unit: str) -> Study:
    units = tuple(
        one.but(beds=one.bed_count + MORE_BEDS) if one.unit == unit else one for one in study.units
    )
    return study.but(units=units)
