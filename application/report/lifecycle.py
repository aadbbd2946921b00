"""Reports on a model before, during and after its deployment: sections as Markdown or HTML."""

from __future__ import annotations

from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from application.language import Translator

Cell = str


@dataclass(frozen=True)
class Section:
    """One heading with sentences and at most one table, in the language of the report."""

    title: str
    lines: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()


@dataclass(frozen=True)
class LifecycleReport:
    """The whole report; ``notes`` say first of all what data these are."""

    title: str
    notes: tuple[str, ...]
    sections: tuple[Section, ...]


def lifecycle_markdown(report: LifecycleReport) -> str:
    """The report for any reader of text."""
    parts = [f"# {plain(report.title)}", *(f"> {plain(note)}" for note in report.notes)]
    for section in report.sections:
        parts.append(f"## {plain(section.title)}")
        parts += [plain(line) for line in section.lines]
        if section.rows:
            parts.append(_table(section))
    return "\n\n".join(parts) + "\n"


def _table(section: Section) -> str:
    head = "| " + " | ".join(map(plain, section.header)) + " |"
    rule = "|" + "---|" * len(section.header)
    rows = ("| " + " | ".join(map(plain, row)) + " |" for row in section.rows)
    return "\n".join([head, rule, *rows])


def plain(text: str) -> str:
    """Text that Markdown takes for words: no table, no heading, no HTML."""
    flat = " ".join(text.split())
    for sign in ("\\", "|", "<", ">", "`", "*", "#", "[", "]"):
        flat = flat.replace(sign, f"\\{sign}")
    return flat


def lifecycle_html(report: LifecycleReport, t: Translator) -> str:
    """The report as one page that opens anywhere, without a network."""
    environment = Environment(
        loader=PackageLoader("application", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    return environment.get_template("lifecycle.html.j2").render(report=report, t=t)
