"""Capacity by the hour against Kolmogorov's forward equation, solved hour by hour.

State: patients in a place and patients who wait. When fewer places are open than taken, nobody is
put out and nobody comes in; when more open, those who wait come in at once.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import yaml
from scipy.linalg import expm

from twin.event_log import Milestones
from twin.study import Study
from twin.study_file import parse_study
from twin.study_model import study_model

pytestmark = pytest.mark.integration

STANDARD_ERRORS = 3.3
EVENING = tuple(9 if 7 <= hour < 20 else 5 for hour in range(24))


def agrees(sample: np.ndarray, exact: float) -> bool:
    error = sample.std(ddof=1) / math.sqrt(sample.size)
    return bool(abs(sample.mean() - exact) <= STANDARD_ERRORS * error)


class Day:
    """The long-run day of a unit whose open places follow the hours."""

    def __init__(
        self, places: Sequence[int], per_hour: float, mean_hours: float, most_waiting: int
    ) -> None:
        self.places = places
        self.states = [(s, q) for s in range(max(places) + 1) for q in range(most_waiting + 1)]
        self.index = {state: at for at, state in enumerate(self.states)}
        self.most_waiting = most_waiting
        self.rates = per_hour, 1 / mean_hours
        hour_of = {c: expm(self.generator(c)) for c in sorted(set(places))}
        self.hours = [hour_of[c] for c in places]
        self.law = self.at_midnight()

    def generator(self, c: int) -> np.ndarray:
        """Rates while ``c`` places are open; columns are where from."""
        arrival, end = self.rates
        matrix = np.zeros((len(self.states), len(self.states)))
        for (s, q), at in self.index.items():
            comes = (s + 1, q) if s < c else (s, min(q + 1, self.most_waiting))
            goes = (s, q - 1) if q and s <= c else (s - 1, q)
            for to, rate in ((comes, arrival), (goes, end * s)):
                if to in self.index and to != (s, q):
                    matrix[self.index[to], at] += rate
                    matrix[at, at] -= rate
        return matrix

    def opened(self, law: np.ndarray, c: int) -> np.ndarray:
        """Those who wait come in as far as places are open."""
        after = np.zeros_like(law)
        for (s, q), at in self.index.items():
            enter = min(q, max(c - s, 0))
            after[self.index[s + enter, q - enter]] += law[at]
        return after

    def at_midnight(self) -> np.ndarray:
        law = np.zeros(len(self.states))
        law[0] = 1
        for _ in range(60):
            law = self.through_the_day(law)[-1]
        return law

    def through_the_day(self, law: np.ndarray) -> list[np.ndarray]:
        """The law at the start of each hour and at the end of the day."""
        laws = []
        for c, step in zip(self.places, self.hours, strict=True):
            law = self.opened(law, c)
            laws.append(law)
            law = step @ law
        return [*laws, law]

    def means(self, hours: Sequence[int]) -> list[tuple[float, float]]:
        """Mean in a place, and mean waiting, at the start of these hours."""
        laws = self.through_the_day(self.law)
        s, q = np.array(self.states).T
        return [(float(laws[hour] @ s), float(laws[hour] @ q)) for hour in hours]


HOURS = (6, 7, 12, 20, 21, 23)


def ward(staffed: Sequence[int], **changes: Any) -> Study:
    given: dict[str, Any] = {
        "study": "A day unit that opens in the morning",
        "units": [
            {
                "unit": "DAY",
                "beds": 9,
                "stay": {"law": "exponential", "mean_hours": 5},
                "staffed": list(staffed),
            }
        ],
        "arrivals": [{"stream": "all", "to": "DAY", "per_hour": 1.2}],
        "run": {"days": 250, "warmup_days": 10, "replications": 20, "seed": 3},
    }
    given["arrivals"][0] |= changes
    return parse_study(yaml.safe_dump(given))


def censuses(one: Study) -> np.ndarray:
    """Mean in a place, and mean waiting, just before each of the hours: (hours, 2, replications).

    The last shape is what ``agrees`` takes.
    """
    prepared = study_model(one).prepared()
    start, end = prepared.run.warmup_hours, prepared.run.end_hours

    def figures(milestones: Milestones) -> np.ndarray:
        arrive = np.sort(milestones.table.arrive[~milestones.left_unseen])
        _, _, starts, untils = milestones.occupations()
        entered, left = np.sort(starts), np.sort(untils[~np.isnan(untils)])
        moments = [np.arange(start + hour + 1e-6, end, 24) for hour in HOURS]
        counts = [
            [np.searchsorted(times, at, "right").mean() for times in (arrive, entered, left)]
            for at in moments
        ]
        came, inside, gone = np.array(counts).T
        return np.stack([inside - gone, came - inside], axis=1)

    return np.stack(
        [figures(prepared.replay(at)) for at in range(prepared.run.replications)], axis=-1
    )


def all_agree(found: np.ndarray, exact: Sequence[tuple[float, float]]) -> bool:
    return all(
        agrees(found[at, part], exact[at][part])
        for at in range(len(exact))
        for part in (0, 1)
        if exact[at][part] > 0
    )


def test_a_unit_that_refuses_while_its_staff_are_few() -> None:
    exact = Day(EVENING, 1.2, 5, most_waiting=0).means(HOURS)
    impatient = {"patience": {"law": "fixed", "mean_hours": 0}}
    assert all_agree(censuses(ward(EVENING, **impatient)), exact)
    late = (*EVENING[-1:], *EVENING[:-1])
    assert not all_agree(censuses(ward(late, **impatient)), exact)


def test_a_unit_whose_patients_wait_for_staff() -> None:
    """Waiting patients come in as beds open; above the staffed beds nobody does."""
    exact = Day(EVENING, 1.2, 5, most_waiting=40).means(HOURS)
    assert all_agree(censuses(ward(EVENING)), exact)
    always = (round(sum(EVENING) / 24),) * 24
    assert not all_agree(censuses(ward(always)), exact)


def test_physicians_by_the_hour() -> None:
    """Consultations in progress end; patients wait in their cubicles for a physician."""
    shifts = tuple(3 if 8 <= hour < 22 else 1 for hour in range(24))
    exact = Day(shifts, 1.6, 0.7, most_waiting=60).means(HOURS)

    def found(physicians: Sequence[int]) -> np.ndarray:
        one = parse_study(yaml.safe_dump(emergency(physicians)))
        prepared = study_model(one).prepared()
        start, end = prepared.run.warmup_hours, prepared.run.end_hours
        rows = []
        for replication in range(prepared.run.replications):
            milestones = prepared.replay(replication)
            times = (milestones.cubicle, milestones.physician, milestones.disposition)
            come, seen, done = (np.sort(one[~np.isnan(one)]) for one in times)
            moments = [np.arange(start + hour + 1e-6, end, 24) for hour in HOURS]
            counts = np.array(
                [
                    [np.searchsorted(one, at, "right").mean() for one in (come, seen, done)]
                    for at in moments
                ]
            )
            rows.append(np.stack([counts[:, 1] - counts[:, 2], counts[:, 0] - counts[:, 1]], 1))
        return np.stack(rows, axis=-1)

    assert all_agree(found(shifts), exact)
    assert not all_agree(found((*shifts[-1:], *shifts[:-1])), exact)


def emergency(physicians: Sequence[int]) -> dict[str, Any]:
    return {
        "study": "Physicians by the hour",
        "units": [{"unit": "WARD", "beds": 1, "stay": {"law": "fixed", "mean_hours": 1}}],
        "emergency": {
            "unit": "ED",
            "cubicles": 300,
            "physicians": max(physicians),
            "physicians_by_hour": list(physicians),
            "visits_per_day": 1.6 * 24,
            "triage": [
                {"level": 3, "share": 1, "consult": {"law": "exponential", "mean_hours": 0.7}}
            ],
            "wards": {"WARD": 1},
        },
        "run": {"days": 200, "warmup_days": 10, "replications": 20, "seed": 6},
    }
