"""Writes the report of a loop: one HTML file that opens anywhere, without a network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from application.language import Translator
from application.report import drawings
from application.summaries import (
    EFFECTS,
    ForecastRow,
    forecast_row,
    headline_rows,
    local_rows,
    overload_sentences,
    riskiest_lines,
)
from application.use_cases.access import needs
from application.use_cases.loop import Loop
from application.use_cases.session import Session
from application.words import RECOMMENDATIONS
from governance.access import Action
from governance.decision import RecommendationKind
from hospital.forecast import DemandForecast
from hospital.roster import Roster
from hospital.roster_burden import Burden
from hospital.tables import Col
from scenarios.language import OpenBeds

WEEKS_SHOWN = 8
LINES_SHOWN = 15


@dataclass(frozen=True)
class VisitsSection:
    """One hospital's forecast of visits in the report."""

    name: str
    drawing: str
    row: ForecastRow


@needs(Action.READ)
def write_report(session: Session, loop: Loop) -> Path:
    """The report of a loop in the language of the settings, below the settings' folder.

    Its name carries the comparison's run: the same loop writes the same file, byte for byte.
    """
    t = Translator(session.settings.language)
    environment = Environment(
        loader=PackageLoader("application", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    page = environment.get_template("report.html.j2").render(_content(session, loop, t))
    folder = session.settings.reports
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"tadbir-{loop.scenario.run[:12]}-{t.language}.html"
    draft = file.with_suffix(".draft")
    draft.write_text(page, encoding="utf-8")
    draft.replace(file)
    return file


def _content(session: Session, loop: Loop, t: Translator) -> dict[str, Any]:
    gst = session.gst
    comparison = loop.scenario.comparison
    rows = local_rows(comparison, gst, loop.scenario.scenario) + headline_rows(comparison)
    return {
        "t": t,
        "language": t.language.value,
        "right_to_left": t.language.is_right_to_left,
        "gst": gst,
        "overload": overload_sentences(loop.scenario.changed.result),
        "rows": rows,
        "effects": EFFECTS,
        "difference_drawing": drawings.differences(rows),
        "horizon_days": loop.scenario.baseline.result.horizon_days,
        "replications": loop.scenario.comparison.replications,
        "visits": list(_visits(session, loop)),
        "runs": _runs(loop),
        **_change(session, loop),
        **_roster(loop.roster.roster),
        **_theatre(loop),
        "order": loop.order.plan,
        "order_lines": riskiest_lines(loop.order.plan, LINES_SHOWN),
        "medicines": {m.medicine: f"{m.inn} {m.strength}, {m.form}" for m in gst.medicines},
    }


def _change(session: Session, loop: Loop) -> dict[str, Any]:
    changes = loop.scenario.scenario.changes
    change = next(change for change in changes if isinstance(change, OpenBeds))
    beds = session.gst.beds_by_unit()[change.unit]
    baseline = loop.scenario.baseline.result
    frame = baseline.occupancy.loc[baseline.occupancy[Col.UNIT] == change.unit]
    drawing = drawings.occupancy(frame, session.gst.identity.as_of, (beds, beds + change.beds))
    return {
        "scenario": loop.scenario.scenario,
        "change": change,
        "occupancy_drawing": drawing,
    }


def _visits(session: Session, loop: Loop) -> Iterator[VisitsSection]:
    for hospital, forecast in loop.forecasts.visits_by_hospital().items():
        past = _past(session, hospital, forecast)
        name = session.gst.hospital(hospital).name
        yield VisitsSection(name, drawings.fan(past, forecast), forecast_row(forecast))


def _past(
    session: Session, hospital: str, forecast: DemandForecast
) -> tuple[list[date], list[float]]:
    visits = session.data.history.visits
    first = pd.Timestamp(forecast.first_day - timedelta(weeks=WEEKS_SHOWN))
    own = visits[(visits[Col.HOSPITAL] == hospital) & (visits[Col.HOUR] >= first)]
    daily = own.groupby(own[Col.HOUR].dt.date)[Col.VISITS].sum()
    return list(daily.index), [float(value) for value in daily]


def _roster(roster: Roster) -> dict[str, Any]:
    worked = {(a.staff, a.day): a.shift for a in roster.assignments}
    days = roster.problem.calendar()
    people = roster.fairness().people
    return {
        "roster": roster,
        "missing": sum(row.missing for row in roster.shortfall()),
        "roster_grid": [
            (name, [worked.get((staff, day), "·") for day in days])
            for staff, name in roster.problem.names().items()
        ],
        "fairness_drawing": drawings.fairness(
            [person.shares[Burden.NIGHTS].worked for person in people],
            [person.shares[Burden.NIGHTS].entitled for person in people],
        ),
    }


def _theatre(loop: Loop) -> dict[str, Any]:
    plan = loop.theatre.plan
    rooms = {session.session: session.room for session in plan.problem.sessions}
    order = sorted(plan.cases, key=lambda case: (case.day, rooms[case.session], case.start_minute))
    return {"theatre": plan, "cases": order, "rooms": rooms}


def _runs(loop: Loop) -> list[tuple[str, str]]:
    return [
        (RECOMMENDATIONS[RecommendationKind.FORECAST], loop.forecasts.run),
        (RECOMMENDATIONS[RecommendationKind.SCENARIO], loop.scenario.run),
        (RECOMMENDATIONS[RecommendationKind.ROSTER], loop.roster.run),
        (RECOMMENDATIONS[RecommendationKind.THEATRE_PLAN], loop.theatre.run),
        (RECOMMENDATIONS[RecommendationKind.STOCK_ORDER], loop.order.run),
    ]
