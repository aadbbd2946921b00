"""Shows results as tables that a person can read, or as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from application.cli.screen import screen, show_json, show_table
from application.cli.twin_tables import (
    overload_json,
    show_overload,
    show_precision,
    show_results,
    show_warmup,
    twin_json,
)
from application.cli.voice import t
from application.summaries import (
    EFFECTS,
    DifferenceRow,
    headline_rows,
    local_rows,
    riskiest_lines,
    unit_rows,
)
from application.words import RECOMMENDATIONS, STATES

if TYPE_CHECKING:
    from application.use_cases.build_roster import RosterDraft
    from application.use_cases.compare_scenario import ScenarioComparison
    from application.use_cases.decide import Recommendation
    from application.use_cases.plan_theatre import TheatreDraft
    from application.use_cases.propose_order import OrderDraft
    from application.use_cases.simulate import TwinRun
    from hospital.gst import Gst

SHOWN_LINES = 12
PERCENT = 100


def show_synthetic(gst: Gst) -> None:
    """Synthetic data always wears its label."""
    if gst.identity.synthetic:
        label = t("SYNTHETIC DATA")
        screen.print(f"[black on yellow] {label} [/] {gst.identity.name}")


def show_twin(gst: Gst, run: TwinRun, *, as_json: bool) -> None:
    """Each unit: beds, mean occupancy between replications."""
    rows = unit_rows(gst, run.result)
    if as_json:
        show_json(twin_json(run, rows))
        return
    show_overload(run.result)
    show_synthetic(gst)
    show_table(
        t(
            "Twin: {count} replications of {days} days",
            count=run.result.replications,
            days=run.result.horizon_days,
        ),
        [t("unit"), t("beds"), t("occupied beds"), t("80 % of hours within"), t("occupancy %")],
        [
            [
                row.unit,
                str(row.beds),
                t.number(row.occupied, 1),
                f"{t.number(row.low, 1)} – {t.number(row.high, 1)}",
                t.number(PERCENT * row.occupied / row.beds, 1),
            ]
            for row in rows
        ],
    )
    show_results(run.result)
    show_warmup(run.result)
    show_precision(run.result)
    show_run(run.run)


def show_comparison(gst: Gst, result: ScenarioComparison, *, as_json: bool) -> None:
    """Where the scenario acts, then the whole GST: paired differences with 95 % intervals."""
    rows = local_rows(result.comparison, gst, result.scenario) + headline_rows(result.comparison)
    if as_json:
        show_json(
            {
                "run": result.run,
                "scenario": result.scenario.model_dump(mode="json"),
                "replications": result.comparison.replications,
                **overload_json(result.changed.result),
                "differences": [asdict(row) | {"effect": row.effect} for row in rows],
            }
        )
        return
    show_overload(result.changed.result)
    show_table(
        t(
            "{scenario} against baseline: paired differences, {count} pairs, 95 % intervals",
            scenario=result.scenario.name,
            count=result.comparison.replications,
        ),
        [
            t("indicator"),
            t("place"),
            t("baseline"),
            t("scenario"),
            t("difference"),
            t("95 % interval"),
            "",
        ],
        [_difference(row) for row in rows],
    )
    show_run(result.run)
    screen.print(t("A draft: nothing changes until a named person decides (tadbir decide)."))


def _difference(row: DifferenceRow) -> list[str]:
    return [
        t(row.name),
        row.place or t("GST"),
        t.number(row.baseline, 2),
        t.number(row.scenario, 2),
        t.number(row.difference, 2),
        f"[{t.number(row.low, 2)} ; {t.number(row.high, 2)}]",
        t(EFFECTS[row.effect]),
    ]


def show_roster(draft: RosterDraft, *, as_json: bool) -> None:
    """A person in a line, a day in a column, then what is not covered and how fair it is."""
    roster = draft.roster
    if as_json:
        show_json({"run": draft.run, "roster": roster.model_dump(mode="json")})
        return
    worked = {(a.staff, a.day): a.shift for a in roster.assignments}
    days = roster.problem.calendar()
    show_table(
        t("Roster of {unit}", unit=roster.problem.unit),
        [t("person"), *(f"{day:%d/%m}" for day in days)],
        [
            [person.staff, *(worked.get((person.staff, day), "·") for day in days)]
            for person in roster.problem.staff
        ],
    )
    screen.print(
        t(
            "Violations: {violations}. Uncovered shifts: {missing}. Cost {cost}, proven bound "
            "{bound} (gap {gap} %).",
            violations=len(roster.violations()),
            missing=sum(row.missing for row in roster.shortfall()),
            cost=t.number(roster.cost),
            bound=t.number(roster.bound),
            gap=t.number(roster.gap_percent, 1),
        )
    )
    show_run(draft.run)


def show_theatre(draft: TheatreDraft, *, as_json: bool) -> None:
    """The cases of the week in order, and why others were left."""
    plan = draft.plan
    if as_json:
        show_json({"run": draft.run, "plan": plan.model_dump(mode="json")})
        return
    rooms = {session.session: session.room for session in plan.problem.sessions}
    show_table(
        t("Theatre of {hospital}", hospital=plan.problem.hospital),
        [t("day"), t("room"), t("start"), t("minutes"), t("patient"), t("surgeon")],
        [
            [
                f"{case.day:%d/%m}",
                rooms[case.session],
                f"{case.start_minute // 60:02d}:{case.start_minute % 60:02d}",
                str(case.expected_minutes),
                case.patient,
                case.surgeon,
            ]
            for case in sorted(plan.cases, key=lambda c: (c.day, rooms[c.session], c.start_minute))
        ],
    )
    screen.print(
        t(
            "Placed {placed} of {waiting} patients; violations: {violations}; gap to the bound "
            "{gap} %.",
            placed=len(plan.cases),
            waiting=len(plan.problem.waiting_list),
            violations=len(plan.violations()),
            gap=t.number(_gap_percent(plan.value, plan.bound), 1),
        )
    )
    show_run(draft.run)


def _gap_percent(value: float, bound: float) -> float:
    return PERCENT * (bound - value) / abs(bound) if bound else 0.0


def medicine_names(gst: Gst) -> dict[str, str]:
    """What each medicine is called."""
    return {m.medicine: f"{m.inn} {m.strength}" for m in gst.medicines}


def show_order(gst: Gst, draft: OrderDraft, *, as_json: bool) -> None:
    """The lines that take away most risk, then the whole order against the budget."""
    plan = draft.plan
    if as_json:
        show_json({"run": draft.run, "plan": plan.model_dump(mode="json")})
        return
    show_synthetic(gst)
    names = medicine_names(gst)
    show_table(
        t("Order: the {count} lines that avoid most risk", count=SHOWN_LINES),
        [t("medicine"), t("hospital"), t("packs"), "MAD", t("risk before"), t("risk after")],
        [
            [
                names.get(line.medicine, line.medicine),
                line.hospital,
                t.number(line.packs),
                t.number(line.cost_mad),
                f"{t.number(PERCENT * line.stockout_probability_before)} %",
                f"{t.number(PERCENT * line.stockout_probability_after)} %",
            ]
            for line in riskiest_lines(plan, SHOWN_LINES)
        ],
    )
    screen.print(
        t(
            "{lines} lines, {cost} MAD of a budget of {budget} MAD; violations: {violations}; "
            "not proposed for lack of data: {refused}.",
            lines=len(plan.lines),
            cost=t.number(plan.cost_mad),
            budget=t.number(plan.budget_mad),
            violations=len(plan.violations()),
            refused=len(plan.refusals),
        )
    )
    show_run(draft.run)


def show_run(run: str) -> None:
    """The identity of what was shown."""
    said = t("Run {run}", run=run[:12])
    screen.print(f"[dim]{said}[/]")


def recommendation_row(found: Recommendation) -> list[str]:
    """A recommendation in a line of the list of drafts."""
    last = found.decisions[-1] if found.decisions else None
    return [
        found.run.run[:12],
        t(RECOMMENDATIONS[found.kind]),
        t(STATES[found.state]),
        "" if last is None else last.actor,
        "" if last is None else last.reason,
    ]
