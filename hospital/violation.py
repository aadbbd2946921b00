"""A rule that a plan breaks, in the words of the person who reads it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule of a plan: which rule, who or what, when, and by how much.

    ``rule`` is a stable name that catalogues translate; ``subject`` a person, patient, room
    or medicine; ``when`` an ISO day or empty.
    """

    rule: str
    subject: str
    when: str
    found: str
    limit: str

    def __str__(self) -> str:
        when = f" on {self.when}" if self.when else ""
        return f"{self.rule}: {self.subject}{when}: {self.found} (limit {self.limit})"


@dataclass(frozen=True, slots=True)
class Score:
    """What a public competition says of a plan: broken hard rules, soft costs by their name."""

    violations: tuple[Violation, ...]
    costs: dict[str, int]

    @property
    def cost(self) -> int:
        """The official cost: the sum of the weighted soft costs."""
        return sum(self.costs.values())
