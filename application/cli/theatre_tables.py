"""Theatre plans, and what was asked of them, as tables for a person or JSON for a machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from application.cli.screen import screen, show_json, show_table
from application.cli.tables import show_run
from application.cli.voice import t
from application.theatre_words import (
    LEFT_OUT,
    group_name,
    indicator_lines,
    relaxation,
    specialty_name,
    told,
)

if TYPE_CHECKING:
    from application.use_cases.change_theatre import ReplannedDraft, TerritoryDraft
    from application.use_cases.check_theatre import TheatreCheck
    from hospital.theatre_plan import PlannedCase, TheatrePlan
    from scheduling.theatres.indicators import SuiteIndicators
    from scheduling.theatres.release import Offer
    from scheduling.theatres.waiting_equity import GroupOnList

PERCENT = 100


def show_replanned(draft: ReplannedDraft, *, as_json: bool) -> None:
    """Only what changed: who is added, moved or put off."""
    if as_json:
        changes = [
            {"patient": row.patient, "before": _place(row.before), "after": _place(row.after)}
            for row in draft.changes
        ]
        plan = draft.plan.model_dump(mode="json")
        show_json({"run": draft.run, "changes": changes, "plan": plan})
        return
    if not draft.changes:
        screen.print(t("Nothing changes: everything can stay as it was published."))
    show_table(
        t("What changes; everything else stays as it was published"),
        [t("patient"), t("before"), t("after")],
        [
            [row.patient, _place(row.before) or "–", _place(row.after) or t("put off")]
            for row in draft.changes
        ],
    )
    show_run(draft.run)


def show_score(run: str, plan: TheatrePlan, indicators: SuiteIndicators, *, as_json: bool) -> None:
    """Value, bound and gap, indicators, and every broken rule."""
    broken = plan.violations()
    figures = {
        "value": round(plan.value, 2),
        "bound": round(plan.bound, 2),
        "gap_percent": round(plan.gap_percent, 2),
        "weighted_minutes": round(plan.weighted_minutes(), 1),
        "planned": len(plan.cases),
        "waiting": len(plan.problem.waiting_list),
    }
    if as_json:
        show_json(
            {
                "run": run,
                **figures,
                "indicators": indicators_json(indicators),
                "violations": [asdict(one) for one in broken],
            }
        )
        return
    show_table(
        t("Theatre plan of {hospital}", hospital=plan.problem.hospital),
        [t("what"), t("value")],
        [
            [t("Value [points]"), t.number(plan.value)],
            [t("No plan is worth more than [points]"), t.number(plan.bound)],
            [t("Gap to the bound [%]"), t.number(plan.gap_percent, 1)],
            [t("Priority-weighted minutes [points]"), t.number(plan.weighted_minutes())],
            *_indicator_rows(indicators),
        ],
    )
    for one in broken:
        screen.print(t(told(one)))
    if not broken:
        screen.print(t("This plan keeps every rule."))
    show_run(run)


def show_left_out(plan: TheatrePlan, *, as_json: bool) -> None:
    """Everybody who waits: why, and the smallest change that would place him."""
    if as_json:
        show_json([row.model_dump(mode="json") for row in plan.unplanned])
        return
    show_table(
        t("Who has to wait, and what would place them"),
        [t("patient"), t("why"), t("smallest change")],
        [[row.patient, t(LEFT_OUT[row.reason]), t(relaxation(row))] for row in plan.unplanned],
    )


def show_offers(found: Sequence[Offer], *, as_json: bool) -> None:
    """Unused time of sessions, and which specialty could use it."""
    if as_json:
        show_json([asdict(row) for row in found])
        return
    if not found:
        screen.print(t("No session has an hour to give."))
        return
    show_table(
        t("Unused time to give back or to offer"),
        [
            t("session"),
            t("day"),
            t("room"),
            t("held by"),
            t("unused [min]"),
            t("could go to"),
            t("patients"),
        ],
        [
            [
                row.session,
                f"{row.day:%d/%m}",
                row.room,
                row.held_by,
                t.number(row.unused_minutes),
                specialty_name(t, row.specialty) or "–",
                t.number(len(row.patients)),
            ]
            for row in found
        ],
    )


def show_check(check: TheatreCheck, *, as_json: bool) -> None:
    """What the twin says: overtime, operations called off, beds, and who is passed over."""
    if as_json:
        show_json(_check_json(check))
        return
    off = check.called_off
    screen.print(
        t(
            "Of {operations} operations that need a bed, {mean} ± {half} are called off for lack "
            "of one ({share} %), over {count} replications.",
            operations=off.operations,
            mean=t.number(off.mean, 2),
            half=t.number(off.half_width, 2),
            share=t.number(PERCENT * off.share, 1),
            count=check.replications,
        )
    )
    _show_sessions(check)
    show_table(
        t("Beds over the days of the plan"),
        [t("unit"), t("beds"), t("mean"), t("lowest hour, 10 %"), t("fullest hour, 90 %")],
        [
            [row.unit, t.number(row.beds), *_figures(row.mean, row.lowest_p10, row.highest_p90)]
            for row in check.wards
        ],
    )
    show_table(t("Indicators"), [t("what"), t("value")], _indicator_rows(check.indicators))
    show_equity(check.equity)
    show_run(check.run)


def show_equity(rows: Sequence[GroupOnList]) -> None:
    """Planned against expected in each group of the list, like with like."""
    show_table(
        t("Who is planned, of patients of the same priority and specialty"),
        [
            t("group"),
            t("waiting"),
            t("planned"),
            t("expected"),
            t("planned over expected"),
            t("mean wait [days]"),
            t("overdue"),
        ],
        [
            [
                group_name(t, row),
                t.number(row.waiting),
                t.number(row.planned),
                t.number(row.expected, 1),
                f"{t.number(row.ratio, 2)} ({t.number(row.low, 2)}–{t.number(row.high, 2)})"
                + (" ⚠" if row.is_uneven else ""),
                t.number(row.mean_wait_days),
                t.number(row.overdue),
            ]
            for row in rows
        ],
    )


def show_territory(draft: TerritoryDraft, *, as_json: bool) -> None:
    """Who could be operated elsewhere, and what the territory gains."""
    if as_json:
        moves = [asdict(move) for move in draft.moves]
        show_json({"runs": draft.runs, "moves": moves, "gain": draft.gain})
        return
    show_table(
        t("Places in other hospitals of the GST, for patients who accept one"),
        [t("patient"), t("from"), t("to"), t("road [min]"), t("day"), t("surgeon")],
        [
            [
                move.patient,
                move.origin,
                move.destination,
                t.number(move.travel_minutes),
                f"{move.day:%d/%m}",
                move.surgeon,
            ]
            for move in draft.moves
        ],
    )
    share = PERCENT * draft.gain / draft.weighted_minutes if draft.weighted_minutes else 0.0
    screen.print(
        t(
            "{count} patients more are operated in the territory: {gain} priority-weighted "
            "minutes, {share} % more.",
            count=len(draft.moves),
            gain=t.number(draft.gain),
            share=t.number(share, 1),
        )
    )
    for run in draft.runs.values():
        show_run(run)


def indicators_json(indicators: SuiteIndicators) -> dict[str, Any]:
    """The indicators with those that are derived."""
    derived = {
        "opening_percent": indicators.opening_percent,
        "occupation_percent": indicators.occupation_percent,
        "overflow_percent": indicators.overflow_percent,
        "cases_per_session": indicators.cases_per_session,
    }
    return {name: round(value, 3) for name, value in (asdict(indicators) | derived).items()}


def _indicator_rows(found: SuiteIndicators) -> list[list[str]]:
    return [[t(name), t.number(value, places)] for name, value, places in indicator_lines(found)]


def _figures(*values: float) -> list[str]:
    return [t.number(value, 1) for value in values]


def _show_sessions(check: TheatreCheck) -> None:
    show_table(
        t("Each session, by simulated lengths of its operations"),
        [
            t("session"),
            t("day"),
            t("cases"),
            t("expected [min]"),
            t("session [min]"),
            t("runs late [%]"),
        ],
        [
            [
                row.session,
                f"{row.day:%d/%m}",
                t.number(row.cases),
                t.number(row.expected_minutes),
                t.number(row.length_minutes),
                t.number(PERCENT * row.overtime_probability),
            ]
            for row in check.sessions
        ],
    )


def _check_json(check: TheatreCheck) -> dict[str, Any]:
    found = asdict(check)
    found["indicators"] = indicators_json(check.indicators)
    found["called_off"]["share"] = check.called_off.share
    for row, shown in zip(check.equity, found["equity"], strict=True):
        shown["ratio"], shown["is_uneven"] = row.ratio, row.is_uneven
    return found


def _place(case: PlannedCase | None) -> str:
    if case is None:
        return ""
    start = f"{case.start_minute // 60:02d}:{case.start_minute % 60:02d}"
    return f"{case.session} {case.day:%d/%m} {start}"
