"""Surge beds, electives called off, discharges delayed, closures: exact laws and worst cases."""

import math
from typing import Any

import numpy as np
import pytest
import yaml

from twin.event_log import Milestones
from twin.indicators import indicator_rows
from twin.simulation import Prepared
from twin.study_file import parse_study
from twin.study_model import study_model

pytestmark = pytest.mark.integration

STANDARD_ERRORS = 3.3
REFUSED = {"law": "fixed", "mean_hours": 0}


def prepared_of(
    unit: dict[str, Any], *streams: dict[str, Any], days: int = 600, **run: Any
) -> Prepared:
    given = {
        "study": "One unit",
        "units": [{"unit": "UNIT", **unit}],
        "arrivals": [
            {"stream": f"stream-{at}", "to": "UNIT"} | one for at, one in enumerate(streams)
        ],
        "run": {"days": days, "replications": 20, "seed": 4, **run},
    }
    return study_model(parse_study(yaml.safe_dump(given))).prepared()


def replays(prepared: Prepared) -> list[Milestones]:
    return [prepared.replay(at) for at in range(prepared.run.replications)]


def agrees(sample: list[float], exact: float) -> bool:
    found = np.array(sample)
    error = found.std(ddof=1) / math.sqrt(found.size)
    return bool(abs(found.mean() - exact) <= STANDARD_ERRORS * error)


def refused(milestones: Milestones, stream: int) -> float:
    return float(milestones.left_unseen[milestones.table.stream == stream].mean())


def open_surge(milestones: Milestones) -> float:
    """Mean surge beds that stand."""
    times, beds = milestones.places.surge[:, 1], milestones.places.surge[:, 2]
    return float(np.diff([*times, milestones.end_hours]) @ beds / milestones.end_hours)


# Surge


def threshold_chain(load: tuple[float, float], beds: int, surge: int, calm: int) -> list[float]:
    """Refused, and mean surge beds: opened when all beds are taken, closed at ``calm`` patients."""
    rate, mean = load
    states = [(n, False) for n in range(beds)] + [(n, True) for n in range(calm + 1, beds + surge)]
    states.append((beds + surge, True))
    index = {state: at for at, state in enumerate(states)}
    generator = np.zeros((len(states), len(states)))
    for (n, is_open), at in index.items():
        if n < beds + surge:
            generator[at, index[n + 1, is_open or n + 1 == beds]] += rate
        if n:
            generator[at, index[n - 1, is_open and n - 1 > calm]] += n / mean
    generator -= np.diag(generator.sum(axis=1))
    system = np.vstack([generator.T, np.ones(len(states))])
    law = np.linalg.lstsq(system, np.eye(len(states) + 1)[-1], rcond=None)[0]
    is_open = np.array([is_open for _, is_open in states])
    return [float(law[-1]), float(surge * law[is_open].sum())]


def surge_unit(ordinary: int, **surge: Any) -> dict[str, Any]:
    stay = {"law": "exponential", "mean_hours": 30}
    return {"beds": ordinary, "stay": stay, "surge": {"open_at_percent": 100} | surge}


@pytest.mark.parametrize(("beds", "surge", "calm"), [(8, 3, 4), (5, 4, 3)])
def test_surge_beds_with_two_thresholds_are_a_markov_chain(
    beds: int, surge: int, calm: int
) -> None:
    rate = 0.75 * beds / 30
    exact = threshold_chain((rate, 30), beds, surge, calm)
    stream = {"per_hour": rate, "patience": REFUSED}

    def accepts(close_at_percent: float) -> bool:
        unit = surge_unit(beds, beds=surge, close_at_percent=close_at_percent)
        found = replays(prepared_of(unit, stream))
        figures = [refused(one, 1) for one in found], [open_surge(one) for one in found]
        return all(map(agrees, figures, exact))

    assert accepts(100 * calm / beds)
    assert not accepts(100 * (calm - 2) / beds)


def test_surge_beds_keep_their_times() -> None:
    """Full at 4 h; 1.5 h later decided, 2 h later open; closed after 6 h at least, when calm."""
    unit = {
        "beds": 4,
        "stay": {"law": "fixed", "mean_hours": 10},
        "surge": {
            "beds": 2,
            "open_at_percent": 100,
            "after_hours": 1.5,
            "delay_hours": 2,
            "minimum_hours": 6,
            "close_at_percent": 50,
        },
    }
    stream = {"gap": {"law": "fixed", "mean_hours": 1}, "patience": REFUSED}
    one = prepared_of(unit, stream, days=1, ends_at_hour=20).replay(0)
    assert one.places.surge[0].tolist() == [0, 7.5, 2]
    entered = one.starts[~np.isnan(one.starts[:, 0]), 0]
    assert entered[:6].tolist() == [1, 2, 3, 4, 8, 9]
    assert refused(one, 1) > 0


def test_surge_beds_that_nothing_calls_for_never_open() -> None:
    unit = surge_unit(6, beds=4, open_at_percent=101)
    stream = {"per_hour": 0.3, "patience": REFUSED}
    found = prepared_of(unit, stream, days=200)
    plain = prepared_of({**unit, "surge": None}, stream, days=200)
    assert not len(found.replay(0).places.surge)
    assert np.array_equal(found.replay(0).out, plain.replay(0).out, equal_nan=True)


def test_surge_beds_may_open_and_close_all_day_long() -> None:
    """One bed, one surge bed, no delay: they flip at every patient, and everybody is there."""
    unit = surge_unit(1, beds=1, close_at_percent=0)
    unit["stay"] = {"law": "exponential", "mean_hours": 1}
    one = prepared_of(unit, {"per_hour": 1}, days=100).replay(0)
    steps = one.places.surge
    assert len(steps) > 500
    assert set(steps[:, 2]) == {0.0, 1.0}
    assert (np.diff(steps[:, 1]) >= 0).all()


def test_a_queue_calls_for_surge_beds() -> None:
    unit = surge_unit(4, beds=3, open_at_percent=None, open_at_waiting=2, close_at_percent=50)
    without = {**unit, "surge": None}
    stream = {"per_hour": 0.12}
    waits = [
        [float(np.nanmean(one.starts[:, 0] - one.table.arrive)) for one in replays(each)]
        for each in (prepared_of(unit, stream), prepared_of(without, stream))
    ]
    assert np.mean(waits[0]) < 0.5 * np.mean(waits[1])


# Electives


def intensive_care(**rules: Any) -> dict[str, Any]:
    stay = {"law": "exponential", "mean_days": 4}
    return {"beds": 14, "kind": "intensive_care", "stay": stay, **rules}


EMERGENCIES = {"per_day": 2, "patience": REFUSED}
PLANNED = {"per_day": 1, "kind": "elective"}


def called_off(milestones: Milestones) -> float:
    """Share of electives called off."""
    patients = np.unique(milestones.places.called_off[:, 0])
    return float(patients.size / (milestones.table.stream == 2).sum())


def test_v10_by_calling_off_is_v10_to_the_last_digit() -> None:
    """Held beds: an elective who finds none is called off, instead of leaving by himself."""
    of_old = prepared_of(
        intensive_care(reserved_for_emergencies=2), EMERGENCIES, PLANNED | {"patience": REFUSED}
    )
    by_rule = prepared_of(
        intensive_care(reserved_for_emergencies=2, calling_off={"wait_hours": 0}),
        EMERGENCIES,
        PLANNED,
    )
    for replication in range(3):
        one, two = of_old.replay(replication), by_rule.replay(replication)
        assert np.array_equal(one.out, two.out, equal_nan=True)
        assert np.array_equal(one.starts, two.starts, equal_nan=True)
        assert refused(one, 2) == called_off(two)
        assert refused(two, 2) == 0


def held_beds(beds: int, held: int) -> tuple[float, float]:
    weights = [1.0]
    for present in range(beds):
        rate = 2.0 + (1.0 if present < beds - held else 0)
        weights.append(weights[-1] * rate * 4 / (present + 1))
    law = np.array(weights) / sum(weights)
    return float(law[-1]), float(law[beds - held :].sum())


@pytest.mark.parametrize("taken", [12, 10])
def test_electives_called_off_from_a_level_of_occupancy_on(taken: int) -> None:
    """A birth and death process whose elective arrivals stop at the level (as V10)."""
    exact = held_beds(14, 14 - taken)

    def accepts(percent: float) -> bool:
        unit = intensive_care(calling_off={"at_percent": percent})
        found = replays(prepared_of(unit, EMERGENCIES, PLANNED, days=1200))
        return agrees([refused(one, 1) for one in found], exact[0]) and agrees(
            [called_off(one) for one in found], exact[1]
        )

    assert accepts(100 * taken / 14 - 0.01)
    assert not accepts(100 * (taken + 1) / 14 - 0.01)


def test_an_elective_waits_no_longer_than_the_rule_says() -> None:
    unit = intensive_care(calling_off={"wait_hours": 6})
    one = prepared_of(unit, EMERGENCIES | {"per_day": 4}, PLANNED).replay(0)
    waits = (one.starts[:, 0] - one.table.arrive)[one.table.stream == 2]
    assert np.nanmax(waits) <= 6 + 1e-9
    assert (waits > 0.1).sum() > 5
    rows = one.places.called_off
    assert rows[:, 2] - one.table.arrive[rows[:, 0].astype(int)] == pytest.approx(
        np.full(len(rows), 6.0)
    )


def test_a_new_date_comes_after_the_stated_days_and_not_more_often_than_stated() -> None:
    rule = {"wait_hours": 0, "rebookings": 2, "rebooked_after": {"law": "fixed", "mean_days": 7}}
    prepared = prepared_of(
        intensive_care(calling_off=rule), EMERGENCIES | {"per_day": 4}, PLANNED, days=400
    )
    one = prepared.replay(0)
    rows = one.places.called_off
    for patient in np.unique(rows[:, 0]):
        times = rows[rows[:, 0] == patient, 2]
        assert times.size <= 3
        assert np.diff(times) == pytest.approx(np.full(times.size - 1, 168.0))
        assert one.table.arrive[int(patient)] == times[0]
    lost = rows[rows[:, 3] == 1, 0].astype(int)
    assert lost.size > 3
    assert np.isnan(one.starts[lost, 0]).all()
    came = np.setdiff1d(rows[:, 0].astype(int), lost)
    assert (~np.isnan(one.starts[came, 0])).sum() > 20


def test_new_dates_belong_to_the_patient() -> None:
    """Another bed changes who is called off, and nobody's next date."""
    rule = {"wait_hours": 0, "rebookings": 1, "rebooked_after": {"law": "gamma", "mean_days": 9}}
    rule["rebooked_after"]["cv"] = 0.5  # type: ignore[index]

    def gaps(beds: int) -> dict[float, float]:
        unit = intensive_care(calling_off=rule) | {"beds": beds}
        one = prepared_of(unit, EMERGENCIES | {"per_day": 4}, PLANNED, days=400).replay(0)
        rows = one.places.called_off
        again = {float(p): rows[rows[:, 0] == p, 2] for p in np.unique(rows[:, 0])}
        return {p: float(times[1] - times[0]) for p, times in again.items() if times.size == 2}

    one, two = gaps(14), gaps(13)
    both = sorted(set(one) & set(two))
    assert len(both) > 20
    assert [one[p] for p in both] == pytest.approx([two[p] for p in both])
    assert np.std([one[p] for p in both]) > 24


def test_the_morning_call_decides_for_the_day() -> None:
    """Full at 7 h and empty at 9 h: an elective planned for 10 h stays at home all the same."""
    hours = {"clock_hours": [0] * 10 + [1] + [0] * 13}
    emergency = {"per_day": 40, "clock_hours": [0] * 5 + [1] + [0] * 18, "patience": REFUSED}
    unit = {"beds": 5, "stay": {"law": "fixed", "mean_hours": 3}}
    rule = {"at_percent": 100}

    def share(call_hour: float | None) -> float:
        rules = {"calling_off": {**rule, "call_hour": call_hour}}
        return called_off(prepared_of(unit | rules, emergency, PLANNED | hours).replay(0))

    assert share(7) == 1
    assert share(None) < 0.05


# Discharges


def test_delayed_patients_fill_beds_as_littles_law_says() -> None:
    unit = {
        "beds": "unlimited",
        "stay": {"law": "exponential", "mean_days": 3},
        "deaths": 0.2,
        "discharge_delay": {"share": 0.3, "delay": {"law": "log_normal", "mean_days": 2, "cv": 1}},
    }
    prepared = prepared_of(unit, {"per_day": 5}, days=300, warmup_days=60)
    start, end = prepared.run.warmup_hours, prepared.run.end_hours
    present, delayed = [], []
    for one in replays(prepared):
        since = one.starts[:, 0]
        until = np.where(np.isnan(one.out), end, one.out)
        rows = one.places.delays
        for found, spans in ((present, (since, until)), (delayed, (rows[:, 2], rows[:, 3]))):
            inside = np.minimum(spans[1], end) - np.maximum(spans[0], start)
            found.append(float(np.nansum(inside.clip(min=0)) / (end - start)))
        assert not one.died[rows[:, 0].astype(int)].any()
    assert agrees(delayed, 5 * 0.8 * 0.3 * 2)
    assert agrees(present, 5 * (3 + 0.8 * 0.3 * 2))
    assert not agrees(present, 5 * 3)


def test_a_delayed_patient_still_leaves_at_a_discharge_hour() -> None:
    unit = {
        "beds": 40,
        "stay": {"law": "exponential", "mean_days": 3},
        "discharge": "by_clock",
        "discharge_delay": {"share": 0.5, "delay": {"law": "fixed", "mean_hours": 30}},
    }
    one = prepared_of(unit, {"per_day": 5}, days=100).replay(0)
    rows = one.places.delays
    assert len(rows) > 100
    days = (rows[:, 3] - rows[:, 2]) / 24
    assert days == pytest.approx(days.round())
    assert set(days.round()) == {1.0, 2.0}


# Closures


def test_nobody_comes_in_while_the_open_beds_are_taken_and_nobody_is_put_out() -> None:
    """Staff by the hour and works over ten days: beds close as they empty."""
    unit = {
        "beds": 8,
        "stay": {"law": "exponential", "mean_hours": 20},
        "staffed": [5] * 7 + [8] * 12 + [5] * 5,
        "closures": [{"beds": 4, "from_day": 11, "to_day": 20}],
    }
    prepared = prepared_of(unit, {"per_hour": 0.4}, days=60)
    (timetable,) = prepared.network.timetables
    one = prepared.replay(0)
    starts = np.sort(one.starts[~np.isnan(one.starts[:, 0]), 0])
    ends = np.sort(one.out[~np.isnan(one.out)])
    before = np.searchsorted(starts, starts, "left") - np.searchsorted(ends, starts, "left")
    at = np.searchsorted(timetable.at_hours, starts, side="right") - 1
    open_beds = np.array(timetable.places)[at]
    assert set(timetable.places) == {4, 5, 8}
    assert (before <= open_beds).all()
    plain = prepared_of({**unit, "staffed": [], "closures": []}, {"per_hour": 0.4}, days=60)
    stays = (one.out - one.starts[:, 0])[~np.isnan(one.out)]
    usual = (plain.replay(0).out - plain.replay(0).starts[:, 0])[~np.isnan(one.out)]
    assert stays[~np.isnan(usual)] == pytest.approx(usual[~np.isnan(usual)])
    expected = (50 * (12 * 8 + 12 * 5) + 10 * 24 * 4) / (60 * 24)
    assert timetable.mean(0, 60 * 24) == pytest.approx(expected)


# What is measured


def test_indicators_count_what_the_rules_did() -> None:
    """Sums over the measured days of what the milestones tell, by unit and for the whole GST."""
    unit = {
        "beds": 6,
        "stay": {"law": "exponential", "mean_days": 2},
        "surge": {"beds": 2, "open_at_percent": 100, "cost_per_bed_day_mad": 900},
        "calling_off": {"wait_hours": 0, "rebookings": 1},
        "discharge_delay": {"share": 0.3, "delay": {"law": "fixed", "mean_days": 1}},
        "staffed": [6] * 12 + [4] * 12,
    }
    prepared = prepared_of(unit, EMERGENCIES, PLANNED, days=80, warmup_days=20)
    one = prepared.replay(0)
    rows = {(str(row[0]), row[1]): row[3] for row in indicator_rows(prepared.measure, one)}
    off = one.places.called_off
    inside = off[off[:, 2] >= prepared.run.warmup_hours]
    assert len(inside) > 10
    assert rows["electives_called_off_per_day", "UNIT"] == pytest.approx(len(inside) / 80)
    assert rows["electives_cancelled_per_day", ""] == pytest.approx(inside[:, 3].sum() / 80)
    surge = rows["surge_bed_days_per_day", "UNIT"]
    assert 0 < surge < 2
    assert rows["surge_cost_mad_per_day", ""] == pytest.approx(900 * surge)
    assert rows["open_beds", "UNIT"] == pytest.approx(5)
    delays = one.places.delays[:, 2:].clip(20 * 24, 100 * 24)
    lost = (delays[:, 1] - delays[:, 0]).sum() / 24 / 80
    assert rows["delayed_bed_days_per_day", "STUDY"] == pytest.approx(lost)
    plain = prepared_of({"beds": 6, "stay": unit["stay"]}, EMERGENCIES, PLANNED, days=80)
    names = {str(row[0]) for row in indicator_rows(plain.measure, plain.replay(0))}
    assert not names & {name for name, _ in rows if "surge" in name or "delayed" in name}
