"""Transfer rules: who may receive, in which order, when; the way home; rings of rules."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hospital.errors import GstError, InvalidInput
from twin.event_log import Milestones
from twin.indicators import indicator_rows
from twin.study_file import parse_study
from twin.study_model import study_model
from twin.territory_flow import TerritoryFlow

pytestmark = pytest.mark.unit

DAYS = {"days": 60, "replications": 1, "seed": 4}
LONG = {"law": "exponential", "mean_hours": 60}
WARD_RULE: dict[str, Any] = {"kind": "ward", "after_hours": 3, "source": "test"}


def territory(**changes: Any) -> dict[str, Any]:
    """Four hospitals on a line; the wards of A are full, the others have room."""
    levels = {"A": "chp", "B": "hp", "C": "chp", "D": "chr"}
    units = [
        {"unit": f"{code}-MED", "hospital": code, "beds": 3 if code == "A" else 60, "stay": LONG}
        for code in levels
    ]
    return {
        "study": "A line of hospitals",
        "hospitals": [{"hospital": code, "level": level} for code, level in levels.items()],
        "links": [
            {"between": ["A", "B"], "minutes": 20, "km": 20},
            {"between": ["B", "C"], "minutes": 20, "km": 20},
            {"between": ["C", "D"], "minutes": 60, "km": 60},
        ],
        "units": units,
        "arrivals": [{"stream": "sick", "to": "A-MED", "per_day": 3}],
        "run": DAYS,
        **changes,
    }


def ran(study: dict[str, Any]) -> Milestones:
    return study_model(parse_study(yaml.safe_dump(study))).prepared().replay(0)


def with_rule(**changes: Any) -> dict[str, Any]:
    return territory(transfer_policy={"rules": [WARD_RULE | changes]})


def receivers(milestones: Milestones) -> set[int]:
    return {*milestones.moves[:, 3].astype(int).tolist()}


def refusals(study: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidInput) as wrong:
        parse_study(yaml.safe_dump(study), "study.yaml")
    return [f"{one.code} {one}" for one in wrong.value.problems]


def test_without_a_policy_nobody_leaves_a_full_ward() -> None:
    assert not len(ran(territory()).moves)


@pytest.mark.parametrize(
    ("rule", "hospitals"),
    [
        ({}, {1}),
        ({"order": "nearest_higher"}, {3}),
        ({"to": ["C"]}, {2}),
        ({"to": ["D", "B"], "order": "as_listed"}, {3}),
        ({"within_minutes": 19}, None),
        ({"level": "chr"}, set()),
        ({"hospitals": ["B"]}, set()),
        ({"sent_from": ["emergency"]}, set()),
    ],
)
def test_a_rule_says_who_receives(rule: dict[str, Any], hospitals: set[int] | None) -> None:
    if hospitals is None:
        assert "transfer_without_receiver" in refusals(with_rule(**rule))[0]
        return
    milestones = ran(with_rule(**rule))
    assert receivers(milestones) == hospitals
    waits = milestones.starts[:, 0] - milestones.table.arrive
    sent = milestones.moves[:, 0].astype(int)
    if hospitals:
        assert sent.size > 20
        assert waits[sent] == pytest.approx(np.full(sent.size, 3.0))


def test_the_least_occupied_receives() -> None:
    """Loads even out over three wards of the same size; the nearest would take them all."""
    moved = ran(with_rule(order="least_occupied", within_minutes=110)).moves[:, 3]
    counts = np.bincount(moved.astype(int), minlength=4)
    assert counts[0] == 0
    assert (counts[1:] > 0.15 * moved.size).all()


def test_the_specialty_must_match_or_be_allowed() -> None:
    study = with_rule()
    study["units"][1]["specialty"] = "surgery"
    assert receivers(ran(study)) == {2}
    allowed = with_rule(to_specialties=["surgery"])
    allowed["units"][1]["specialty"] = "surgery"
    assert receivers(ran(allowed)) == {1}


def test_after_the_limit_the_patient_is_refused() -> None:
    study = with_rule(to=["B"], limit_hours=5.0)
    study["units"][1]["beds"] = 1
    milestones = ran(study)
    assert milestones.record is not None
    lost = milestones.record.lost_table(milestones.record.refusals)
    waited = lost[:, 1] - milestones.table.arrive[lost[:, 0].astype(int)]
    assert len(lost) > 20
    assert waited == pytest.approx(np.full(len(lost), 5.0))
    assert not milestones.refused.any()  # refusals of intensive care are counted apart


def test_patients_come_home_when_a_bed_frees_and_nobody_waits() -> None:
    home = {"kinds": ["ward"], "after_hours": 12, "source": "test"}
    study = territory(transfer_policy={"rules": [WARD_RULE], "back": home})
    study["arrivals"][0] |= {"per_day": 1.2}
    milestones = ran(study)
    back = milestones.moves[milestones.moves[:, 3] == 0]
    assert len(back) > 5
    away = milestones.moves[milestones.moves[:, 2] == 0]
    since = dict(zip(away[:, 0].tolist(), away[:, 1].tolist(), strict=True))
    stayed = np.array([row[1] - since[row[0]] for row in back])
    assert (stayed >= 12 - 1e-9).all()
    assert not np.isin(back[:, 0], list(set(back[:, 0]) - set(since))).any()
    hours = ran(territory(transfer_policy={"rules": [WARD_RULE]}, arrivals=study["arrivals"]))
    assert len(back) <= len(hours.moves)


def test_a_hospital_without_the_unit_passes_the_patient_on() -> None:
    """B has no ward of this kind and sends on to C."""
    rules = [
        WARD_RULE | {"hospitals": ["A"], "to": ["B"]},
        WARD_RULE | {"hospitals": ["B"], "to": ["C"]},
    ]
    study = territory(transfer_policy={"rules": rules})
    del study["units"][1]
    assert receivers(ran(study)) == {2}


# Rings


def ring_of_three() -> dict[str, Any]:
    """A sends to B, B to C, C to A: nobody but A has the ward, and A is full."""
    rules = [
        WARD_RULE | {"hospitals": [one], "to": [two]}
        for one, two in (("A", "B"), ("B", "C"), ("C", "A"))
    ]
    study = territory(transfer_policy={"rules": rules})
    del study["units"][1:3]
    return study


def test_a_ring_of_rules_is_named_in_order_with_its_line() -> None:
    text = yaml.safe_dump(ring_of_three(), sort_keys=False)
    with pytest.raises(InvalidInput) as wrong:
        parse_study(text, "study.yaml")
    (ring,) = (one for one in wrong.value.problems if one.code == "transfer_ring")
    assert "A → B → C → A" in ring.found
    assert ring.row is not None
    assert (
        "hospitals:" in text.splitlines()[ring.row - 1] or "kind" in text.splitlines()[ring.row - 1]
    )
    assert ring.file == "study.yaml"


def test_a_ring_with_one_way_out_is_accepted() -> None:
    study = ring_of_three()
    study["transfer_policy"]["rules"][2]["to"] = ["A", "D"]
    assert receivers(ran(study)) == {3}


def test_units_that_never_let_anybody_home_are_named_in_order() -> None:
    study = territory()
    for at, to in ((0, "B-MED"), (1, "C-MED"), (2, "A-MED")):
        study["units"][at]["then"] = {to: 1}
    (found,) = refusals(study)
    assert found.startswith("stay_without_end")
    assert "A-MED (A) → B-MED (B) → C-MED (C) → A-MED (A)" in found
    study["units"][1]["then"] = {"C-MED": 0.9}
    assert len(ran(study).table) > 0


def test_wards_that_help_each_other_are_no_ring() -> None:
    study = territory()
    study["units"].append({"unit": "A-SUR", "hospital": "A", "beds": 2, "stay": LONG})
    study["units"][0]["when_full"] = ["A-SUR"]
    study["units"][-1]["when_full"] = ["A-MED"]
    assert len(ran(study).table) > 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"transfer_policy": {"rules": [WARD_RULE | {"to": ["X"]}]}}, "unknown_hospital"),
        ({"links": [], "transfer_policy": {"rules": [WARD_RULE]}}, "transfer_without_receiver"),
        (
            {
                "ambulances": [
                    {
                        "fleet": name,
                        "base": "A",
                        "ambulances": 1,
                        "handover_minutes": 9,
                        "source": "t",
                    }
                    for name in ("one", "two")
                ]
            },
            "hospital_in_two_fleets",
        ),
        (
            {
                "links": [],
                "ambulances": [
                    {
                        **{"fleet": "one", "base": "A", "serves": ["B"], "ambulances": 1},
                        **{"handover_minutes": 9, "source": "t"},
                    }
                ],
            },
            "fleet_without_road",
        ),
        (
            {"waiting_deaths": 2 * [{"waits_for": "cubicle", "per_hour": 1, "source": "t"}]},
            "stated_twice",
        ),
    ],
)
def test_impossible_rules_are_refused(changes: dict[str, Any], code: str) -> None:
    assert any(found.startswith(code) for found in refusals(territory(**changes)))


@given(
    beds=st.lists(st.integers(1, 2), min_size=3, max_size=5),
    shares=st.lists(st.floats(0.5, 0.99), min_size=5, max_size=5),
    jump=st.integers(1, 2),
    ambulances=st.integers(1, 2),
    seed=st.integers(0, 1000),
)
@settings(max_examples=25, deadline=None)
def test_rings_of_blocked_patients_never_hang(
    beds: list[int], shares: list[float], jump: int, ambulances: int, seed: int
) -> None:
    """Full hospitals whose patients all want the next one's beds; people still go home."""
    codes = [f"H{at}" for at in range(len(beds))]
    size = len(codes)
    units = [
        {
            **{"unit": f"{code}-MED", "hospital": code, "beds": beds[at]},
            "stay": {"law": "fixed", "mean_hours": 5 + at},
            "then": {f"{codes[(at + jump) % size]}-MED": shares[at]},
        }
        for at, code in enumerate(codes)
    ]
    study = territory(
        hospitals=[{"hospital": code} for code in codes],
        links=[
            {"between": [one, codes[(at + 1) % size]], "minutes": 30, "km": 30}
            for at, one in enumerate(codes)
        ],
        units=units,
        arrivals=[
            {"stream": f"s{code}", "to": f"{code}-MED", "per_day": 3, "patience": LONG}
            for code in codes
        ],
        transfer_policy={
            "rules": [WARD_RULE | {"after_hours": 0}],
            "back": {"after_hours": 0, "source": "test"},
        },
        ambulances=[
            {
                **{"fleet": code, "base": code, "ambulances": ambulances},
                **{"handover_minutes": 20, "source": "test"},
            }
            for code in codes
        ],
        run={"days": 40, "replications": 1, "seed": seed},
    )
    milestones = ran(study)
    late = milestones.out > milestones.end_hours - 96
    assert late.sum() > 0


def test_a_patient_sent_round_for_ever_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deliberately wrong twin that sends everybody back at once stops with the two places."""

    def back_at_once(self: TerritoryFlow, patient: Any, pool: Any) -> float:
        before = patient.site
        hours = transfer(self, patient, pool)
        for away in (before, pool.site) * 50:
            transfer(self, patient, SimpleNamespace(site=away, index=away))
        return hours

    transfer = TerritoryFlow._transfer
    monkeypatch.setattr(TerritoryFlow, "_transfer", back_at_once)
    with pytest.raises(GstError, match="transfer_without_end") as stuck:
        ran(with_rule())
    assert "A" in stuck.value.hint


@pytest.mark.parametrize("fleet", [1, 4])
def test_everything_at_once_loses_nobody(fleet: int) -> None:
    """Beds of several kinds, cleaning, surge, electives, ambulances, the way home and deaths."""
    study = territory(
        transfer_policy={
            "rules": [
                WARD_RULE | {"after_hours": 1, "limit_hours": 30, "electives": True},
                {"kind": "intensive_care", "after_hours": 1, "source": "test"},
            ],
            "back": {"after_hours": 2, "source": "test"},
        },
        ambulances=[
            {
                **{"fleet": "all", "base": "B", "serves": ["A", "B", "C", "D"]},
                **{"ambulances": fleet, "handover_minutes": 45, "source": "test"},
            }
        ],
        waiting_deaths=[{"waits_for": "intensive_care", "per_hour": 0.2, "source": "test"}],
    )
    for unit in study["units"][:4]:
        kinds = [{"beds": 1, "sex": "female"}, {"beds": 1, "sex": "male"}]
        unit |= {"beds": 3, "bed_kinds": kinds, "moves_inside": True, "cleaning_hours": 2}
    for code, beds in (("A", 1), ("C", 2)):
        icu = {"unit": f"{code}-ICU", "hospital": code, "kind": "intensive_care", "beds": beds}
        study["units"].append(icu | {"stay": LONG, "then": {f"{code}-MED": 0.8}})
        study["arrivals"].append({"stream": f"icu-{code}", "to": f"{code}-ICU", "per_day": 1})
        study["arrivals"].append(
            {"stream": code, "to": f"{code}-MED", "per_day": 2, "kind": "elective", "women": 0.5}
        )
    milestones = ran(study)
    record = milestones.record
    assert record is not None
    trips = record.trip_table()
    assert len(record.deaths) > 0
    assert len(record.refusals) > 0
    assert len(milestones.returns) > 0
    waits = trips[:, 3] - trips[:, 1]
    assert np.nanmin(waits) >= 0
    busy = np.sort(np.concatenate([trips[~np.isnan(trips[:, 2]), 2]]))
    assert busy.size > 50


def test_what_the_territory_did_is_measured() -> None:
    study = with_rule(limit_hours=5.0, to=["B"])
    study["units"][1]["beds"] = 1
    fleet = {"fleet": "A", "base": "A", "ambulances": 1, "handover_minutes": 30, "source": "test"}
    prepared = study_model(parse_study(yaml.safe_dump(study | {"ambulances": [fleet]}))).prepared()
    milestones = prepared.replay(0)
    assert milestones.record is not None
    rows = {(str(name), place): value for name, place, _, value in replication_rows(prepared)}
    trips = milestones.record.trip_table()
    busy = np.nansum(trips[:, 4].clip(max=60 * 24) - trips[:, 2])
    assert rows["ambulance_busy_percent", "A"] == pytest.approx(100 * busy / (60 * 24))
    assert rows["ambulance_busy_percent", ""] == rows["ambulance_busy_percent", "A"]
    assert rows["bed_refusals_per_day", "A"] == pytest.approx(len(milestones.record.refusals) / 60)
    assert rows["deaths_while_waiting_per_day", ""] == rows["diversions_per_day", ""] == 0


def replication_rows(prepared: Any) -> list[Any]:
    return indicator_rows(prepared.measure, prepared.replay(0))
