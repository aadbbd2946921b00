"""What people have carried over the months: the memory that makes one roster make up for another.

Each roster adds what everybody worked and what would have been fair; both fade with time, so
that an old wrong counts less than a new one and a newcomer starts at nought.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from hospital.base import DAYS_PER_WEEK, Frozen
from hospital.places import Code
from hospital.roster_burden import Burden, Carried
from hospital.roster_fairness import Fairness, PersonShare, Share, fairness
from hospital.roster_problem import Assignment, RosterProblem

FOUR_WEEKS = 4 * DAYS_PER_WEEK
DECAY = 0.9
"""What is left of an earlier month after four weeks [hypothesis, set by the hospital]."""


class LedgerEntry(Frozen):
    """What one person has had of a burden and what was fair, both faded [hours or duties]."""

    staff: Code
    burden: Burden
    worked: float = Field(ge=0)
    entitled: float = Field(ge=0)


class Ledger(Frozen):
    """All that is remembered of the rosters of a unit; ``decay`` is what four weeks leave of it."""

    unit: Code
    decay: float = Field(default=DECAY, ge=0, le=1)
    entries: tuple[LedgerEntry, ...] = ()

    def carried(self) -> tuple[Carried, ...]:
        """What everybody brings into the next roster: worked less entitled."""
        return tuple(
            Carried(staff=e.staff, burden=e.burden, amount=e.worked - e.entitled)
            for e in self.entries
        )

    def with_roster(self, problem: RosterProblem, assignments: Sequence[Assignment]) -> Ledger:
        """The ledger once this roster has been worked; the order of entries is that of the staff.

        Somebody who is not in this roster keeps a faded part.
        """
        left = self.decay ** (problem.days / FOUR_WEEKS)
        sums = {(e.staff, e.burden): (left * e.worked, left * e.entitled) for e in self.entries}
        for person in fairness(problem, assignments).people:
            for burden, share in person.shares.items():
                worked, entitled = sums.get((person.staff, burden), (0.0, 0.0))
                sums[person.staff, burden] = (worked + share.worked, entitled + share.entitled)
        return self.but(
            entries=tuple(
                LedgerEntry(staff=staff, burden=burden, worked=worked, entitled=entitled)
                for (staff, burden), (worked, entitled) in sums.items()
                if worked or entitled
            )
        )

    def fairness(self) -> Fairness:
        """How evenly the burdens lie over all that is remembered."""
        people = dict.fromkeys(entry.staff for entry in self.entries)
        own = {(e.staff, e.burden): Share(e.worked, e.entitled) for e in self.entries}
        nothing = Share(0.0, 0.0)
        return Fairness(
            tuple(
                PersonShare(staff, {b: own.get((staff, b), nothing) for b in Burden}, None)
                for staff in people
            )
        )
