"""The card of a model: its document, stage and evidence, in words (Markdown) or for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from application.language import Translator
from application.words import STAGES

if TYPE_CHECKING:
    from application.use_cases.models import Registered


def card_json(found: Registered) -> dict[str, Any]:
    """The card for a machine."""
    return {
        **found.model.model_dump(mode="json"),
        "stage": found.stage.value,
        "reports": {report.value: word for report, word in found.evidence.reports.items()},
        "history": [event.model_dump(mode="json") for event in found.history],
    }


def card_markdown(found: Registered, t: Translator) -> str:
    """The card for a person; headings as in the UK's transparency standard."""
    model = found.model
    sections = (
        (t("Intended use"), _plain(model.intended_use)),
        (t("Limits"), _plain(model.limits)),
        (t("Data"), _data(found, t)),
        (t("Performance"), _metrics(found, t)),
        (t("Reports"), _reports(found, t)),
        (t("How it was made"), _making(found, t)),
        (t("History"), _history(found, t)),
    )
    stage = t("Stage: {stage}", stage=STAGES[found.stage])
    owner = t("Owner: {owner}", owner=_plain(model.owner))
    head = f"# {_plain(model.key)}\n\n{stage} · {owner}"
    return "\n\n".join([head, *(f"## {name}\n\n{text}" for name, text in sections)]) + "\n"


def _data(found: Registered, t: Translator) -> str:
    data = found.model.training_data
    return t(
        "{rows} rows from {first} to {last}, SHA-256 {hash}",
        rows=t.number(data.rows),
        first=t.day(data.first_day),
        last=t.day(data.last_day),
        hash=data.sha256[:16],
    )


def _metrics(found: Registered, t: Translator) -> str:
    names = (t("figure"), t("group"), t("value"), t("cases"))
    head = "| " + " | ".join(names) + " |\n|---|---|---:|---:|"
    everybody = t("all")
    rows = [
        f"| {_plain(m.name)} | {_plain(m.subgroup) or everybody} | {m.value:g} {_plain(m.unit)} "
        f"| {m.cases} |"
        for m in found.model.metrics
    ]
    return "\n".join([head, *rows])


def _reports(found: Registered, t: Translator) -> str:
    told = [f"- {report.value}: **{word}**" for report, word in found.evidence.reports.items()]
    return "\n".join(told) or t("None yet.")


def _making(found: Registered, t: Translator) -> str:
    model = found.model
    libraries = ", ".join(f"{_plain(k)} {_plain(v)}" for k, v in model.library_versions.items())
    settings = ", ".join(f"{_plain(k)}={_plain(str(v))}" for k, v in model.hyperparameters.items())
    lines = (
        (t("Type"), model.model_type.value),
        (t("Settings"), settings or "–"),
        (t("Seed"), str(model.random_seed)),
        (t("Libraries"), libraries),
        (t("Code, SHA-256"), model.code_sha256[:16]),
        (t("Artefact, SHA-256"), model.artefact_sha256),
    )
    return "\n".join(f"- {name}: {value}" for name, value in lines)


def _history(found: Registered, t: Translator) -> str:
    rows = []
    for event in found.history:
        to = event.body.get("to") or event.body.get("verdict") or ""
        rows.append(
            f"- {t.day(event.at.date())} · {event.event.value} {to} · {_plain(event.actor)} "
            f"{_plain(str(event.body.get('reason', '')))}".rstrip()
        )
    return "\n".join(rows)


def _plain(text: str) -> str:
    """Text that Markdown takes for words: no table, no heading, no HTML."""
    flat = " ".join(text.split())
    for sign in ("\\", "|", "<", ">", "`", "*", "#", "[", "]"):
        flat = flat.replace(sign, f"\\{sign}")
    return flat
