"""What a series of a forecast is called on a page."""

from __future__ import annotations

from application.use_cases.overview import medicine_name
from dashboard.session import Session
from hospital.forecast import SeriesKey, SeriesKind


def item_name(session: Session, key: SeriesKey) -> str:
    """What a medicine, a service or an origin is called."""
    if key.kind is SeriesKind.CONSUMPTION:
        return medicine_name(session.work, key.item)
    if key.is_rest:
        return session.t("The youngest, together")
    names = {unit.unit: f"{unit.name} ({unit.unit})" for unit in session.work.gst.units}
    return names.get(key.item, key.item) or session.t("All together")
