"""``tadbir forecast``: what will come, how sure that is, why, and how it did before.

Engines and tables load inside the command that needs them, so that help comes at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from application.cli.chrome import SpokenGroup, dress
from application.cli.options import AsJson, HorizonDays, Processes, Seed, day_of, session
from application.cli.screen import screen
from application.cli.voice import t
from hospital.forecast import Level

if TYPE_CHECKING:
    from application.use_cases.forecast_demand import ForecastRequest

DEFAULT_TEST = ("visits:*",)
"""Series that are tested or explained where none is named: those that everything rests on."""

SeriesKeys = Annotated[
    list[str] | None,
    typer.Option(
        "--series",
        help=t("Key such as visits:HOSPITAL or consumption:HOSPITAL:*; may be given again."),
    ),
]
Since = Annotated[
    str | None,
    typer.Option("--since", help=t("Against the level before this day, as of an approval.")),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", help=t("First day that is not known, as 2026-11-23; nothing later is read.")
    ),
]
OutFile = Annotated[
    Path | None,
    typer.Option("--out", help=t("Also write every period to this .csv, .json or .parquet file.")),
]
WhatIfFile = Annotated[
    Path | None,
    typer.Option(
        "--what-if", help=t("What would come if: an epidemic wave or an early warning, in YAML.")
    ),
]
Levels = Annotated[
    list[Level] | None,
    typer.Option(
        "--levels",
        help=t("Also divide admissions by service or by origin; may be given again."),
    ),
]
Origins = Annotated[
    int, typer.Option("--origins", max=60, help=t("Past days to forecast from, 6 or more."))
]
OneDay = Annotated[
    str | None, typer.Option("--day", help=t("Only this day of the forecast, as 2026-12-01."))
]


def register(app: typer.Typer) -> None:
    """Adds the forecast and what can be asked of it."""
    forecast = typer.Typer(cls=SpokenGroup)
    forecast.callback(invoke_without_command=True)(bare)
    forecast.command("run", help=t("What will come, with its uncertainty and its record."))(run)
    forecast.command("hours", help=t("Emergency visits of a day, hour by hour."))(hours)
    forecast.command("backtest", help=t("How the forecast did from past days."))(backtest)
    forecast.command("explain", help=t("Why a day says what it says, and what to mend."))(explain)
    forecast.command("drift", help=t("Whether demand is still the one that was learnt."))(drift)
    dress(forecast)
    app.add_typer(
        forecast, name="forecast", help=t("Forecast visits and the consumption of medicines.")
    )


def bare(
    context: typer.Context,
    series: SeriesKeys = None,
    levels: Levels = None,
    horizon: HorizonDays = 28,
    as_of: AsOf = None,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Forecasts from the GST's ``as_of`` on, with intervals and backtests."""
    if context.invoked_subcommand is None:
        run(series, levels, horizon, as_of, None, None, seed, processes, as_json)


def run(
    series: SeriesKeys = None,
    levels: Levels = None,
    horizon: HorizonDays = 28,
    as_of: AsOf = None,
    what_if: WhatIfFile = None,
    out: OutFile = None,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Forecasts and shows each series; one series alone is shown by the day."""
    if what_if is not None:
        _run_what_if(_request(series, horizon, as_of, seed), what_if, out, processes, as_json)
        return
    from application.cli import forecast_tables  # noqa: PLC0415
    from application.use_cases.forecast_demand import forecast_chosen, left_out  # noqa: PLC0415
    from application.use_cases.write_forecast import require_format, write_forecasts  # noqa: PLC0415

    if out is not None:
        require_format(out)
    with session(processes) as opened:
        asked = _request(series, horizon, as_of, seed).but(levels=tuple(levels or ()))
        found = forecast_chosen(opened, asked)
        if out is not None:
            write_forecasts(found, out)
        reasons = left_out(opened, asked, found)
        forecast_tables.show_forecasts(opened.gst, found, reasons, as_json=as_json)
        if out is not None and not as_json:
            screen.print(t("Written to {file}.", file=str(out)))


def _run_what_if(
    asked: ForecastRequest, what_if: Path, out: Path | None, processes: int | None, as_json: bool
) -> None:
    """The series that a what-if changes, beside the forecast; a file says what it is."""
    from application.cli.what_if_tables import show_what_if  # noqa: PLC0415
    from application.use_cases.forecast_demand import ForecastSet  # noqa: PLC0415
    from application.use_cases.forecast_what_if import forecast_what_if  # noqa: PLC0415
    from application.use_cases.read_what_if import read_what_if  # noqa: PLC0415
    from application.use_cases.write_forecast import require_format, write_forecasts  # noqa: PLC0415

    if out is not None:
        require_format(out)
    stated = read_what_if(what_if)
    with session(processes) as opened:
        found = forecast_what_if(opened, asked, stated)
        if out is not None:
            write_forecasts(ForecastSet(found.run, found.forecasts), out)
        show_what_if(opened.gst, found, as_json=as_json)
        if out is not None and not as_json:
            screen.print(t("Written to {file}.", file=str(out)))


def hours(
    series: SeriesKeys = None,
    day: OneDay = None,
    horizon: HorizonDays = 28,
    as_of: AsOf = None,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Visits of each hour of a day with their intervals; a day may have 23 or 25 hours."""
    from application.cli import hour_tables  # noqa: PLC0415
    from application.use_cases.forecast_by_hour import forecast_by_hour  # noqa: PLC0415

    asked = _request(series or list(DEFAULT_TEST), horizon, as_of, seed)
    chosen = day_of(day)
    with session(processes) as opened:
        found = forecast_by_hour(opened, asked)
        hour_tables.show_hours(opened.gst, found, chosen, as_json=as_json)


def backtest(
    series: SeriesKeys = None,
    horizon: HorizonDays = 28,
    as_of: AsOf = None,
    origins: Origins = 6,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Forecasts from past days, one horizon apart, and holds each against what came."""
    from application.cli import forecast_tables  # noqa: PLC0415
    from application.use_cases.backtest_forecast import backtest_forecast  # noqa: PLC0415

    asked = _request(series or list(DEFAULT_TEST), horizon, as_of, seed)
    with session(processes) as opened:
        records = backtest_forecast(opened, asked, origins)
        forecast_tables.show_records(opened.gst, records, as_json=as_json)


def explain(
    series: SeriesKeys = None,
    day: OneDay = None,
    horizon: HorizonDays = 28,
    as_of: AsOf = None,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Each day against an ordinary one, part by part; then what was odd in the history."""
    from application.cli import forecast_tables  # noqa: PLC0415
    from application.use_cases.explain_forecast import explain_forecast  # noqa: PLC0415

    asked = _request(series or list(DEFAULT_TEST), horizon, as_of, seed)
    chosen = day_of(day)
    with session(processes) as opened:
        found = explain_forecast(opened, asked)
        forecast_tables.show_explanations(opened, found, chosen, as_json=as_json)


def drift(
    series: SeriesKeys = None,
    as_of: AsOf = None,
    since: Since = None,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """State of each series, since when, its alarms and how its 80 % interval held lately."""
    from application.cli import drift_tables  # noqa: PLC0415
    from application.use_cases.watch_drift import watch_drift, watch_shift  # noqa: PLC0415

    asked, day = _request(series or list(DEFAULT_TEST), 1, as_of, 1), day_of(since)
    with session(processes) as opened:
        if day is not None:
            drift_tables.show_shifts(watch_shift(opened, asked, day), as_json=as_json)
            return
        drift_tables.show_drift(opened.gst, watch_drift(opened, asked), as_json=as_json)


def _request(
    series: list[str] | None, horizon: int, as_of: str | None, seed: int
) -> ForecastRequest:
    from application.use_cases.forecast_demand import ForecastRequest  # noqa: PLC0415

    return ForecastRequest(
        horizon_days=horizon, seed=seed, series=tuple(series or ()), as_of=day_of(as_of)
    )
