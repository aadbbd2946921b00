"""How charts look and count: colours that the colour-blind tell apart, and our three languages."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import altair as alt
from babel import Locale
from babel.dates import get_day_names, get_month_names

from application.language import Language, Translator

# Okabe and Ito's blue-green and vermillion, darkened to 3:1 on white and kept light on black.
TEAL, VERMILLION, GREY, AMBER = "#0F8B7E", "#D1540F", "#7B8A87", "#C08A00"
LABEL_LIMIT_PIXELS = 280


def finished(chart: Any, t: Translator) -> Any:
    """The chart with the numbers, months and days of the language."""
    looks: dict[str, Any] = {
        "view": {"stroke": None},
        "axisX": {"tickCount": 8},
        "axis": {"labelLimit": LABEL_LIMIT_PIXELS, "titleFontWeight": "normal"},
    }
    locale = chart_locale(t.language)
    return chart.configure(**looks) if locale is None else chart.configure(locale=locale, **looks)


@cache
def chart_locale(language: Language) -> alt.Locale | None:
    """The words and separators of a language; None for English, which Vega speaks."""
    if language is Language.ENGLISH:
        return None
    symbols = Locale.parse(language.locale).number_symbols["latn"]
    number = alt.NumberLocale(
        decimal=symbols["decimal"], thousands=symbols["group"], grouping=[3], currency=["", ""]
    )
    return alt.Locale(number=number, time=_time(language.locale))


def _time(locale: str) -> alt.TimeLocale:
    months = get_month_names("wide", locale=locale)
    short_months = get_month_names("abbreviated", locale=locale)
    days = get_day_names("wide", locale=locale)
    short_days = get_day_names("abbreviated", locale=locale)
    sunday_first = [6, 0, 1, 2, 3, 4, 5]
    return alt.TimeLocale(
        dateTime="%A %e %B %Y %X",
        date="%d/%m/%Y",
        time="%H:%M:%S",
        periods=["AM", "PM"],
        days=[days[day] for day in sunday_first],
        shortDays=[short_days[day] for day in sunday_first],
        months=[months[month] for month in range(1, 13)],
        shortMonths=[short_months[month] for month in range(1, 13)],
    )


def names_axis(t: Translator) -> alt.Axis:
    """Names of lines beside the chart, on the side where the language begins."""
    orient: Literal["left", "right"] = "right" if t.language.is_right_to_left else "left"
    return alt.Axis(orient=orient, ticks=False, domain=False, labelPadding=8)


def day_axis(title: str | None = None) -> alt.Axis:
    """Days as 23 Nov, few enough to read."""
    return alt.Axis(title=title, format="%-d %b", labelOverlap=True, tickCount=8, grid=False)
