"""What each code is called, as a sentence that the catalogues translate."""

from governance.decision import ReasonCode, RecommendationKind, Role, State
from governance.equity import EquityVerdict
from governance.promotion import Stage
from hospital.errors import Sentence, say
from hospital.history import AdmissionKind
from hospital.staff import RuleName
from hospital.stock_plan import Term
from hospital.twin_result import Indicator
from scenarios import consequences

INDICATORS: dict[str, Sentence] = {
    Indicator.VISITS: say("Emergency visits [per day]"),
    Indicator.ADMISSIONS: say("Admissions [per day]"),
    Indicator.OCCUPIED_BEDS: say("Occupied beds [beds]"),
    Indicator.OCCUPANCY: say("Bed occupancy [%]"),
    Indicator.TIME_OVER_85: say("Hours with occupancy above 85 % [% of hours]"),
    Indicator.TIME_OVER_95: say("Hours with occupancy above 95 % [% of hours]"),
    Indicator.TIME_FULL: say("Hours with every bed taken [% of hours]"),
    Indicator.ROTATION: say("Patients per bed [per month]"),
    Indicator.CUBICLE_WAIT: say("Mean wait for a cubicle [min]"),
    Indicator.CUBICLE_WAIT_MEDIAN: say("Median wait for a cubicle [min]"),
    Indicator.CUBICLE_WAIT_P90: say("Wait for a cubicle, nine patients of ten less [min]"),
    Indicator.PHYSICIAN_WAIT: say("Mean wait for a physician [min]"),
    Indicator.PHYSICIAN_WAIT_MEDIAN: say("Median wait for a physician [min]"),
    Indicator.PHYSICIAN_WAIT_P90: say("Wait for a physician, nine patients of ten less [min]"),
    Indicator.BOARDING: say("Boarding: admitted, waiting for a bed [h]"),
    Indicator.BOARDING_MEDIAN: say("Median boarding [h]"),
    Indicator.BOARDING_P90: say("Boarding, nine patients of ten less [h]"),
    Indicator.INTENSIVE_CARE_WAIT: say("Wait for intensive care [h]"),
    Indicator.INTENSIVE_CARE_REFUSALS: say("No intensive-care bed found in the GST [per day]"),
    Indicator.LEFT_UNSEEN: say("Left without being seen [%]"),
    Indicator.TRANSFERS: say("Transfers between hospitals [per day]"),
    Indicator.TRANSFER_DISTANCE: say("Distance of transfers [km per day]"),
    Indicator.BED_DAYS: say("Bed-days [per day]"),
    Indicator.DEATHS: say("Deaths [per day]"),
    Indicator.LENGTH_OF_STAY: say("Mean length of stay [days]"),
    Indicator.READMISSIONS: say("Readmissions within 30 days [%]"),
    Indicator.DIED: say("Stays that end in death [%]"),
    Indicator.TRANSFERRED: say("Stays with a transfer [%]"),
    Indicator.ELECTIVES_CANCELLED: say("Electives cancelled for want of a bed [per day]"),
    Indicator.GROUPS_LEFT_OUT: say("Groups too small to be compared [groups]"),
    Indicator.OPEN_BEDS: say("Open beds: staffed and not closed [beds]"),
    Indicator.CALLED_OFF: say("Electives called off, new date or not [per day]"),
    Indicator.SURGE_BED_DAYS: say("Surge bed-days [per day]"),
    Indicator.SURGE_COST: say("Cost of surge beds [MAD per day]"),
    Indicator.DELAYED_BED_DAYS: say("Bed-days of patients fit to go home [per day]"),
    Indicator.BED_MOVES: say("Moves from bed to bed inside a unit [per day]"),
    Indicator.DIVERSIONS: say("Ambulances sent on to another hospital [per day]"),
    Indicator.DIVERSION_DISTANCE: say("Extra distance of ambulances sent on [km per day]"),
    Indicator.AMBULANCES_BUSY: say("Ambulances busy [%]"),
    Indicator.AMBULANCE_WAIT: say("Wait for an ambulance [min]"),
    Indicator.DEATHS_WAITING: say("Deaths while waiting [per day]"),
    Indicator.BED_REFUSALS: say("No bed found outside intensive care [per day]"),
    consequences.NURSE_HOURS: say("Nurse hours needed [h per day]"),
    consequences.MEDICINE_COST: say("Medicines consumed [MAD per day]"),
    consequences.CARE_COST: say("Cost of bed-days [MAD per day]"),
    consequences.TOTAL_COST: say("Total cost followed [MAD per day]"),
    consequences.OVERTIME_COST: say("Overtime of nurses rostered [MAD per day]"),
    consequences.AGENCY_COST: say("Agency nurses rostered [MAD per day]"),
    consequences.TOTAL_WITH_STAFF: say("Total with overtime and agency [MAD per day]"),
    consequences.BOARDING_GAP: say("Gap in boarding between provinces [h]"),
    consequences.ORDER_COST: say("Today's order of medicines [MAD]"),
    consequences.STOCKOUT: say("Medicines that run out before the next delivery but one [%]"),
    consequences.VITAL_STOCKOUT: say("Vital medicines that run out [%]"),
    consequences.SHORT_VALUE: say("Demand for medicines not served [MAD]"),
}

HEADLINES: tuple[str, ...] = (
    Indicator.CUBICLE_WAIT_MEDIAN,
    Indicator.CUBICLE_WAIT_P90,
    Indicator.BOARDING,
    Indicator.BOARDING_P90,
    Indicator.ELECTIVES_CANCELLED,
    Indicator.INTENSIVE_CARE_WAIT,
    Indicator.INTENSIVE_CARE_REFUSALS,
    Indicator.LEFT_UNSEEN,
    Indicator.TRANSFERS,
    Indicator.TRANSFER_DISTANCE,
    Indicator.AMBULANCE_WAIT,
    Indicator.DIVERSIONS,
    Indicator.DEATHS_WAITING,
    Indicator.BED_REFUSALS,
    Indicator.BED_DAYS,
    consequences.NURSE_HOURS,
    consequences.MEDICINE_COST,
    consequences.TOTAL_COST,
    consequences.BOARDING_GAP,
    consequences.ORDER_COST,
    consequences.STOCKOUT,
    consequences.VITAL_STOCKOUT,
    consequences.SHORT_VALUE,
)
"""The loop in one table: waits, beds, staff, medicines, money, equity, for the whole GST.

Deaths are not among them: unless a hazard is stated nobody dies while waiting, so beds that end a
wait would seem to bring deaths.
"""

UNIT_HEADLINES: tuple[str, ...] = (
    Indicator.OCCUPIED_BEDS,
    Indicator.OCCUPANCY,
    Indicator.TIME_FULL,
)
"""What a manager looks at first in a unit that a scenario changes."""

HOSPITAL_HEADLINES: tuple[str, ...] = (
    Indicator.BOARDING,
    Indicator.INTENSIVE_CARE_WAIT,
    Indicator.CUBICLE_WAIT,
    Indicator.TRANSFERS,
)
"""What a manager looks at first in the hospital of that unit."""

RECOMMENDATIONS: dict[RecommendationKind, Sentence] = {
    RecommendationKind.FORECAST: say("forecast"),
    RecommendationKind.SCENARIO: say("scenario"),
    RecommendationKind.ROSTER: say("roster"),
    RecommendationKind.THEATRE_PLAN: say("theatre plan"),
    RecommendationKind.STOCK_ORDER: say("medicine order"),
    RecommendationKind.STOCK_TRANSFERS: say("medicine transfers"),
}

STATES: dict[State, Sentence] = {
    State.DRAFT: say("draft"),
    State.SECOND_NEEDED: say("waits for a second person"),
    State.ACCEPTED: say("accepted"),
    State.MODIFIED: say("modified"),
    State.REJECTED: say("rejected"),
}

ROLES: dict[Role, Sentence] = {
    Role.MANAGER: say("GST manager"),
    Role.PHARMACIST: say("Pharmacist"),
    Role.SCHEDULER: say("Scheduler"),
    Role.SURGEON_COORDINATOR: say("Surgeon-coordinator"),
    Role.AUDITOR: say("Auditor"),
    Role.ADMINISTRATOR: say("Administrator"),
}

REASONS: dict[ReasonCode, Sentence] = {
    ReasonCode.UNSAFE: say("unsafe for patients or staff"),
    ReasonCode.NOT_FEASIBLE: say("cannot be carried out"),
    ReasonCode.WRONG_DATA: say("rests on wrong data"),
    ReasonCode.LOCAL_KNOWLEDGE: say("something the software does not know"),
    ReasonCode.UNFAIR: say("unfair"),
    ReasonCode.BUDGET: say("no budget"),
    ReasonCode.POLICY: say("against a rule of the house"),
    ReasonCode.OTHER: say("another reason"),
}
"""Why a recommendation is rejected."""

KINDS_OF_ADMISSION: dict[str, Sentence] = {
    "": say("all"),
    AdmissionKind.EMERGENCY: say("emergency"),
    AdmissionKind.ELECTIVE: say("planned"),
    AdmissionKind.TRANSFER: say("transfer"),
}

LAWS: dict[str, Sentence] = {
    "log_normal": say("log-normal"),
    "gamma": say("gamma"),
    "weibull": say("Weibull"),
    "empirical": say("observed lengths"),
}

TERMS: dict[str, Sentence] = {
    Term.DEMAND_MEAN_LEAD_TIME: say("Use until delivery"),
    Term.DEMAND_MEAN_REVIEW: say("Use until the next review"),
    Term.USABLE_ON_HAND: say("Usable stock on hand"),
    Term.EXPIRING_ON_HAND: say("Stock that will expire first"),
    Term.ON_ORDER: say("On order"),
    Term.LOST_BEFORE_ARRIVAL: say("Need unmet before delivery"),
    Term.SAFETY: say("Safety stock"),
    Term.PACKS_ROUNDING: say("Rounding to whole packs"),
    Term.MINIMUM_PACKS: say("Supplier's minimum packs"),
    Term.SHELF_LIFE_CUT: say("Cut: would expire"),
    Term.STORAGE_CUT: say("Cut: no room to store it"),
    Term.BUDGET_CUT: say("Cut: budget"),
    Term.BOUGHT_AHEAD: say("Bought ahead: later budgets are short"),
    Term.SUPPLIER_MINIMUM: say("Supplier's minimum order"),
    Term.BY_HAND: say("Changed by who decided"),
}
"""The terms of a quantity of an order."""

ALERTS: dict[str, Sentence] = {
    "out": say("out of stock"),
    "at_risk": say("at risk"),
    "expiring": say("will expire"),
    "overstock": say("too much"),
    "ok": say("in order"),
}
"""The states of a medicine in a hospital, the gravest first."""

ORDER_RULES: dict[str, Sentence] = {
    "tadbir": say("Ours: service by class"),
    "bhima": say("BHIMA: interval and twice the delay"),
    "months": say("Months of average consumption"),
}
"""The order rules that ``tadbir stock simulate`` replays."""

UNMOVABLE: dict[str, Sentence] = {
    "quantity_not_positive": say("no units are moved"),
    "moves_expired_stock": say("the lot has expired"),
    "more_than_on_hand": say("more units than lie there"),
    "approval_mark_wrong": say("the mark of controlled and cold medicines"),
    "moved_without_approval": say("a controlled or cold medicine that nobody lets travel"),
    "no_journey": say("no journey carries it"),
    "empty_journey": say("a journey carries nothing"),
    "moves_nowhere": say("it comes from where it goes"),
}
"""Why a transfer cannot be made, by the rule of ``TransferPlan.violations()`` that it breaks."""

WORKING_RULES: dict[RuleName, Sentence] = {
    RuleName.MINIMUM_REST_HOURS: say("hours of rest between shifts"),
    RuleName.MAXIMUM_CONSECUTIVE_DAYS: say("most days of work in a row"),
    RuleName.MAXIMUM_CONSECUTIVE_NIGHTS: say("most nights in a row"),
    RuleName.MINIMUM_DAYS_OFF_AFTER_NIGHTS: say("days off after nights"),
    RuleName.MAXIMUM_WEEKLY_HOURS: say("most hours in a week"),
    RuleName.FULL_TIME_WEEKLY_HOURS: say("full-time hours a week"),
    RuleName.MINIMUM_REST_AFTER_LONG_SHIFT_HOURS: say("hours of rest after a long shift"),
    RuleName.MINIMUM_CONSECUTIVE_DAYS: say("fewest days of work in a row"),
    RuleName.MINIMUM_CONSECUTIVE_DAYS_OFF: say("fewest days off in a row"),
    RuleName.MAXIMUM_HOURS_IN_28_DAYS: say("most hours in four weeks"),
    RuleName.MAXIMUM_NIGHTS_IN_28_DAYS: say("most nights in four weeks"),
    RuleName.MAXIMUM_PERIOD_HOURS: say("most hours in the period"),
    RuleName.MINIMUM_PERIOD_HOURS: say("fewest hours in the period"),
    RuleName.MAXIMUM_WEEKENDS: say("most weekends of work"),
    RuleName.MAXIMUM_CONSECUTIVE_WEEKENDS: say("most weekends of work in a row"),
    RuleName.JUNIORS_PER_SENIOR: say("juniors for each senior"),
    RuleName.RAMADAN_WEEKLY_HOURS: say("full-time hours a week in Ramadan"),
}
"""What the figures of law and custom in ``rules.csv`` are about."""

STEPS: dict[str, Sentence] = {
    "forecast": say("Forecasting demand"),
    "backtest": say("Forecasting from past days"),
    "drift": say("Watching for drift"),
    "twin": say("Replaying the hospitals"),
    "beds": say("Forecasting the beds"),
}
"""The steps that engines name while they work."""


def indicator_name(code: str) -> str:
    """What an indicator is called; the code itself if it has no name."""
    return INDICATORS.get(code, code)


STAGES: dict[Stage, Sentence] = {
    Stage.CANDIDATE: say("candidate"),
    Stage.SHADOW: say("in the shadow: beside the work"),
    Stage.PILOT: say("pilot: on trial in the work"),
    Stage.LIVE: say("live: in the work"),
    Stage.RETIRED: say("retired"),
}
"""How far a model is trusted."""

EQUITY_VERDICTS: dict[EquityVerdict, Sentence] = {
    EquityVerdict.FAIR: say("fair"),
    EquityVerdict.UNFAIR: say("unequal"),
    EquityVerdict.INCONCLUSIVE: say("inconclusive"),
}
"""What the interval of a subgroup says."""
