"""Runs a study, a hospital on paper, and gives its figures with their precision."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from application.compute import Progress, workers
from hospital.errors import InvalidInput, Problem, say

if TYPE_CHECKING:
    from twin.study import Study
    from twin.study_figures import StudyFigures


@dataclass(frozen=True, slots=True)
class StudyRun:
    """A study as it was run, and what came of it."""

    study: Study
    result: StudyFigures


def run_study(
    file: Path, processes: int, progress: Progress | None = None, replications: int | None = None
) -> StudyRun:
    """Reads the file and runs its replications, or so many instead.

    Raises:
        InvalidInput: the file is not there, or every fault of the study at once.
    """
    from twin.study_figures import study_figures  # noqa: PLC0415 - loads SimPy and SciPy
    from twin.study_file import read_study  # noqa: PLC0415
    from twin.study_model import study_model  # noqa: PLC0415

    if not file.is_file():
        raise InvalidInput([_missing(file)])
    study = read_study(file)
    if replications is not None:
        study = study.but(run=study.run.but(replications=replications))
    with workers(processes, progress) as pool:
        return StudyRun(study, study_figures(study_model(study), pool))


def _missing(file: Path) -> Problem:
    return Problem(
        "missing_file",
        file.name,
        found=say("no such file"),
        expected=say("a study in YAML"),
        remedy=say("Check the path; docs/twin-study.md shows one."),
    )
