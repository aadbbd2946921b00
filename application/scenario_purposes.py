"""Why each ready-made scenario is tried, so that the catalogues can say it."""

from hospital.errors import Sentence, say

PURPOSES: tuple[Sentence, ...] = (
    say(
        "A sepsis warning in the wards, with its false alarms and its overrides, tried before "
        "it is bought"
    ),
    say("Forecasts of medicine use by an AI tool have a fifth less error where it is used"),
    say("The same triage support where every alert takes two minutes of a physician"),
    say("Triage support orders tests half an hour earlier for patients whom it rightly picks out"),
    say(
        "The three days of the Aïd, played on dates of the demo, bring more visits while "
        "wards have fewer nurses"
    ),
    say("The regional emergency department turns ambulances away while ten patients wait"),
    say(
        "One intensive-care bed is held for emergencies, and surgery is put off a week when "
        "its ward is nearly full"
    ),
    say("Twelve beds more in pulmonology, with the nurses whom they need"),
    say("Prices of medicines rise by a fifth"),
    say(
        "Waiting for intensive care may kill, a stated hazard of one death in 200 hours of waiting"
    ),
    say("One patient of ten who is fit to go home waits two days for transport, family or care"),
    say(
        "A team prepares discharges, as in Singapore, where discharge delays fell by twelve percent"
    ),
    say(
        "Wards let patients go home between eight and eleven, and delays of discharge fall by "
        "a third"
    ),
    say("The emergency department of the local hospital is closed for a week of works"),
    say("A respiratory wave of 600 visits that peaks after ten days"),
    say("One session of general surgery a week less in the local hospital"),
    say(
        "Ten days of heat in the province of Kénitra bring more visits, of people more often "
        "admitted"
    ),
    say("The local hospital is closed for two weeks of works; its visits go on by road"),
    say(
        "Who has waited six hours for intensive care is sent out of the territory, not after a day"
    ),
    say("Every lead time is half as long again"),
    say("Forty casualties of a bus accident reach the regional hospital on a Saturday evening"),
    say("The budget of the next order of medicines is halved"),
    say("Four more intensive-care beds at the regional hospital of the demo"),
    say("One more session of general surgery a week in the local hospital"),
    say("A local hospital opens near the regional one and takes 15 % of its emergency visits"),
    say("An intensive-care unit of three beds opens in the local hospital"),
    say("A quarter of the nurses of pulmonology are away for two weeks"),
    say("One more physician sees patients in the emergency department"),
    say("Every ward calls an elective off after two hours without a bed, and gives another date"),
    say(
        "Under the respiratory wave, intensive care gets six beds and cardiology gives six, "
        "with its nurses"
    ),
    say(
        "Intensive care of the whole GST is one pool, in which the first bed goes to whoever waits"
    ),
    say("Emergency visits at the hours of Ramadan during the coming weeks"),
    say("The pharmacy aims higher for vital and essential medicines"),
    say("Stays in wards are a tenth shorter"),
    say("Nurses work 35 hours a week instead of 37.5 and nobody is recruited"),
    say(
        "A strike of three days closes part of the wards; emergencies and intensive care keep "
        "their service"
    ),
    say("Supplier A delivers nothing for ten weeks"),
    say("Eight surge beds in pulmonology, opened within six hours while it is full"),
    say(
        "Two ambulances at the regional hospital take the transfers of the two hospitals of Kénitra"
    ),
    say("Pulmonology closes for two weeks as it empties, and other wards take its patients"),
    say("Who waits six hours for a ward bed is sent to the least occupied hospital"),
    say("A week of 25 % more visits while eight beds of cardiology are closed for works"),
    say("Eight beds of a ward of cardiology are closed for works over two weeks, as they empty"),
)
"""Of the files of ``scenarios/library``, in the order of their names."""
