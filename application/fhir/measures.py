"""Indicators as FHIR R4: one MeasureReport for each, with a group for each place.

What the hospitals have recorded and what the twin expects carry different tags, so that nobody
takes one for the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from operator import attrgetter

from application.fhir.building import coding, concept, instant, key_of, own_system, resource
from application.fhir.code_maps import CodeMaps
from application.fhir.shapes import Json

ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


class Origin(StrEnum):
    """Where a figure comes from."""

    OBSERVED = "observed"
    EXPECTED = "expected"


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator at one place over a period; ``value`` is None where a small count is hidden.

    ``place`` is the code of a hospital or unit; empty for the whole GST. Units end the name of the
    indicator, as everywhere in Tadbir.
    """

    origin: Origin
    indicator: str
    place: str
    value: float | None
    period: tuple[date, date]


def measure_reports(figures: Iterable[Figure], made_at: datetime, maps: CodeMaps) -> Iterator[Json]:
    """Reports by origin, indicator and period, in a stable order."""
    belongs = attrgetter("origin", "indicator", "period")
    ordered = sorted(figures, key=lambda one: (*belongs(one), one.place))
    for (origin, indicator, period), own in groupby(ordered, key=belongs):
        known = [coding(own_system("indicator"), indicator), *maps.codings("indicator", indicator)]
        yield resource(
            "MeasureReport",
            key_of(origin.value, indicator, period[0].isoformat()),
            meta={"tag": [coding(own_system("origin"), origin.value)]},
            status="complete",
            type="summary",
            measure=f"{own_system('measure')}:{indicator}",
            date=instant(made_at),
            period={"start": period[0].isoformat(), "end": period[1].isoformat()},
            group=[_group(figure, known) for figure in own],
        )


def _group(figure: Figure, known: list[Json]) -> Json:
    score: Json = {"unit": figure.indicator.rpartition("_")[2]}
    if figure.value is None:
        score["_value"] = {"extension": [{"url": ABSENT, "valueCode": "masked"}]}
    else:
        score["value"] = round(figure.value, 6)
    place = coding(own_system("place"), figure.place or "gst")
    return {"code": concept(*known, place), "measureScore": score}
