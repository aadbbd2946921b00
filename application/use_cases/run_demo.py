"""The main job on the demo GST, from its data to decisions: every engine is really in the loop."""

from __future__ import annotations

from application.folder.reading import GstData
from application.store.snapshots import list_snapshots
from application.use_cases.access import needs
from application.use_cases.build_roster import RosterRequest, build_roster, default_unit
from application.use_cases.compare_scenario import compare_scenario
from application.use_cases.folders import import_data
from application.use_cases.forecast_demand import forecast_demand
from application.use_cases.loop import FinishedLoop, Loop
from application.use_cases.plan_theatre import default_hospital, plan_theatre
from application.use_cases.propose_order import propose_order
from application.use_cases.session import Session
from application.use_cases.simulate import TwinDesign
from application.use_cases.write_report import write_report
from governance.access import Action
from hospital.errors import GstError, say
from hospital.gst import Gst
from hospital.places import UnitKind
from scenarios.language import OpenBeds, Scenario

BEDS_TO_TRY = 4


@needs(Action.IMPORT)
def run_demo(session: Session, size: str, design: TwinDesign) -> FinishedLoop:
    """Generates the demo GST of this size, imports it, and runs the loop on it.

    Raises:
        GstError: a real GST is the current one; the demo would take its place.
    """
    from scenarios.demo import DemoSize, generate  # noqa: PLC0415 - loads pandas

    _refuse_to_replace_a_real_gst(session)
    gst, history = generate(DemoSize(size), design.seed)
    import_data(session, GstData(gst, history))
    return run_loop(session, design)


def _refuse_to_replace_a_real_gst(session: Session) -> None:
    if any(not stored.synthetic for stored in list_snapshots(session.database, limit=1)):
        raise GstError(
            "real_gst_present",
            say(
                "{name} is the current GST and its data are real. Set TADBIR_HOME to another "
                "folder to try the demo beside it.",
                name=session.snapshot.name,
            ),
        )


@needs(Action.SIMULATE)
def run_loop(session: Session, design: TwinDesign) -> FinishedLoop:
    """Forecast, twin, scenario, roster, theatre and stock on the current GST, and the report."""
    forecasts = forecast_demand(session, design.horizon_days, design.seed)
    scenario = compare_scenario(session, more_intensive_care(session.gst), design)
    roster = build_roster(session, RosterRequest(default_unit(session), seed=design.seed))
    theatre = plan_theatre(session, default_hospital(session), design)
    order = propose_order(session, design.horizon_days, design.seed)
    loop = Loop(forecasts, scenario, roster, theatre, order)
    return FinishedLoop(loop, write_report(session, loop))


def more_intensive_care(gst: Gst) -> Scenario:
    """Four more beds in the largest intensive-care unit of the GST."""
    beds = gst.beds_by_unit()
    units = [unit.unit for unit in gst.units if unit.kind is UnitKind.INTENSIVE_CARE]
    if not units:
        raise GstError(
            "no_intensive_care",
            say("This GST has no intensive-care unit to try more beds in."),
        )
    largest = max(sorted(units), key=lambda unit: beds[unit])
    return Scenario(
        name=f"intensive-care-plus-{BEDS_TO_TRY}",
        purpose=f"{BEDS_TO_TRY} more beds in {largest}",
        changes=(OpenBeds(unit=largest, beds=BEDS_TO_TRY),),
    )
