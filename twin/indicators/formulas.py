"""How each indicator is computed, in words: the STRESS-DES sheet prints these.

T is the measured time; a mean or quantile is over patients of one replication.
"""

from hospital.errors import Sentence, say
from hospital.twin_result import Indicator

FORMULAS: dict[Indicator, Sentence] = {
    Indicator.VISITS: say("emergency arrivals in T / days of T"),
    Indicator.ADMISSIONS: say("first beds taken in T / days of T; for a unit, beds taken"),
    Indicator.OCCUPIED_BEDS: say("time integral of the beds taken over T / length of T"),
    Indicator.OCCUPANCY: say("TOM = 100 x mean occupied beds / beds"),
    Indicator.TIME_OVER_85: say("100 x hours of T with occupied beds > 0.85 x beds / hours of T"),
    Indicator.TIME_OVER_95: say("100 x hours of T with occupied beds > 0.95 x beds / hours of T"),
    Indicator.TIME_FULL: say("100 x hours of T with occupied beds >= beds / hours of T"),
    Indicator.ROTATION: say("30.4 x patients who leave in T / (beds x days of T)"),
    Indicator.CUBICLE_WAIT: say("mean of cubicle start - arrival, visits of T seen or still there"),
    Indicator.CUBICLE_WAIT_MEDIAN: say("median of cubicle start - arrival, also by triage level"),
    Indicator.CUBICLE_WAIT_P90: say(
        "90th percentile of cubicle start - arrival, also by triage level"
    ),
    Indicator.PHYSICIAN_WAIT: say("mean of physician start - cubicle start"),
    Indicator.PHYSICIAN_WAIT_MEDIAN: say(
        "median of physician start - cubicle start, also by triage level"
    ),
    Indicator.PHYSICIAN_WAIT_P90: say(
        "90th percentile of physician start - cubicle start, also by triage level"
    ),
    Indicator.BOARDING: say("mean of first bed - disposition, visits of T that need a bed"),
    Indicator.BOARDING_MEDIAN: say("median of first bed - disposition"),
    Indicator.BOARDING_P90: say("90th percentile of first bed - disposition"),
    Indicator.INTENSIVE_CARE_WAIT: say("mean boarding of those who need intensive care"),
    Indicator.INTENSIVE_CARE_REFUSALS: say(
        "patients for whom no intensive-care bed was found in time / days of T"
    ),
    Indicator.LEFT_UNSEEN: say("100 x visits that left before a cubicle / visits of T"),
    Indicator.TRANSFERS: say("transfers that leave in T / days of T"),
    Indicator.TRANSFER_DISTANCE: say("sum of km of the transfers that leave in T / days of T"),
    Indicator.BED_DAYS: say("time integral of the beds taken over T [days] / days of T"),
    Indicator.DEATHS: say("stays that end in death in T / days of T"),
    Indicator.DIED: say("100 x stays that end in death / stays that end in T"),
    Indicator.TRANSFERRED: say("100 x stays with a transfer / stays that end in T"),
    Indicator.ELECTIVES_CANCELLED: say("electives who found no bed in time / days of T"),
    Indicator.LENGTH_OF_STAY: say("DMS = mean of leaving - first bed, stays that end in T"),
    Indicator.DIVERSIONS: say("ambulances that a full department sent on in T / days of T"),
    Indicator.DIVERSION_DISTANCE: say("sum of km of the ambulances sent on in T / days of T"),
    Indicator.AMBULANCES_BUSY: say("100 x hours of ambulances on trips in T / (ambulances x T)"),
    Indicator.AMBULANCE_WAIT: say("mean of leaving - decision, transfers decided in T"),
    Indicator.DEATHS_WAITING: say("patients who died while waiting in T / days of T"),
    Indicator.BED_REFUSALS: say("patients for whom no other bed was found in time / days of T"),
    Indicator.GROUPS_LEFT_OUT: say(
        "groups of fewer than 30 patients in a replication, which no gap counts"
    ),
    Indicator.READMISSIONS: say("100 x patients back within 30 days / patients who go home in T"),
    Indicator.OPEN_BEDS: say("mean over T of the beds that the timetable opens"),
    Indicator.CALLED_OFF: say(
        "electives called off in T, with or without another date / days of T"
    ),
    Indicator.SURGE_BED_DAYS: say(
        "time integral of the surge beds that stand over T [days] / days of T"
    ),
    Indicator.SURGE_COST: say("surge bed-days x cost of a surge bed-day of the unit / days of T"),
    Indicator.DELAYED_BED_DAYS: say(
        "time integral of the beds of patients ready to leave over T [days] / days of T"
    ),
    Indicator.BED_MOVES: say("moves between beds of a unit in T / days of T"),
}
