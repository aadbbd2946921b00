"""What the command shows: tables and progress for a person, JSON for a machine."""

import json
import sys
from collections.abc import Sequence
from typing import Any, Literal

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from application.cli.voice import t
from hospital.errors import GstError, InvalidInput, Sentence

WIDTH_OF_A_FILE = 140
"""Columns to use where the output is not a terminal."""

screen = Console(
    highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else WIDTH_OF_A_FILE
)
aside = Console(stderr=True, highlight=False, soft_wrap=True)
"""Progress and errors: the standard output stays clean for what was asked."""


class Bar:
    """Tells the progress of the work on a bar of the terminal."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=aside,
            transient=True,
        )
        self._task: Any = None

    def begin(self, label: str, total: int) -> None:
        """A piece of work of so many tasks begins."""
        from application.words import STEPS  # noqa: PLC0415 - engines have loaded it by now

        self._progress.start()
        self._task = self._progress.add_task(t(STEPS.get(label, label)), total=total)

    def advance(self) -> None:
        """One task is done."""
        self._progress.advance(self._task)

    def finish(self) -> None:
        """The piece of work is done."""
        self._progress.remove_task(self._task)
        self._progress.stop()

    def go_on(self) -> None:
        """A signal stops the command itself."""


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table of words and figures; the first column is text, the others are figures."""
    table = Table(title=escape(title), title_justify="left", title_style="bold")
    for place, column in enumerate(columns):
        justify: Literal["left", "right"] = "left" if place == 0 else "right"
        table.add_column(escape(column), justify=justify, no_wrap=place > 0)
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    screen.print(table)


def show_json(value: Any) -> None:
    """One JSON document on the standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def show_error(error: GstError) -> None:
    """What is wrong, every place of it, and how to mend it."""
    if isinstance(error, InvalidInput):
        for problem in error.problems:
            _show_problem(problem)
        hidden = error.total - len(error.problems)
        if hidden:
            aside.print(t("... and {count} more of the same kinds.", count=hidden))
        aside.print(t("{count} problems found; nothing was stored.", count=error.total))
        return
    aside.print(f"[bold red]✗[/] {_said(error.hint)}  [dim]({error.code})[/]")


def _show_problem(problem: Any) -> None:
    aside.print(f"[bold red]✗[/] [bold]{_place(problem)}[/]  [dim]({problem.code})[/]")
    aside.print("   " + t("found: {found}", found=_value(problem.found)), markup=False)
    aside.print("   " + t("expected: {expected}", expected=_value(problem.expected)), markup=False)
    aside.print(f"   → {_said(problem.remedy)}", markup=False)


def _place(problem: Any) -> str:
    parts = [problem.file]
    if problem.row is not None:
        parts.append(t("row {row}", row=problem.row))
    if problem.column is not None:
        parts.append(t("column {column}", column=problem.column))
    return t.listed(parts)


def _value(text: str) -> Any:
    return text if isinstance(text, Sentence) else str(text)


def _said(text: str) -> str:
    return t(text) if isinstance(text, Sentence) else str(text)
