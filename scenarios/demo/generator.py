"""Puts a demo GST together: places, flows, history, staff, theatre, pharmacy."""

from dataclasses import dataclass

from hospital.gst import SCHEMA_VERSION, Gst, GstIdentity, UnitCosts
from hospital.history import History
from hospital.places import Bed, TriagePath, Unit
from hospital.theatre import Surgeon, TheatreSession, WaitingPatient
from scenarios.demo import consumption, pharmacy, places, referrals, staff, theatre
from scenarios.demo.care_map import CareMap, care_map
from scenarios.demo.consumption import Issues
from scenarios.demo.episodes import Episodes, draw_episodes
from scenarios.demo.flows import (
    HospitalFlows,
    cubicles,
    emergency_physicians,
    hospital_flows,
    triage_paths,
)
from scenarios.demo.period import AS_OF, Period, demo_period
from scenarios.demo.sizes import REGION, DemoSize, Site, sites
from scenarios.demo.stays import StayTable, play
from scenarios.demo.visits import HospitalVisits, draw_visits, visits_frame

COSTS = UnitCosts(
    nurse_hour_mad=55,
    agency_nurse_hour_mad=90,
    physician_hour_mad=140,
    transfer_km_mad=9,
    holding_percent_per_year=15,
    source="Hypothèses de la démonstration (données fictives), à remplacer par celles du GST ; "
    "les coûts par journée de lit des unités sont aussi des hypothèses.",
)


@dataclass(frozen=True, slots=True)
class _Places:
    """The places of the GST: inpatient units first, because they are numbered."""

    care_units: tuple[Unit, ...]
    other_units: tuple[Unit, ...]
    beds: tuple[Bed, ...]

    @property
    def units(self) -> tuple[Unit, ...]:
        return tuple(sorted((*self.care_units, *self.other_units), key=lambda unit: unit.unit))


def generate(size: DemoSize, seed: int) -> tuple[Gst, History]:
    """An invented GST and three years of its past; same size and seed, same bytes.

    The history holds the whole weeks from ``HISTORY_START`` to the day before ``as_of``.
    A stay is an inpatient stay: emergency visits are counted in ``visits`` and the time in the
    department is not a stay. Stays that began before the history are left out.
    """
    where, period = sites(size), demo_period()
    flows = hospital_flows(where)
    built = _places(flows)
    care = care_map(flows, built.care_units, built.beds)
    visits = [draw_visits(flow, period, seed) for flow in flows]
    episodes = _episodes(visits, period, care, seed)
    played = play(care, episodes, period)
    issues = consumption.draw_issues(flows, played, period, seed)
    gst = _with_staff(_with_theatre(_bare(size, flows, built), where, seed), seed)
    gst = _with_pharmacy(gst, issues, seed)
    codes = [site.code for site in where]
    requested = referrals.draw_referrals(flows, period, seed)
    history = History(
        visits=visits_frame(visits),
        stays=StayTable(played, episodes, care, gst.hospitals).frame(period, seed),
        consumption=consumption.consumption_frame(issues, codes),
        referrals=referrals.referrals_frame(requested, codes),
    )
    return gst, history


def _places(flows: tuple[HospitalFlows, ...]) -> _Places:
    care: list[Unit] = []
    others: list[Unit] = []
    beds: list[Bed] = []
    for flow in flows:
        for unit, count in places.care_units(flow.site):
            care.append(unit)
            beds.extend(places.unit_beds(unit, count))
        emergency = places.emergency_unit(flow.site, emergency_physicians(flow))
        beds.extend(places.unit_beds(emergency, cubicles(flow)))
        others += [emergency, *places.theatre_and_pharmacy(flow.site)]
    return _Places(tuple(care), tuple(others), tuple(beds))


def _episodes(visits: list[HospitalVisits], period: Period, care: CareMap, seed: int) -> Episodes:
    return Episodes.joined(
        [draw_episodes(here, each, period, care, seed) for here, each in enumerate(visits)]
    )


def _bare(size: DemoSize, flows: tuple[HospitalFlows, ...], built: _Places) -> Gst:
    """The GST with its places only."""
    where = tuple(flow.site for flow in flows)
    paths: list[TriagePath] = []
    for flow in flows:
        paths.extend(triage_paths(flow))
    return Gst(
        identity=_identity(size),
        hospitals=places.hospitals(where),
        units=built.units,
        beds=tuple(sorted(built.beds, key=lambda bed: bed.bed)),
        links=places.links(where),
        triage=tuple(paths),
    )


def _identity(size: DemoSize) -> GstIdentity:
    return GstIdentity(
        schema_version=SCHEMA_VERSION,
        gst=f"DEMO-{size.value.upper()}",
        name=f"GST de démonstration (données fictives), {REGION}",
        region=REGION,
        synthetic=True,
        as_of=AS_OF,
        medicine_budget_mad=0,
        costs=COSTS,
    )


def _with_staff(gst: Gst, seed: int) -> Gst:
    beds = gst.beds_by_unit()
    rooms: dict[str, set[str]] = {}
    for session in gst.sessions:
        rooms.setdefault(session.unit, set()).add(session.room)
    teams = [
        team
        for unit in gst.units
        for team in staff.teams(unit, beds[unit.unit], len(rooms.get(unit.unit, ())))
    ]
    people = tuple(
        sorted(
            (person for team in teams for person in staff.members(team, seed)),
            key=lambda person: person.staff,
        )
    )
    coverage = tuple(
        sorted(
            (need for team in teams for need in team.needs),
            key=lambda need: (need.unit, need.shift, need.skill, need.weekday),
        )
    )
    return gst.but(
        staff=people,
        shifts=tuple(sorted(staff.SHIFTS, key=lambda shift: shift.shift)),
        coverage=coverage,
        leave=tuple(staff.leave(people, seed)),
        requests=tuple(staff.requests(people, coverage, seed)),
        rules=staff.RULES,
    )


def _with_theatre(gst: Gst, where: tuple[Site, ...], seed: int) -> Gst:
    provinces = sorted({site.province for site in where})
    sessions: list[TheatreSession] = []
    surgeons: list[Surgeon] = []
    waiting: list[WaitingPatient] = []
    for site in where:
        blocks = tuple(theatre.sessions(site))
        able = tuple(theatre.surgeons(site, blocks))
        sessions += blocks
        surgeons += able
        waiting += theatre.waiting_list(site, able, provinces, seed)
    return gst.but(
        procedures=tuple(sorted(theatre.procedures(), key=lambda each: each.procedure)),
        surgeons=tuple(sorted(surgeons, key=lambda surgeon: surgeon.surgeon)),
        sessions=tuple(sorted(sessions, key=lambda session: session.session)),
        waiting_list=tuple(sorted(waiting, key=lambda patient: patient.patient)),
    )


def _with_pharmacy(gst: Gst, issues: Issues, seed: int) -> Gst:
    stock = pharmacy.shelves(issues, [hospital.hospital for hospital in gst.hospitals])
    offered = tuple(
        sorted(pharmacy.offers(seed), key=lambda offer: (offer.supplier, offer.medicine))
    )
    lots = sorted(pharmacy.lots(stock, seed), key=lambda lot: (lot.hospital, lot.medicine, lot.lot))
    orders = sorted(
        pharmacy.orders(stock, offered, seed),
        key=lambda order: (order.hospital, order.medicine, order.supplier, order.due_date),
    )
    budget = pharmacy.medicine_budget_mad(stock)
    identity = gst.identity.but(medicine_budget_mad=budget)
    return gst.but(
        identity=identity,
        medicines=tuple(pharmacy.medicines(issues)),
        suppliers=pharmacy.SUPPLIERS,
        offers=offered,
        lots=tuple(lots),
        orders=tuple(orders),
    )
