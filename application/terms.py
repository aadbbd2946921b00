"""The words of decisions and scenarios that a page or an API needs to ask for something.

The dashboard speaks to the application only; these types live on the floors below it.
"""

from governance.chain import BrokenChain, ChainEntry
from governance.decision import (
    DECIDES,
    WAITING,
    Decision,
    ReasonCode,
    RecommendationKind,
    Role,
    State,
    Verdict,
)
from governance.difference import Edit
from scenarios.comparison import Comparison
from scenarios.consequences import BOARDING_GAP, NURSE_HOURS, PROVINCE_PREFIX, TOTAL_COST
from scenarios.language import (
    MAXIMUM_BEDS,
    AddPhysicians,
    Change,
    CloseBeds,
    DemandGrowth,
    OpenBeds,
    Scenario,
)

__all__ = [
    "BOARDING_GAP",
    "DECIDES",
    "MAXIMUM_BEDS",
    "NURSE_HOURS",
    "PROVINCE_PREFIX",
    "TOTAL_COST",
    "WAITING",
    "AddPhysicians",
    "BrokenChain",
    "ChainEntry",
    "Change",
    "CloseBeds",
    "Comparison",
    "Decision",
    "DemandGrowth",
    "Edit",
    "OpenBeds",
    "ReasonCode",
    "RecommendationKind",
    "Role",
    "Scenario",
    "State",
    "Verdict",
]
