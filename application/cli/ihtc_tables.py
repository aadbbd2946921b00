"""Tables of plans of the competition IHTC-2024, and the bar while one is made."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from application.cli.screen import aside, screen, show_json, show_table
from application.cli.voice import t
from hospital.errors import say

if TYPE_CHECKING:
    from hospital.violation import Score
    from scheduling.theatres.ihtc.solve import Planned, Progress

PERCENT = 100
COSTS = {
    "room_mixed_age": say("ages mixed in a room"),
    "room_nurse_skill": say("skill that nurses lack"),
    "continuity_of_care": say("different nurses of a patient"),
    "nurse_eccessive_workload": say("work beyond a nurse's load"),
    "open_operating_theater": say("theatres opened"),
    "surgeon_transfer": say("surgeons who change theatre"),
    "patient_delay": say("days of delay"),
    "unscheduled_optional": say("patients left out"),
}


class ProgressBar:
    """Least cost and share of the work, on the terminal while a plan is made."""

    def __enter__(self) -> Self:
        self._status = aside.status(t("Planning"))
        self._status.start()
        return self

    def watch(self, progress: Progress) -> None:
        """Show where the search is."""
        share = f"{PERCENT * progress.share:.0f}"
        self._status.update(
            t("Cost {cost}, {share} % of the work", cost=progress.cost, share=share)
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._status.stop()


def show_score(name: str, judged: Score, *, as_json: bool) -> None:
    """Each soft cost, their sum, and every broken hard rule."""
    if as_json:
        show_json(as_document(judged))
        return
    rows = [[t(COSTS[code]), str(points)] for code, points in judged.costs.items()]
    rows.append([t("in all"), str(judged.cost)])
    show_table(name, [t("cost"), t("points")], rows)
    screen.print(t("Broken hard rules: {count}.", count=len(judged.violations)))
    for broken in judged.violations:
        screen.print(f"{broken.rule}: {broken.subject} {broken.when} {broken.found}", markup=False)


def show_planned(name: str, planned: Planned, *, as_json: bool) -> None:
    """The score of a plan, its bound, and how to have the same plan again."""
    if as_json:
        spent = {"bound": planned.bound, "gap_percent": round(planned.gap_percent, 2)}
        again = {"seed": planned.seed, "work": planned.moves, "is_whole": planned.is_whole}
        show_json(as_document(planned.score) | spent | again)
        return
    show_score(name, planned.score, as_json=False)
    screen.print(
        t(
            "Proven bound {bound}, gap {gap} %. Same plan again: --work {work} --seed {seed}.",
            bound=planned.bound,
            gap=t.number(planned.gap_percent, 1),
            work=planned.moves,
            seed=planned.seed,
        )
    )
    if not planned.is_whole:
        screen.print(t("The clock stopped the search early; this plan may not come again."))


def as_document(judged: Score) -> dict[str, Any]:
    """A score for a machine."""
    broken = [[v.rule, v.subject, v.when, v.found, v.limit] for v in judged.violations]
    return {"cost": judged.cost, "costs": judged.costs, "violations": broken}
