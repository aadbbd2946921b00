"""What the tables of a GST folder are, and what their columns hold, as sentences."""

from hospital.errors import Sentence, say

TABLE_NAMES: dict[str, Sentence] = {
    "hospitals": say("The hospitals of the group"),
    "units": say("The units of the hospitals"),
    "beds": say("Every physical bed or emergency cubicle"),
    "links": say("Roads between hospitals, good in both directions"),
    "triage": say("How each emergency department treats each triage level"),
    "staff": say("The people of the units"),
    "shifts": say("The shifts: when they start and how long they last"),
    "coverage": say("How many people a unit needs on a shift and weekday"),
    "leave": say("Days on which somebody does not work"),
    "requests": say("Wishes to work or not to work"),
    "rules": say("Figures of law and custom about work, with their source"),
    "procedures": say("Operations: length, beds needed afterwards"),
    "surgeons": say("Who may lead operations of a specialty"),
    "sessions": say("Weekly blocks of the operating rooms"),
    "waiting_list": say("Patients who wait for an operation, under a pseudonym"),
    "medicines": say("Medicines by INN, strength and form"),
    "suppliers": say("Who delivers, how fast, and what an order costs"),
    "offers": say("What suppliers offer, in whole packs"),
    "lots": say("What lies on the shelves, by lot"),
    "orders": say("Ordered and not yet received"),
    "visits": say("History: emergency visits by the hour"),
    "stays": say("History: stays in units, under a pseudonym"),
    "consumption": say("History: medicines issued by the week"),
    "referrals": say("History: requests for planned care by the week"),
}
"""What one row of a table is about."""

COLUMN_MEANINGS: tuple[Sentence, ...] = (
    say("inhabitants served [people]"),
    say("room of the pharmacy's refrigerators; no limit if empty"),
    say("room of the pharmacy's shelves; no limit if empty"),
    say("physicians seeing patients at once [people]"),
    say("occupied beds one nurse covers [beds]"),
    say("standard deviation over mean of the stay"),
    say("of those admitted"),
    say("longest operating day [minutes]"),
    say("minutes after midnight"),
    say("the only one who operates in it"),
    say("at its end, kept for emergencies until the day"),
    say("codes of what is there, apart by spaces"),
    say("not operated before this day"),
    say("why the operation is deferred"),
    say("last of a session"),
    say("expected minutes, where the surgeon knows better"),
    say("why the usual minutes are not right"),
    say("codes of equipment or anaesthesia, apart by spaces"),
    say("may be operated in another hospital of the GST"),
    say("mean issues [units/bed-day]"),
    say("room that a unit takes, packed [litres]"),
    say("mean, from order to shelf"),
)
"""The meanings that row types give to their columns, so that the catalogues can say them."""
