"""Which series a request names, what their figures depend on, and which are too short to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.use_cases.choose_series import choose
from application.use_cases.session import Session
from hospital.forecast import Level, SeriesKey

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    from application.use_cases.forecast_demand import ForecastRequest
    from forecasting.gst import Refusal
    from forecasting.series import Series


def series_asked(session: Session, request: ForecastRequest, first_day: date) -> list[Series]:
    """The series that a request names, as they were known before a day.

    A name that fits no hospital and no total is looked for among services and origins: these
    need not be asked for by their level to be named. Those too young for a forecast are there too.
    """
    return choose(
        ((one.key, one) for one in known_series(session, first_day, request.levels)),
        request.series,
        lambda: ((one.key, one) for one in _named_parts(session, first_day)),
    )


def known_series(session: Session, first_day: date, levels: Collection[Level] = ()) -> list[Series]:
    """Every hospital, total, and part at these levels, as known before a day."""
    from forecasting.history_series import series_of  # noqa: PLC0415 - loads pandas
    from forecasting.totals import total_series  # noqa: PLC0415

    series = series_of(session.gst, session.data.history, first_day)
    return [*series, *total_series(series), *_parts(session, first_day, levels)]


def family_of(session: Session, asked: Collection[SeriesKey], first_day: date) -> list[Series]:
    """The series asked for, the same of all other hospitals, and the parts beside a part.

    Paths and widths depend on those: a figure must not depend on who else was asked for.
    """
    from forecasting.history_series import series_of  # noqa: PLC0415 - loads pandas
    from forecasting.levels import whole_of  # noqa: PLC0415

    totals = {key.of_the_gst for key in asked}
    wholes = {whole_of(key) for key in asked if key.level is not None}
    levels = [level for level in Level if any(key.level is level for key in asked)]
    known = series_of(session.gst, session.data.history, first_day)
    return [
        *(one for one in known if one.key.of_the_gst in totals),
        *(one for one in _parts(session, first_day, levels) if whole_of(one.key) in wholes),
    ]


def short_series(
    session: Session, request: ForecastRequest, first_day: date, told: Collection[SeriesKey]
) -> tuple[Refusal, ...]:
    """The series that a request names and that are too short to be told, with the reason."""
    from forecasting.gst import refusals  # noqa: PLC0415 - Prophet takes seconds to import
    from forecasting.levels import young_parts  # noqa: PLC0415

    named = series_asked(session, request, first_day)
    if not request.series:
        history = session.data.history
        named += young_parts(session.gst, history.stays, first_day, request.levels)
    return refusals([one for one in named if one.key not in told], first_day)


def _named_parts(session: Session, first_day: date) -> Iterator[Series]:
    from forecasting.levels import young_parts  # noqa: PLC0415 - loads pandas

    yield from _parts(session, first_day, tuple(Level))
    yield from young_parts(session.gst, session.data.history.stays, first_day, tuple(Level))


def _parts(session: Session, first_day: date, levels: Collection[Level]) -> list[Series]:
    from forecasting.levels import part_series  # noqa: PLC0415 - loads pandas

    return part_series(session.gst, session.data.history.stays, first_day, levels)
