"""Rosters, and what was done to them, as tables for a person or JSON for a machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from application.cli.screen import screen, show_json, show_table
from application.cli.tables import show_roster, show_run
from application.cli.voice import t
from application.roster_reasons import BURDENS, STAGES
from hospital.errors import Sentence
from hospital.roster_words import rule_name, told

if TYPE_CHECKING:
    from application.use_cases.build_roster import RosterDraft
    from application.use_cases.change_roster import MendedDraft
    from application.use_cases.needs_from_beds import ForeseenCover
    from application.use_cases.read_fairness import BurdenRow, Evenness, PricePoint
    from scheduling.rosters.cover_options import CoverOption
    from scheduling.rosters.mend import Replacement


def show_built(draft: RosterDraft, *, as_json: bool) -> None:
    """The roster, then what each stage reached and what no roster can go below."""
    show_roster(draft, as_json=as_json)
    if draft.roster.stages and not as_json:
        show_table(
            t("Stages, none of which gives way for a later one"),
            [t("stage"), t("reached"), t("bound"), t("gap")],
            [
                [
                    t(STAGES[stage.stage]),
                    t.number(stage.reached),
                    t.number(stage.bound),
                    f"{t.number(stage.gap_percent, 1)} %",
                ]
                for stage in draft.roster.stages
            ],
        )


def show_foreseen(cover: ForeseenCover) -> None:
    """Nurses who would lack at the median of the beds foreseen, and in one case of ten."""
    screen.print(
        t(
            "Beds as the twin foresees them: {median} nurses short at the median, {high} at the "
            "90 % quantile, over all shifts.",
            median=cover.short_at_median,
            high=cover.short_at_high,
        )
    )


def show_mended(made: MendedDraft, *, as_json: bool) -> None:
    """What mending meant, who is disturbed, and the roster."""
    summary = made.summary
    if as_json:
        changed = [[staff, day.isoformat()] for staff, day in summary.changed]
        roster = made.draft.roster.model_dump(mode="json")
        show_json({"run": made.draft.run, **asdict(summary), "changed": changed, "roster": roster})
        return
    show_roster(made.draft, as_json=False)
    screen.print(
        t(
            "Lost by the absent: {lost}. Uncovered: {uncovered}, and {nothing} if nothing were "
            "done. Changed person-days: {changed}.",
            lost=summary.lost,
            uncovered=summary.uncovered,
            nothing=summary.uncovered_if_nothing_done,
            changed=len(summary.changed),
        )
    )
    days = t.listed(f"{staff} {day:%d/%m}" for staff, day in summary.changed)
    if days:
        screen.print(t("Whose day changes: {who}", who=days))
    if summary.is_proven:
        screen.print(t("Proven: nothing covers more, or as much with fewer changes."))


def show_options(options: Sequence[CoverOption], *, as_json: bool) -> None:
    """The options that no other beats, those that cover most first."""
    if as_json:
        names = ("uncovered", "changes", "price_mad")
        show_json([dict(zip(names, option.triple(), strict=True)) for option in options])
        return
    show_table(
        t("Ways to live with the absences; none is beaten in all three"),
        [t("uncovered shifts"), t("changed person-days"), t("agency [MAD]")],
        [
            [t.number(option.uncovered), t.number(option.changes), t.number(option.price_mad)]
            for option in options
        ],
    )


def show_checked(draft: RosterDraft, *, as_json: bool) -> None:
    """Every broken rule in words; a roster that keeps all says so."""
    broken = draft.roster.violations()
    if as_json:
        show_json({"run": draft.run, "violations": [asdict(one) for one in broken]})
        return
    for one in broken:
        screen.print(t(told(one)))
    if not broken:
        screen.print(t("This roster keeps every rule."))
    show_run(draft.run)


def show_replacements(ranked: Sequence[Replacement], *, as_json: bool) -> None:
    """The lawful first, the cheapest before; then who is barred and by which rule."""
    if as_json:
        show_json([asdict(one) for one in ranked])
        return
    show_table(
        t("Who could take this duty over"),
        [t("person"), t("more points of fairness and wishes"), t("what forbids it")],
        [
            [
                one.staff,
                t.number(one.points) if one.rule is None else "",
                "" if one.rule is None else t(rule_name(one.rule)),
            ]
            for one in ranked
        ],
    )


def show_reasons(reasons: Sequence[Sentence], *, as_json: bool) -> None:
    """One reason a line."""
    if as_json:
        show_json([t(reason) for reason in reasons])
        return
    for reason in reasons:
        screen.print(t(reason))


def show_fairness(rows: Sequence[BurdenRow], *, as_json: bool) -> None:
    """Gini, Jain and the largest deviation of each burden."""
    if as_json:
        show_json([asdict(row) for row in rows])
        return
    show_table(
        t("Fairness: Gini | Jain | largest distance from the fair share"),
        [t("what is shared"), t("ledger before"), t("this roster"), t("ledger with it")],
        [
            [t(BURDENS[row.burden]), *map(_evenness, (row.before, row.alone, row.after))]
            for row in rows
        ],
    )


def show_prices(curve: Sequence[PricePoint], *, as_json: bool) -> None:
    """One line a point: what is paid, and how even each burden is for it."""
    if as_json:
        show_json([asdict(point) for point in curve])
        return
    burdens = list(curve[0].burdens)
    show_table(
        t("What fairness costs: Gini | Jain | largest distance from the fair share"),
        [t("dearer by"), t("points"), *(t(BURDENS[burden]) for burden in burdens)],
        [
            [
                f"{t.number(point.extra_percent)} %",
                t.number(point.points),
                *(_evenness(point.burdens[burden]) for burden in burdens),
            ]
            for point in curve
        ],
    )


def _evenness(found: Evenness | None) -> str:
    if found is None:
        return "–"
    figures = (found.gini, 2), (found.jain, 2), (found.largest_deviation, 1)
    return " | ".join(t.number(value, decimals) for value, decimals in figures)
