"""Plan or judge an instance of the public competition IHTC-2024; nothing is stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from hospital.errors import GstError, say
from hospital.violation import Score
from scheduling.theatres.ihtc.instance import read_instance
from scheduling.theatres.ihtc.score import score
from scheduling.theatres.ihtc.solution import read_solution, to_json
from scheduling.theatres.ihtc.solve import Effort, Planned, Progress, solve


def plan_ihtc(
    file: Path,
    effort: Effort,
    out: Path | None = None,
    watch: Callable[[Progress], None] = lambda _: None,
) -> Planned:
    """The best plan found; written to ``out`` as the competition writes it.

    Raises:
        InvalidInput: the instance cannot be read.
        GstError: ``no_nurse_on_shift``; ``cannot_write`` where ``out`` cannot be written.
    """
    instance = read_instance(file)
    if out is not None:
        _write(out, "")  # a place that cannot be written is told before the work, not after it
    planned = solve(instance, effort, watch)
    if out is not None:
        _write(out, json.dumps(to_json(planned.solution, instance), indent=1) + "\n")
    return planned


def _write(out: Path, text: str) -> None:
    try:
        with out.open("a" if not text else "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as failure:
        raise GstError(
            "cannot_write",
            say("{file} cannot be written: {why}.", file=str(out), why=str(failure.strerror)),
        ) from failure


def judge_ihtc(file: Path, solution: Path) -> Score:
    """The official cost and every broken rule of a solution.

    Raises:
        InvalidInput: instance or solution cannot be read, or do not belong together.
    """
    instance = read_instance(file)
    return score(instance, read_solution(solution, instance))
