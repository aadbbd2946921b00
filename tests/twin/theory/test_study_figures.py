"""The figures that a study prints, against queueing theory and against each other."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from twin.study_figures import StudyFigures, study_figures
from twin.study_file import parse_study, read_study
from twin.study_model import study_model
from twin.waits import Intervals

pytestmark = pytest.mark.integration

STUDIES = Path(__file__).parent / "studies"


def of(name: str) -> StudyFigures:
    return study_figures(study_model(read_study(STUDIES / f"{name}.yaml")))


def row(found: StudyFigures, subject: str, figure: str) -> pd.Series:
    frame = found.figures
    (own,) = frame[(frame.subject == subject) & (frame.figure == figure)].to_dict("records")
    return pd.Series(own)


def agrees(found: StudyFigures, subject: str, figure: str, exact: float) -> bool:
    own = row(found, subject, figure)
    return bool(abs(own["mean"] - exact) <= 3.3 * own["standard_error"])


@pytest.fixture(scope="module")
def boarding() -> StudyFigures:
    return of("v06_boarding")


def test_a_ward_with_a_queue_says_what_erlang_c_says() -> None:
    """V1; Lq is the number waiting."""
    found = of("v01_ward_queue")
    exact = {
        "occupancy_percent": 83.3333,
        "waiting_patients": 1.490361,
        "wait_hours": 24 * 0.186295,
        "waited_percent": 29.8072,
        "waited_over_24h_percent": 6.0180,
        "full_percent": 29.8072,
    }
    assert [name for name in exact if not agrees(found, "WARD", name, exact[name])] == []
    assert not agrees(found, "WARD", "waited_percent", 29.8072 * 1.4)
    assert found.overloaded == ()


def test_boarders_are_counted_where_they_lie(boarding: StudyFigures) -> None:
    """V6: E[boarding] 1.299882, 5.880033 hours for each admission, P(ED full) 0.263110."""
    assert agrees(boarding, "ED", "boarding_patients", 1.299882)
    assert agrees(boarding, "ED", "boarding_hours", 5.880033)
    assert agrees(boarding, "ED", "full_percent", 26.3110)
    assert agrees(boarding, "WARD", "full_percent", 66.1896)
    assert agrees(boarding, "WARD", "occupancy_percent", 88.4268)
    assert agrees(boarding, "all", "refused_percent", 26.3110)
    assert not agrees(boarding, "ED", "boarding_hours", 5.0)


def test_who_boards_in_one_unit_waits_for_the_next(boarding: StudyFigures) -> None:
    one, two = row(boarding, "ED", "boarding_patients"), row(boarding, "WARD", "waiting_patients")
    assert one["mean"] == pytest.approx(two["mean"])


def test_an_offered_load_above_the_beds_is_said(boarding: StudyFigures) -> None:
    """24 patients a day x 0.3 x 24 hours are 7.2 beds of 6."""
    assert boarding.overloaded == ("WARD",)


def test_the_census_of_each_day_is_the_exact_one() -> None:
    """V8: 12.150855, 15.058808 and 17.741600 after 1, 3 and 7 days."""
    found = of("v08_census_of_today")
    exact = {1: 12.150855, 3: 15.058808, 7: 17.741600}
    assert all(agrees(found, "WARD", f"present_on_day_{day}", exact[day]) for day in exact)
    assert not agrees(found, "WARD", "present_on_day_1", exact[3])


def test_the_hours_of_a_day_average_to_the_places_taken() -> None:
    found = of("v07_daily_wave")
    hours = [row(found, "WARD", f"present_at_{hour:02d}h")["mean"] for hour in range(24)]
    assert np.mean(hours) == pytest.approx(row(found, "WARD", "occupied_beds")["mean"], rel=0.01)
    turn = 2 * math.pi / 24
    lag = math.atan(turn * 30) / turn
    swing = 60 * 0.6 / math.sqrt(1 + (turn * 30) ** 2)
    for hour in (0, 6, 12, 18):
        exact = 60 + swing * math.sin(turn * (hour - lag))
        assert agrees(found, "WARD", f"present_at_{hour:02d}h", exact)


def test_the_emergency_department_waits_by_triage() -> None:
    text = yaml.safe_dump(
        {
            "study": "Urgent first",
            "units": [{"unit": "W", "beds": "unlimited", "stay": {"law": "fixed", "mean_days": 1}}],
            "emergency": {
                "unit": "ED",
                "cubicles": 500,
                "physicians": 3,
                "visits_per_day": 96,
                "triage": [
                    {
                        "level": level,
                        "share": share,
                        "consult": {"law": "exponential", "mean_hours": 0.5},
                    }
                    for level, share in ((1, 0.125), (2, 0.375), (3, 0.5))
                ],
                "wards": {"W": 1},
            },
            "run": {"days": 150, "warmup_days": 5, "replications": 20, "seed": 4},
        }
    )
    found = study_figures(study_model(parse_study(text)))
    for level, exact in ((1, 0.080808), (2, 0.121212), (3, 0.333333)):
        assert agrees(found, f"triage-{level}", "physician_wait_hours", exact)
    assert not agrees(found, "triage-1", "physician_wait_hours", 0.222222)


def test_one_replication_has_no_interval() -> None:
    study = read_study(STUDIES / "v09_one_theatre.yaml")
    found = study_figures(study_model(study.but(run=study.run.but(replications=1, days=50))))
    assert found.figures["standard_error"].isna().all()


def test_time_with_so_many_present_is_measured_between_the_events() -> None:
    measure = study_model(read_study(STUDIES / "v09_one_theatre.yaml")).prepared().measure
    start = measure.start_hours
    stays = Intervals(
        start + np.array([-5.0, 1.0, 2.0, 4.0]), start + np.array([3.0, 2.0, 6.0, np.nan]), measure
    )
    length = measure.end_hours - start
    assert stays.mean_number() == pytest.approx((3 + 1 + 4 + length - 4) / length)
    assert stays.share_of_time(2) == pytest.approx((1 + 1 + 2) / length)
    assert stays.share_of_time(3) == 0
    assert stays.at(start + np.array([0.0, 1.0, 2.0, 3.0])).tolist() == [1, 2, 2, 1]
