"""What would come if: the forecast of record under a what-if. Nothing of it is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from application.identity import run_identity
from application.use_cases.access import needs
from application.use_cases.asked_series import series_asked
from application.use_cases.forecast_demand import (
    ForecastRequest,
    ForecastSet,
    forecast_chosen,
    plan_of,
)
from application.use_cases.session import Session
from governance.access import Action
from hospital.errors import GstError, say

if TYPE_CHECKING:
    from application.use_cases.read_what_if import StatedWhatIf
    from forecasting.covariate_gain import Gain
    from forecasting.what_if import WhatIf
    from hospital.forecast import DemandForecast

KIND = "what-if"


@dataclass(frozen=True)
class WhatIfForecasts:
    """The series that a what-if changes, as they are on record and as they would be.

    ``run`` identifies what went into them; it is not stored, so nobody decides on it.
    """

    what_if: WhatIf
    run: str
    ordinary: ForecastSet
    forecasts: tuple[DemandForecast, ...]
    gains: tuple[Gain, ...]


@needs(Action.FORECAST)
def forecast_what_if(
    session: Session, request: ForecastRequest, stated: StatedWhatIf
) -> WhatIfForecasts:
    """The forecasts that were asked for, under a what-if; only those that it changes.

    Raises:
        UnknownPlace: an effect names a hospital that the GST does not have.
        InvalidInput: an early warning does not cover the past or the days ahead.
        GstError: ``what_if_changes_nothing``.
    """
    from forecasting.what_if import with_waves  # noqa: PLC0415 - Prophet takes seconds

    for effect in stated.what_if.effects:
        if effect.hospital is not None:
            session.gst.hospital(effect.hospital)
    record = forecast_chosen(session, _whole_families(session, request))
    warned, gains = _with_warnings(session, request, stated, record.forecasts)
    changed = with_waves(warned, stated.what_if.waves, request.seed)
    plan = plan_of(session, request)
    asked = {one.key for one in series_asked(session, request, plan.first_day)}
    pairs = [
        (old, new)
        for old, new in zip(record.forecasts, changed, strict=True)
        if new.what_if and new.key in asked
    ]
    if not pairs:
        _refuse(stated.what_if)
    ordinary = ForecastSet(record.run, tuple(old for old, _ in pairs))
    run = run_identity(KIND, session.snapshot.snapshot, request.seed, _inputs(record.run, stated))
    own = tuple(gain for gain in gains if gain.key in asked)
    return WhatIfForecasts(stated.what_if, run, ordinary, tuple(new for _, new in pairs), own)


def _whole_families(session: Session, request: ForecastRequest) -> ForecastRequest:
    """The request with all hospitals of each total that it asks for: a total follows them."""
    if not request.series:
        return request
    first_day = plan_of(session, request).first_day
    totals = {one.key for one in series_asked(session, request, first_day) if one.key.is_total}
    everything = series_asked(session, request.but(series=()), first_day)
    parts = [str(one.key) for one in everything if one.key.of_the_gst in totals]
    return request.but(series=tuple(dict.fromkeys((*request.series, *parts))))


def _with_warnings(
    session: Session,
    request: ForecastRequest,
    stated: StatedWhatIf,
    forecasts: tuple[DemandForecast, ...],
) -> tuple[tuple[DemandForecast, ...], tuple[Gain, ...]]:
    """Learns the early warnings with all hospitals, as widths are judged over all of them."""
    from forecasting.covariate import covariates_of  # noqa: PLC0415 - loads numpy
    from forecasting.covariate_gain import gains_of  # noqa: PLC0415
    from forecasting.gst import forecast_all  # noqa: PLC0415
    from forecasting.what_if import with_warnings  # noqa: PLC0415

    if not stated.what_if.warnings:
        return forecasts, ()
    plan = plan_of(session, request)
    everything = series_asked(session, request.but(series=()), plan.first_day)
    known = {one.key for one in forecasts}
    touched = [one for one in everything if one.key in known]
    covariates = covariates_of(stated.what_if.warnings, stated.readings, touched, plan)
    totals = {key.of_the_gst for key in covariates}
    family = [one for one in everything if one.key.of_the_gst in totals and not one.key.is_total]
    kinds = frozenset(key.kind for key in covariates)
    tested = replace(plan, backtest_kinds=kinds, covariates=covariates)
    learnt = forecast_all(family, tested, session.calendar, session.workers)
    gains = gains_of(family, plan, session.calendar, covariates, session.workers)
    return with_warnings(forecasts, {one.key: one for one in learnt}, covariates), gains


def _inputs(record: str, stated: StatedWhatIf) -> dict[str, object]:
    readings = {
        name: {day.isoformat(): value for day, value in own.items()}
        for name, own in stated.readings.items()
    }
    what_if = stated.what_if.model_dump(mode="json")
    return {"forecast": record, "what_if": what_if, "readings": readings}


def _refuse(what_if: WhatIf) -> None:
    raise GstError(
        "what_if_changes_nothing",
        say(
            "{name} changes no series that was asked for: look at its days, counts and hospital, "
            "or ask for a longer horizon.",
            name=what_if.name,
        ),
    )
