"""What leaves as FHIR R4: the record, an order or a theatre plan in force, indicators.

Persons are pseudonyms under the key of this site; free text stays at home.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path

from application.fhir.building import bundle
from application.fhir.code_maps import FILE as CODE_MAPS
from application.fhir.code_maps import CodeMaps, read_code_maps
from application.fhir.measures import Figure, Origin, measure_reports
from application.fhir.record import audit_events, provenances
from application.fhir.shapes import Json
from application.fhir.site_key import site_key
from application.fhir.supply import supply_requests
from application.fhir.theatre import theatre_resources
from application.files_out import require_format
from application.store import audit
from application.use_cases.access import needs
from application.use_cases.chosen_run import chosen_run
from application.use_cases.observed_indicators import observed_figures
from application.use_cases.publishing import published
from application.use_cases.read_results import latest_baseline_run, read_twin
from application.use_cases.session import Session
from application.whole_file import whole
from governance.access import Action
from governance.decision import Decision, RecommendationKind
from governance.events import EventKind
from governance.pseudonym import pseudonym
from hospital.stock_plan import StockPlan
from hospital.tables import Col
from hospital.theatre_plan import TheatrePlan

FORMATS = (".json", ".ndjson")


class Content(StrEnum):
    """What can be written as FHIR."""

    RECORD = "record"
    ORDER = "order"
    THEATRE = "theatre"
    INDICATORS = "indicators"


@needs(Action.READ_AUDIT)
def fhir_record(session: Session) -> tuple[Json, ...]:
    """An AuditEvent for each entry of the record and a Provenance for each decision.

    Raises:
        GstError: the record is broken: what it holds is not what happened.
    """
    entries = audit.told(session.database)
    of_person = partial(pseudonym, site_key(session.settings.folder), "Person")
    decided = [
        (entry, Decision.model_validate(event.body))
        for entry, event in entries
        if event is not None and event.event is EventKind.DECISION
    ]
    return (*audit_events(entries, of_person), *provenances(decided, of_person))


@needs(Action.READ)
def fhir_order(session: Session, run: str | None = None) -> tuple[Json, ...]:
    """The SupplyRequests of an order in force (the newest, where no run is named).

    Raises:
        GstError: ``not_published``: nobody has accepted it.
    """
    found = published(session, chosen_run(session, RecommendationKind.STOCK_ORDER, run))
    plan = StockPlan.model_validate_json(json.dumps(found.document))
    identity = found.recommendation.run.run
    return tuple(supply_requests(identity, plan, found.decision.at, _code_maps(session)))


@needs(Action.READ)
def fhir_theatre(session: Session, run: str | None = None) -> tuple[Json, ...]:
    """The Schedules, Slots and Appointments of a theatre plan in force.

    Raises:
        GstError: ``not_published``: nobody has accepted it.
    """
    found = published(session, chosen_run(session, RecommendationKind.THEATRE_PLAN, run))
    plan = TheatrePlan.model_validate_json(json.dumps(found.document))
    return tuple(theatre_resources(found.recommendation.run.run, plan, _code_maps(session)))


@needs(Action.READ)
def fhir_indicators(session: Session) -> tuple[Json, ...]:
    """A MeasureReport for each indicator that was recorded, and that the twin expects."""
    figures = (*observed_figures(session), *_expected(session))
    made_at = datetime.combine(session.gst.identity.as_of, datetime.min.time(), UTC)
    return tuple(measure_reports(figures, made_at, _code_maps(session)))


def _expected(session: Session) -> Iterator[Figure]:
    """Means over the replications of the newest run of the twin on the GST as it is."""
    run = latest_baseline_run(session)
    if run is None:
        return
    twin = read_twin(session, run)
    first = session.gst.identity.as_of
    period = first, first + timedelta(days=twin.horizon_days - 1)
    everybody = twin.indicators[twin.indicators[Col.GROUP] == ""]
    keys = [Col.INDICATOR, Col.PLACE]
    means = everybody.groupby(keys, as_index=False)[Col.VALUE].mean()
    for row in means[[*keys, Col.VALUE]].itertuples(index=False):
        yield Figure(Origin.EXPECTED, str(row[0]), str(row[1]), float(row[2]), period)


def _code_maps(session: Session) -> CodeMaps:
    """The codes of other systems that this site has brought."""
    return read_code_maps(session.settings.folder / CODE_MAPS)


@needs(Action.READ)
def export_fhir(session: Session, content: Content, file: Path, run: str | None = None) -> int:
    """Writes a bundle (.json) or a resource a line (.ndjson), whole or not at all.

    Returns the number of resources.
    """
    require_format(file.suffix.lower(), FORMATS)
    resources = _resources(session, content, run)
    with whole(file) as draft:
        draft.write_text(_text(resources, file.suffix.lower()), encoding="utf-8")
    return len(resources)


def _resources(session: Session, content: Content, run: str | None) -> tuple[Json, ...]:
    if content is Content.RECORD:
        return fhir_record(session)
    if content is Content.ORDER:
        return fhir_order(session, run)
    return fhir_theatre(session, run) if content is Content.THEATRE else fhir_indicators(session)


def _text(resources: tuple[Json, ...], suffix: str) -> str:
    if suffix == ".ndjson":
        return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in resources)
    made = bundle(resources, datetime.now(UTC).replace(microsecond=0))
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"
