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
from scenarios.comparison import Comparison
from scenarios.consequences import BOARDING_GAP, NURSE_HOURS, PROVINCE_PREFIX, TOTAL_COST
from scenarios.language import (
    MAXIMUM_BEDS,
    AddPhysicians,
    Ambulances,
    CallOffElectives,
    Change,
    CloseBeds,
    DeathsWhileWaiting,
    DemandGrowth,
    DischargeDelay,
    DischargeHours,
    DivertAmbulances,
    EpidemicWave,
    HoldBeds,
    MassCasualty,
    OpenBeds,
    RamadanHours,
    Scenario,
    SendTo,
    SurgeBeds,
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
    "Ambulances",
    "BrokenChain",
    "CallOffElectives",
    "ChainEntry",
    "Change",
    "CloseBeds",
    "Comparison",
    "DeathsWhileWaiting",
    "Decision",
    "DemandGrowth",
    "DischargeDelay",
    "DischargeHours",
    "DivertAmbulances",
    "EpidemicWave",
    "HoldBeds",
    "MassCasualty",
    "OpenBeds",
    "RamadanHours",
    "ReasonCode",
    "RecommendationKind",
    "Role",
    "Scenario",
    "SendTo",
    "State",
    "SurgeBeds",
    "Verdict",
]
