"""A scenario that was followed: one table for each arrow, or JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from application.cli.screen import screen, show_json, show_table
from application.cli.tables import show_run, show_synthetic
from application.cli.voice import t
from application.summaries import DifferenceRow, headline_rows
from application.words import INDICATORS

if TYPE_CHECKING:
    from application.use_cases.follow_scenario import FollowedScenario
    from application.use_cases.follow_staff import Range, Staffed
    from application.use_cases.follow_stock import FollowedStock
    from application.use_cases.follow_theatre import FollowedTheatre
    from hospital.gst import Gst
    from scenarios.medicine_demand import Ratio


def show_followed(gst: Gst, found: FollowedScenario, *, as_json: bool) -> None:
    """Turns, nurses, waits, theatre, medicines, money: the scenario beside the GST as it is."""
    if as_json:
        show_json(followed_json(found))
        return
    show_synthetic(gst)
    sides = ((t("as it is"), found.baseline), (found.scenario.name, found.changed))
    _show_rounds(sides)
    _show_nurses(sides)
    _show_waits(found)
    _show_theatre(found.theatres, found.scenario.name)
    _show_medicines(found.stock)
    _show_money(found)
    show_run(found.run)


def followed_json(found: FollowedScenario) -> dict[str, Any]:
    """Every figure of every arrow."""
    rows = headline_rows(found.comparison)
    orders = headline_rows(found.stock.orders)
    return {
        "run": found.run,
        "scenario": found.scenario.model_dump(mode="json"),
        "replications": found.comparison.replications,
        "baseline": _side_json(found.baseline),
        "changed": _side_json(found.changed),
        "differences": [asdict(row) | {"effect": row.effect} for row in rows],
        "theatres": None if found.theatres is None else [asdict(one) for one in found.theatres],
        "medicines": asdict(found.stock.demand),
        "orders": [asdict(row) | {"effect": row.effect} for row in orders],
        "money": [asdict(row) for row in found.money],
    }


def _side_json(side: Staffed) -> dict[str, Any]:
    return {
        "run": side.twin.run,
        "is_stable": side.is_stable,
        "rounds": [asdict(one) for one in side.rounds],
        "units": [asdict(one) | {"rostered": one.rostered} for one in side.units],
        "overtime_mad": side.overtime_mad,
        "agency_mad": side.agency_mad,
    }


def _show_rounds(sides: tuple[tuple[str, Staffed], ...]) -> None:
    show_table(
        t("Rosters and beds by turns, until neither changes the other"),
        [
            t("scenario"),
            t("turn"),
            t("nurse hours asked"),
            t("missing"),
            t("of an agency"),
            t("open beds"),
            t("boarding [h]"),
            t("needs that rise"),
        ],
        [
            [
                name,
                str(one.number),
                t.number(one.asked),
                t.number(one.missing),
                t.number(one.agency),
                t.number(one.open_beds, 1),
                t.number(one.boarding_hours, 2),
                str(one.changed_needs),
            ]
            for name, side in sides
            for one in side.rounds
        ],
    )
    for name, side in sides:
        said = (
            t("{name}: stable after {count} turns.", name=name, count=len(side.rounds))
            if side.is_stable
            else t("{name}: not stable after {count} turns.", name=name, count=len(side.rounds))
        )
        screen.print(said, markup=False)


def _show_nurses(sides: tuple[tuple[str, Staffed], ...]) -> None:
    rows = [
        (f"{side.units[at].unit} · {name}", side.units[at])
        for at in range(len(sides[0][1].units))
        for name, side in sides
    ]
    show_table(
        t("Patients and the nurse hours that they need, 10th to 90th percentile in brackets"),
        [t("unit"), t("patients"), t("needed by them"), t("asked"), t("open beds")],
        [
            [
                name,
                _range(one.patients, 1),
                _range(one.needed),
                t.number(one.asked),
                f"{t.number(one.open_beds, 1)} / {one.beds}",
            ]
            for name, one in rows
        ],
    )
    show_table(
        t("Rosters [nurse hours]"),
        [t("unit"), t("rostered"), t("overtime"), t("missing"), t("of an agency")],
        [
            [
                name,
                t.number(one.rostered),
                t.number(one.overtime),
                _range(one.missing),
                t.number(one.agency),
            ]
            for name, one in rows
        ],
    )


def _show_waits(found: FollowedScenario) -> None:
    count = found.comparison.replications
    _show_differences(
        t("The twin with its rosters: {count} pairs, 95 % intervals", count=count),
        headline_rows(found.comparison),
    )


def _show_theatre(theatres: tuple[FollowedTheatre, FollowedTheatre] | None, scenario: str) -> None:
    if theatres is None:
        screen.print(t("No theatre week is followed: no whole week in the run, or nobody waits."))
        return
    show_table(
        t("Theatre of {hospital}, planned on the beds left", hospital=theatres[0].hospital),
        [t("scenario"), t("waiting"), t("planned"), t("minutes"), t("called off"), t("interval")],
        [
            [
                name,
                str(one.waiting),
                str(one.planned),
                t.number(one.planned_minutes),
                t.number(one.called_off.mean, 2),
                f"± {t.number(one.called_off.half_width, 2)}",
            ]
            for name, one in zip((t("as it is"), scenario), theatres, strict=True)
        ],
    )


def _show_medicines(stock: FollowedStock) -> None:
    _show_differences(t("Today's order of medicines, path by path"), headline_rows(stock.orders))
    screen.print(
        t(
            "Bed-days {bed_days}; demand for medicines {demand}: {before} MAD become {after} MAD.",
            bed_days=_percent(stock.demand.bed_days),
            demand=_percent(stock.demand.demand),
            before=t.number(stock.demand.before_mad),
            after=t.number(stock.demand.after_mad),
        ),
        markup=False,
    )


def _show_money(found: FollowedScenario) -> None:
    show_table(
        t("Costs of the GST [MAD per day]"),
        [t("cost"), t("baseline"), t("scenario"), t("difference"), t("95 % interval")],
        [
            [
                t(INDICATORS[row.cost]),
                t.number(row.baseline),
                t.number(row.scenario),
                t.number(row.difference),
                f"[{t.number(row.low)} ; {t.number(row.high)}]",
            ]
            for row in found.money
        ],
    )


def _show_differences(title: str, rows: tuple[DifferenceRow, ...]) -> None:
    show_table(
        title,
        [t("indicator"), t("baseline"), t("scenario"), t("difference"), t("95 % interval")],
        [
            [
                t(row.name),
                t.number(row.baseline, 2),
                t.number(row.scenario, 2),
                t.number(row.difference, 2),
                f"[{t.number(row.low, 2)} ; {t.number(row.high, 2)}]",
            ]
            for row in rows
        ],
    )


def _range(one: Range, decimals: int = 0) -> str:
    low, high = (t.number(value, decimals) for value in (one.low, one.high))
    return f"{t.number(one.value, decimals)} [{low} ; {high}]"


def _percent(one: Ratio) -> str:
    value, low, high = (f"{100 * (v - 1):+.1f}" for v in (one.value, one.low, one.high))
    return f"{value} % [{low} ; {high}]"
