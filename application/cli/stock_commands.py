"""``tadbir stock``: what runs out, what to order and to move, what half a year needs, the ledger.

Engines and tables load inside the command that needs them, so that help comes at once.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from application.cli.chrome import SpokenGroup, dress
from application.cli.options import AsJson, HorizonDays, Processes, Seed, session, settings_with
from application.cli.screen import screen, show_json
from application.cli.shortage_commands import emergency, substitutes
from application.cli.tender_command import tender
from application.cli.voice import t

Approved = Annotated[
    list[str] | None,
    typer.Option(
        "--approved",
        help=t("A controlled or cold medicine that may travel; may be given again."),
    ),
]
DelayDays = Annotated[
    int, typer.Option("--delay", min=0, max=60, help=t("Days that a transfer takes."))
]
ParcelMad = Annotated[
    float, typer.Option("--parcel-mad", min=0, help=t("What a parcel costs, in MAD."))
]
Weeks = Annotated[int, typer.Option("--weeks", min=4, max=52, help=t("Weeks to plan."))]
BudgetMad = Annotated[
    float | None,
    typer.Option("--budget-mad", min=0, help=t("Budget of each four weeks, in MAD (the GST's).")),
]
ReplayWeeks = Annotated[int, typer.Option("--weeks", min=4, max=104, help=t("Weeks to replay."))]
ReplayScenarios = Annotated[
    int, typer.Option("--scenarios", min=10, max=2000, help=t("Courses of demand to replay."))
]
Months = Annotated[
    float, typer.Option("--months", min=0.5, max=12, help=t("Months of stock of the usual rule."))
]
OutFile = Annotated[
    Path,
    typer.Option("--out", help=t("The file: .pdf or .xlsx for the buyer, .csv for a machine.")),
]
OrderRun = Annotated[str | None, typer.Option("--run", help=t("Run of an order (the newest)."))]
Movements = Annotated[Path, typer.Argument(help=t("A CSV of movements."))]
Counted = Annotated[
    Path, typer.Argument(help=t("A CSV of counted lots: hospital, medicine, lot, units."))
]
CountName = Annotated[str, typer.Option("--name", help=t("Name of the stocktake."))]
CountDay = Annotated[
    str | None, typer.Option("--day", help=t("Day of the stocktake, as 2026-11-23 (today)."))
]
Writer = Annotated[str, typer.Option("--by", help=t("Who posts."))]
DEFAULT_HORIZON = 28
LineHospital = Annotated[str, typer.Argument(help=t("Code of the hospital."))]
LineMedicine = Annotated[str, typer.Argument(help=t("Code of the medicine."))]


def register(app: typer.Typer) -> None:
    """Adds the pharmacy's commands; alone, ``stock`` proposes the order."""
    stock = typer.Typer(cls=SpokenGroup)
    stock.callback(invoke_without_command=True)(bare)
    stock.command("status", help=t("What runs out, when, and what will expire."))(status)
    stock.command("order", help=t("Propose what the pharmacies order today."))(order)
    stock.command("transfers", help=t("Propose what to move between hospitals."))(transfers)
    stock.command("plan", help=t("Orders of half a year under a budget for each month."))(plan)
    stock.command("substitutes", help=t("What to issue in place of what runs out."))(substitutes)
    stock.command("emergency", help=t("What to buy at once, or while a supplier fails."))(emergency)
    stock.command("tender", help=t("Quantities of a year, and what each service costs."))(tender)
    stock.command("simulate", help=t("Replay order rules over weeks and courses of demand."))(
        simulate
    )
    stock.command("explain", help=t("Why this quantity: every term of a line."))(explain)
    stock.command("export", help=t("The order as a file for the buyer or a machine."))(export)
    stock.command("count", help=t("Reconcile the stock ledger with what was counted."))(count)
    stock.command("post", help=t("Post movements to the stock ledger, all or none."))(post)
    dress(stock)
    app.add_typer(stock, name="stock", help=t("Propose what the pharmacies order today."))


def bare(
    context: typer.Context,
    horizon: HorizonDays = 28,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Proposes the order where nothing else is asked."""
    if context.invoked_subcommand is None:
        order(horizon, seed, processes, as_json)


def order(
    horizon: HorizonDays = 28,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Proposes an order under the budget, with every term of every quantity."""
    from application.cli import tables  # noqa: PLC0415
    from application.use_cases.propose_order import propose_order  # noqa: PLC0415

    with session(processes) as opened:
        draft = propose_order(opened, horizon, seed)
        tables.show_order(opened.gst, draft, as_json=as_json)


def explain(
    hospital: LineHospital,
    medicine: LineMedicine,
    horizon: HorizonDays = 28,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Shows the terms that add up to a quantity, ordered or not."""
    from application.cli import stock_tables  # noqa: PLC0415
    from application.use_cases.propose_order import propose_order  # noqa: PLC0415

    with session(processes) as opened:
        draft = propose_order(opened, horizon, seed)
        stock_tables.show_line(opened.gst, draft, (hospital, medicine), as_json=as_json)


def status(
    horizon: HorizonDays = 28,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Shows the gravest first."""
    from application.cli import stock_tables  # noqa: PLC0415
    from application.use_cases.stock_desk import stock_now  # noqa: PLC0415

    with session(processes) as opened:
        rows, refusals = stock_now(opened, horizon, seed)
        stock_tables.show_status(opened.gst, rows, refusals, as_json=as_json)


def transfers(
    delay: DelayDays = 2,
    parcel_mad: ParcelMad = 20.0,
    approved: Approved = None,
    horizon: HorizonDays = 28,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Proposes the moves that save more than they cost; a pharmacist decides on the run."""
    from application.cli import stock_tables  # noqa: PLC0415
    from application.use_cases.propose_transfers import propose_transfers  # noqa: PLC0415
    from inventory.transfers import TransferRules  # noqa: PLC0415 - OR-Tools is heavy

    rules = TransferRules(delay_days=delay, parcel_mad=parcel_mad, approved=tuple(approved or ()))
    with session(processes) as opened:
        found = propose_transfers(opened, horizon, seed, rules)
        stock_tables.show_transfers(opened.gst, found, as_json=as_json)


def plan(
    weeks: Weeks = 26,
    budget_mad: BudgetMad = None,
    horizon: HorizonDays = 28,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Plans orders in whole packs, and says what more money would save."""
    from application.cli import stock_tables  # noqa: PLC0415
    from application.use_cases.stock_desk import half_year  # noqa: PLC0415

    with session(processes) as opened:
        found = half_year(opened, horizon, seed, weeks, budget_mad)
        stock_tables.show_plan(opened.gst, found, as_json=as_json)


def simulate(
    weeks: ReplayWeeks = 26,
    scenarios: ReplayScenarios = 200,
    months: Months = 3.0,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Shows fill, waste, stock and cost of each rule, beside ours on the same weeks."""
    from application.cli import replay_table  # noqa: PLC0415
    from application.use_cases.stock_desk import replayed  # noqa: PLC0415
    from inventory.replay import ReplayQuestion  # noqa: PLC0415 - numpy is heavy

    question = ReplayQuestion(weeks=weeks, scenarios=scenarios, months=months)
    with session(None) as opened:
        rows, refusals = replayed(opened, DEFAULT_HORIZON, seed, question)
        replay_table.show_replay(opened.gst, rows, (question, refusals), as_json=as_json)


def export(out: OutFile, run: OrderRun = None) -> None:
    """Writes a stored order; a draft says that nobody has approved it."""
    from application.files_out import require_format  # noqa: PLC0415
    from application.terms import RecommendationKind  # noqa: PLC0415
    from application.use_cases.chosen_run import chosen_run  # noqa: PLC0415
    from application.use_cases.export_order import ORDER_FORMATS, export_order  # noqa: PLC0415

    require_format(out.suffix.lower(), ORDER_FORMATS)
    with session(None) as opened:
        export_order(opened, chosen_run(opened, RecommendationKind.STOCK_ORDER, run), out, t)
    screen.print(t("Written to {file}.", file=str(out)))


def count(
    counted: Counted, by: Writer, name: CountName, day: CountDay = None, as_json: AsJson = False
) -> None:
    """Posts the difference between shelf and ledger of every counted lot, all or none."""
    from application.cli.options import day_of  # noqa: PLC0415
    from application.store.stock_ledger import Stocktake  # noqa: PLC0415 - SQLAlchemy is heavy
    from application.use_cases.post_stock import count_file  # noqa: PLC0415

    stocktake = Stocktake(name, day_of(day) or datetime.now(UTC).date())
    found = count_file(settings_with(None), counted, stocktake, by)
    if as_json:
        show_json({"adjustments": [asdict(row) for row in found]})
        return
    screen.print(t("{count} lots adjusted in the stock ledger.", count=len(found)))
    for row in found:
        sign = "+" if row.kind.comes else "−"
        screen.print(f"{row.hospital} {row.medicine} {row.lot}: {sign}{t.number(row.units)}")


def post(movements: Movements, by: Writer, as_json: AsJson = False) -> None:
    """Stores every row or none; the same file again changes nothing."""
    from application.use_cases.post_stock import post_file  # noqa: PLC0415

    new = post_file(settings_with(None), movements, by)
    if as_json:
        show_json({"new_postings": new})
        return
    screen.print(t("{count} new postings in the stock ledger.", count=new))
