"""``tadbir model``: the registry of what recommends, its cards, its stages and its equity."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from application.cli.chrome import SpokenGroup, dress
from application.cli.options import AsJson, session
from application.cli.screen import screen, show_json, show_table
from application.cli.voice import t
from governance.masking import SMALLEST_SHOWN, masked
from governance.promotion import Stage

if TYPE_CHECKING:
    from application.use_cases.models import Registered
    from governance.equity import EquityReport

Document = Annotated[Path, typer.Argument(help=t("The model's document (YAML or JSON)."))]
Artefact = Annotated[Path, typer.Option("--artefact", help=t("The file of the model itself."))]
Key = Annotated[str, typer.Argument(help=t("The model, as visits@1.2.0, or its name."))]
By = Annotated[str, typer.Option("--by", help=t("Your name."))]
To = Annotated[Stage, typer.Option("--to", help=t("The stage to move it to."))]
Reason = Annotated[str, typer.Option("--reason", help=t("Why."))]
CasesFile = Annotated[Path, typer.Argument(help=t("A CSV with one row for each case."))]
Groups = Annotated[
    list[str], typer.Option("--group", help=t("A column of groups; may be given again."))
]
ErrorColumn = Annotated[str, typer.Option("--error", help=t("The column of errors."))]
WeightColumn = Annotated[str | None, typer.Option("--weight", help=t("The column of weights."))]
Attach = Annotated[
    str | None, typer.Option("--attach", help=t("Put the report on record for this model."))
]


def register(app: typer.Typer) -> None:
    """Adds the commands of the registry."""
    model = typer.Typer(cls=SpokenGroup, no_args_is_help=True)
    model.command("register", help=t("Register a version with its artefact."))(register_one)
    model.command("list", help=t("List the registered models with their stages."))(list_all)
    model.command("show", help=t("Show the card of a model (Markdown, or JSON)."))(show)
    model.command("promote", help=t("Move a model to a stage, through its gates."))(promote)
    model.command("equity", help=t("Compare the errors of subgroups, with intervals."))(equity)
    model.command("report", help=t("Write the report before, in the pilot or after."))(report)
    dress(model)
    app.add_typer(model, name="model", help=t("The registry of models."))


def register_one(
    document: Document, artefact: Artefact, by: By = "", as_json: AsJson = False
) -> None:
    """Stores nothing unless every field is there and the artefact is the one it names."""
    from application.use_cases.models import register_model  # noqa: PLC0415

    with session() as opened:
        _show(register_model(opened, document, artefact, by), as_json=as_json)


def list_all(as_json: AsJson = False) -> None:
    """One line for each version."""
    from application.report.model_card import card_json  # noqa: PLC0415
    from application.use_cases.models import list_models  # noqa: PLC0415
    from application.words import STAGES  # noqa: PLC0415

    with session() as opened:
        found = list_models(opened)
    if as_json:
        show_json([card_json(one) for one in found])
        return
    show_table(
        t("Models"),
        [t("model"), t("kind"), t("stage"), t("owner")],
        [
            [one.model.key, one.model.model_type.value, t(STAGES[one.stage]), one.model.owner]
            for one in found
        ],
    )


def show(key: Key, as_json: AsJson = False) -> None:
    """The card of a version, or of the newest of a name."""
    from application.use_cases.models import show_model  # noqa: PLC0415

    with session() as opened:
        _show(show_model(opened, key), as_json=as_json)


def promote(key: Key, to: To, by: By = "", reason: Reason = "", as_json: AsJson = False) -> None:
    """Up goes one stage at a time; what is not passed is named."""
    from application.use_cases.models import promote_model  # noqa: PLC0415

    with session() as opened:
        _show(promote_model(opened, key, to, by, reason), as_json=as_json)


class Phase(StrEnum):
    """When the model is looked at."""

    BEFORE = "before"
    PILOT = "pilot"
    AFTER = "after"


When = Annotated[
    Phase, typer.Argument(help=t("before: before deployment; pilot; after: after deployment."))
]
ReportFile = Annotated[Path, typer.Option("--out", help=t("The file to write: .md or .html."))]


def report(key: Key, when: When, out: ReportFile) -> None:
    """From what is stored alone; what was not computed is said to be missing."""
    from application.use_cases import lifecycle  # noqa: PLC0415

    with session() as opened:
        lifecycle.write_lifecycle(opened, key, lifecycle.Phase(when.value), out, t)
    screen.print(t("Written to {file}.", file=str(out)))


def equity(
    cases: CasesFile,
    groups: Groups,
    error: ErrorColumn = "error",
    weight: WeightColumn = None,
    attach: Attach = None,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Deviation of each group from all, with a bootstrapped interval and a verdict."""
    from application.use_cases.measure_equity import measure_equity  # noqa: PLC0415
    from application.use_cases.models import attach_equity  # noqa: PLC0415

    with session() as opened:
        report = measure_equity(opened, cases, groups, error, weight)
        if attach is not None:
            attach_equity(opened, attach, report, by)
    if as_json:
        show_json(report.model_dump(mode="json") | {"verdict": report.verdict.value})
        return
    _show_equity(report)


def _shown(counts: dict[str, int]) -> dict[str, str]:
    """Numbers of cases, small ones hidden."""
    return {name: "" if n is None else str(n) for name, n in masked(counts).items()}


def _show_equity(report: EquityReport) -> None:
    from application.words import EQUITY_VERDICTS  # noqa: PLC0415

    shown = {
        attribute: _shown({g.group: g.cases for g in report.groups if g.attribute == attribute})
        for attribute in {group.attribute for group in report.groups}
    }
    show_table(
        t("Equity of {metric}", metric=report.metric),
        [t("group"), t("cases"), t("deviation [%]"), t("95 % interval [%]"), t("verdict")],
        [
            [
                f"{group.attribute}={group.group}",
                shown[group.attribute][group.group] or f"< {SMALLEST_SHOWN}",
                f"{100 * group.deviation:+.1f}",
                f"{100 * group.low:+.1f} … {100 * group.high:+.1f}",
                t(EQUITY_VERDICTS[group.verdict]),
            ]
            for group in report.groups
        ],
    )
    screen.print(
        t(
            "Fair with the whole interval within ±{percent} %, unequal with all of it outside, "
            "otherwise inconclusive; below 30 cases always.",
            percent=f"{100 * report.tolerance:g}",
        )
    )


def _show(found: Registered, *, as_json: bool) -> None:
    from application.report.model_card import card_json, card_markdown  # noqa: PLC0415

    if as_json:
        show_json(card_json(found))
        return
    screen.print(card_markdown(found, t), markup=False)
