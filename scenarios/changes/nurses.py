"""Nurses recruited, and another rule of work: other rosters, and the beds that nurses carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from hospital.errors import Sentence, say
from hospital.gst import Gst
from hospital.places import Code
from hospital.staff import Grade, RuleName, Skill, StaffMember, WorkingRule
from scenarios.changes.absence import BEDDED, NURSES, PERCENT, RECRUITED
from scenarios.changes.base import ScenarioChange, changes_nothing

if TYPE_CHECKING:
    from twin.parameters import TwinParameters

NurseSkill = Literal[
    Skill.GENERAL_NURSE,
    Skill.INTENSIVE_CARE_NURSE,
    Skill.EMERGENCY_NURSE,
    Skill.THEATRE_NURSE,
    Skill.MIDWIFE,
]
SOURCE = "scenario"
BEFORE = "_before"
"""Ends the name under which a changed rule keeps the figure that it had."""

HIGHEST_VALUE = 1000


class AddNurses(ScenarioChange):
    """Nurses recruited for a unit; physicians are ``add_physicians``.

    They join the team of the roster. In the twin, where a roster says how many beds are staffed,
    its figures grow with the team, and where a scenario sends nurses of the unit away, as many beds
    stay open as those who are left and the recruits look after. Elsewhere every bed counts as
    staffed already, and nothing changes.
    """

    kind: Literal["add_nurses"] = "add_nurses"
    unit: Code
    """Unit that they join."""
    nurses: int = Field(gt=0, le=200)
    """How many."""
    skill: NurseSkill | None = None
    """What they are qualified for; none: what most nurses of the unit are."""
    grade: Literal[Grade.JUNIOR, Grade.SENIOR] = Grade.JUNIOR
    """How senior they are."""
    contract_percent: float = Field(default=100, gt=0, le=100)
    """Their contract over full time [%]."""

    def on_gst(self, gst: Gst) -> Gst:
        """The GST with these nurses in the unit.

        Raises:
            UnknownPlace: no such unit.
            GstError: ``changes_nothing`` for a unit that has no nurse whose work could be shared.
        """
        team = nurses_of(gst, gst.unit(self.unit).unit)
        if not team:
            raise changes_nothing(say("no nurses in {unit}", unit=self.unit))
        skill = self.skill or Counter(one.skill for one in team).most_common(1)[0][0]
        known = sum(one.staff.startswith(f"{self.unit}{RECRUITED}") for one in team)
        added = tuple(
            StaffMember(
                staff=(code := f"{self.unit}{RECRUITED}{known + number:03d}"),
                name=code,
                unit=self.unit,
                skill=Skill(skill),
                grade=Grade(self.grade),
                contract_percent=self.contract_percent,
            )
            for number in range(1, self.nurses + 1)
        )
        return gst.model_copy(update={"staff": gst.staff + added})

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin in which the beds that a roster staffs grow with the team."""
        from twin.absence import with_staffed_share  # noqa: PLC0415 - loads SciPy

        before = full_time(one for one in nurses_of(gst, self.unit) if not is_recruit(one))
        more = self.nurses * self.contract_percent / PERCENT
        return with_staffed_share(parameters, self.unit, 1 + more / before)


def nurses_of(gst: Gst, unit: str) -> tuple[StaffMember, ...]:
    """The nurses and midwives of a unit."""
    return tuple(one for one in gst.staff if one.unit == unit and one.skill in NURSES)


def full_time(team: Iterable[StaffMember]) -> float:
    """Full-time equivalents of these people."""
    return sum(one.contract_percent for one in team) / PERCENT


def is_recruit(person: StaffMember) -> bool:
    """Whether a scenario brought this person."""
    return RECRUITED in person.staff


class RosterRuleChange(ScenarioChange):
    """Another figure of law or custom for every roster: rest, nights in a row, hours a week.

    Rosters made under the scenario keep it. In the twin, another number of full-time hours a week
    changes the beds that nurses carry in the same proportion: fewer hours close beds of every unit
    with nurses, more of them staff more where a roster limits them. The other rules say how hours
    are laid out, which planning averages do not see: follow the scenario through its rosters.
    """

    together: ClassVar[Sentence] = say("full_time_weekly_hours above 0")

    kind: Literal["roster_rule"] = "roster_rule"
    rule: RuleName
    """Which figure, as in the table of rules."""
    value: float = Field(ge=0, le=HIGHEST_VALUE)
    """Its new value, in the unit that ends its name."""

    @model_validator(mode="after")
    def _somebody_works(self) -> RosterRuleChange:
        if self.rule is RuleName.FULL_TIME_WEEKLY_HOURS and not self.value:
            raise ValueError(str(self.together))
        return self

    def on_gst(self, gst: Gst) -> Gst:
        """The GST with this figure; what it was is kept beside it.

        Raises:
            GstError: ``changes_nothing`` where the figure is that already.
        """
        known = {one.rule: one for one in gst.rules}
        old = known.get(self.rule.value)
        if old is not None and old.value == self.value:
            raise changes_nothing(say("{rule} is {value} already", rule=self.rule, value=old.value))
        new = WorkingRule(rule=self.rule.value, value=self.value, source=SOURCE, confirmed=False)
        before = f"{self.rule.value}{BEFORE}"
        if old is not None and before not in known:
            known[before] = old.but(rule=before)
        return gst.model_copy(update={"rules": tuple((known | {new.rule: new}).values())})

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin whose nurses work so many hours; unchanged by any other rule."""
        from twin.absence import with_absent_nurses, with_staffed_share  # noqa: PLC0415 - SciPy

        before = {one.rule: one.value for one in gst.rules}.get(f"{self.rule.value}{BEFORE}")
        if self.rule is not RuleName.FULL_TIME_WEEKLY_HOURS or not before:
            return parameters
        share = self.value / before
        for unit in (one.unit for one in gst.units if one.kind in BEDDED):
            if share > 1:
                parameters = with_staffed_share(parameters, unit, share)
            else:
                parameters = with_absent_nurses(gst, parameters, unit, 1 - share, None)
        return parameters
