"""What a theatre plan says, in sentences: why somebody waits, and what would place them."""

from __future__ import annotations

from hospital.errors import Sentence, say
from hospital.theatre_plan import LeftOut

LEFT_OUT: dict[LeftOut, Sentence] = {
    LeftOut.NO_SESSION: say("No session of this specialty or surgeon"),
    LeftOut.NEEDS_LONGER_SESSION: say("Longer than any session"),
    LeftOut.SURGEON_FULL: say("The surgeon's days are full"),
    LeftOut.SESSION_FULL: say("The sessions are full"),
    LeftOut.WARD_BEDS: say("Not enough free ward beds"),
    LeftOut.INTENSIVE_CARE_BEDS: say("Not enough free intensive-care beds"),
    LeftOut.LOWER_PRIORITY: say("Others come first by priority"),
    LeftOut.DEFERRED: say("Deferred, for a reason on the list"),
}
