"""What the figures of a study are called, as sentences that the catalogues translate."""

import re
from collections.abc import Callable

from application.words import INDICATORS
from hospital.errors import Sentence, say

FIGURES: dict[str, Sentence] = {
    "occupied_beds": say("Occupied beds [beds]"),
    "occupancy_percent": say("Bed occupancy [%]"),
    "full_percent": say("Time with every bed taken [%]"),
    "waiting_patients": say("Patients waiting for a bed here [patients]"),
    "boarding_patients": say("Patients here who wait for their next unit [patients]"),
    "boarding_hours": say("Boarding before each move on [h]"),
    "wait_hours": say("Mean wait for a bed [h]"),
    "wait_median_hours": say("Median wait for a bed [h]"),
    "wait_p90_hours": say("Wait for a bed, 9 in 10 within [h]"),
    "waited_percent": say("Patients who wait for a bed [%]"),
    "arrivals_per_day": say("Arrivals [per day]"),
    "refused_percent": say("Refused or left before a first bed [%]"),
    "cubicle_wait_hours": say("Mean wait for a cubicle [h]"),
    "physician_wait_hours": say("Mean wait for a physician [h]"),
    "left_unseen_percent": say("Left without being seen [%]"),
}
PATTERNS: tuple[tuple[str, Callable[[str], Sentence]], ...] = (
    (
        r"waited_over_(\d+)h_percent",
        lambda hours: say("Wait longer than {hours} h [%]", hours=hours),
    ),
    (r"admitted_to_(.+)_percent", lambda unit: say("Admitted to {unit} [%]", unit=unit)),
    (r"present_on_day_(\d+)", lambda day: say("Present after day {day} [patients]", day=day)),
    (r"present_at_(\d+)h", lambda hour: say("Present at {hour} h [patients]", hour=hour)),
)


def figure_name(code: str) -> Sentence:
    """What a figure of a study is called."""
    if code in FIGURES or code in INDICATORS:
        return FIGURES.get(code) or INDICATORS[code]
    for pattern, sentence in PATTERNS:
        if found := re.fullmatch(pattern, code):
            return sentence(found[1])
    raise KeyError(code)
