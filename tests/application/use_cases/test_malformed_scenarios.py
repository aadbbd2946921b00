"""A hundred scenario files that are wrong: each with its place, its cause and what is right."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from application.use_cases.read_scenario import read_scenario
from hospital.errors import InvalidInput, Problem, Sentence

pytestmark = pytest.mark.integration

HEAD = "schema_version: 1\nname: try\nchanges:\n"
CHANGE_LINE = 4


class Wrong(NamedTuple):
    """A change that is wrong, the code and path of its problem, and parts of what is said."""

    change: str
    code: str
    column: str | None
    found: str
    expected: str


def problems_of(folder: Path, text: str) -> tuple[Problem, ...]:
    file = folder / "scenario.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        read_scenario(file)
    return refused.value.problems


CHANGES = [
    Wrong(
        "{kind: add_nurses, unit: A, nurses: 0}",
        "wrong_value",
        "changes.0.add_nurses.nurses",
        "0",
        "a whole number > 0, <= 200",
    ),
    Wrong(
        "{kind: add_nurses, unit: A, nurses: 2, skill: physician}",
        "wrong_value",
        "changes.0.add_nurses.skill",
        "physician",
        "general_nurse",
    ),
    Wrong(
        "{kind: roster_rule, rule: hours_of_sleep, value: 8}",
        "wrong_value",
        "changes.0.roster_rule.rule",
        "hours_of_sleep",
        "minimum_rest_hours",
    ),
    Wrong(
        "{kind: roster_rule, rule: full_time_weekly_hours, value: 0}",
        "wrong_value",
        "changes.0.roster_rule",
        "",
        "full_time_weekly_hours above 0",
    ),
    Wrong(
        "{kind: open_hospital, new_hospital: N, like: A, near: B, distance_km: 5, "
        "travel_minutes: 9, takes_percent: 100}",
        "wrong_value",
        "changes.0.open_hospital.takes_percent",
        "100",
        "a number > 0, < 100",
    ),
    Wrong(
        "{kind: close_hospital, hospital: A, first_day: 2026-12-02, last_day: 2026-12-01}",
        "wrong_value",
        "changes.0.close_hospital",
        "",
        "first_day on or before last_day",
    ),
    Wrong(
        "{kind: cancellation_policy}",
        "wrong_value",
        "changes.0.cancellation_policy",
        "",
        "wait_hours or at_percent",
    ),
    Wrong(
        "{kind: transfer_limits, after_hours: 6, limit_hours: 2}",
        "wrong_value",
        "changes.0.transfer_limits",
        "",
        "after_hours or limit_hours, the second not below the first",
    ),
    Wrong(
        "{kind: open_bedz, unit: A, beds: 1}",
        "wrong_value",
        "changes.0",
        "",
        "a kind of change among: open_beds, close_beds",
    ),
    Wrong(
        "{unit: A, beds: 1}",
        "wrong_value",
        "changes.0",
        "",
        "a kind of change among: open_beds, close_beds",
    ),
    Wrong(
        "{kind: 3, unit: A, beds: 1}",
        "wrong_value",
        "changes.0",
        "",
        "a kind of change among: open_beds, close_beds",
    ),
    Wrong(
        "{kind: open_beds, unit: A}",
        "missing_key",
        "changes.0.open_beds.beds",
        "nothing",
        "a whole number > 0, <= 500",
    ),
    Wrong(
        "{kind: open_beds, beds: 1}",
        "missing_key",
        "changes.0.open_beds.unit",
        "nothing",
        "a code of at most 64 letters, digits, dots, dashes or underscores",
    ),
    Wrong(
        "{kind: open_beds, unit: A, beds: -4}",
        "wrong_value",
        "changes.0.open_beds.beds",
        "-4",
        "a whole number > 0, <= 500",
    ),
    Wrong(
        "{kind: open_beds, unit: A, beds: 1.5}",
        "wrong_value",
        "changes.0.open_beds.beds",
        "1.5",
        "a whole number > 0, <= 500",
    ),
    Wrong(
        "{kind: open_beds, unit: A, beds: many}",
        "wrong_value",
        "changes.0.open_beds.beds",
        "many",
        "a whole number > 0, <= 500",
    ),
    Wrong(
        "{kind: open_beds, unit: A, beds: 501}",
        "wrong_value",
        "changes.0.open_beds.beds",
        "501",
        "a whole number > 0, <= 500",
    ),
    Wrong(
        "{kind: open_beds, unit: 'A B', beds: 1}",
        "wrong_value",
        "changes.0.open_beds.unit",
        "A B",
        "a code of at most 64 letters, digits, dots, dashes or underscores",
    ),
    Wrong(
        "{kind: open_beds, unit: A, bed: 1}",
        "unknown_key",
        "changes.0.open_beds.bed",
        "1",
        "keys among: kind, unit, beds",
    ),
    Wrong(
        "{kind: open_beds, unit: [A], beds: 1}",
        "wrong_value",
        "changes.0.open_beds.unit",
        "['A']",
        "a code of at most 64 letters, digits, dots, dashes or underscores",
    ),
    Wrong(
        "{kind: open_beds, unit: null, beds: 1}",
        "wrong_value",
        "changes.0.open_beds.unit",
        "None",
        "a code of at most 64 letters, digits, dots, dashes or underscores",
    ),
    Wrong(
        "open_beds",
        "wrong_value",
        "changes.0",
        "open_beds",
        "a kind of change among: open_beds, close_beds",
    ),
    Wrong(
        "[open_beds, A, 1]",
        "wrong_value",
        "changes.0",
        "['open_beds', 'A', 1]",
        "a kind of change among: open_beds, close_beds",
    ),
    Wrong(
        "null",
        "wrong_value",
        "changes.0",
        "None",
        "a kind of change among: open_beds, close_beds",
    ),
    Wrong(
        "{kind: close_beds, unit: A, beds: 1, first_day: 2026-12-02, last_day: 2026-12-01}",
        "wrong_value",
        "changes.0.close_beds",
        "",
        "first_day on or before last_day",
    ),
    Wrong(
        "{kind: close_beds, unit: A, beds: 1, first_day: 02/12/2026}",
        "wrong_value",
        "changes.0.close_beds.first_day",
        "02/12/2026",
        "a date written as 2026-11-23",
    ),
    Wrong(
        "{kind: close_beds, unit: A, beds: 1, first_day: 2026-02-30}",
        "wrong_value",
        "changes.0.close_beds.first_day",
        "2026-02-30",
        "a date written as 2026-11-23",
    ),
    Wrong(
        "{kind: add_physicians, unit: A, physicians: 51}",
        "wrong_value",
        "changes.0.add_physicians.physicians",
        "51",
        "a whole number >= -50, <= 50",
    ),
    Wrong(
        "{kind: demand_growth, factor: 0}",
        "wrong_value",
        "changes.0.demand_growth.factor",
        "0",
        "a number > 0, <= 5",
    ),
    Wrong(
        "{kind: demand_growth, factor: .inf}",
        "wrong_value",
        "changes.0.demand_growth.factor",
        "inf",
        "a number > 0, <= 5",
    ),
    Wrong(
        "{kind: demand_growth, factor: '1,2'}",
        "wrong_value",
        "changes.0.demand_growth.factor",
        "1,2",
        "a number > 0, <= 5",
    ),
    Wrong(
        "{kind: demand_growth, factor: 6}",
        "wrong_value",
        "changes.0.demand_growth.factor",
        "6",
        "a number > 0, <= 5",
    ),
    Wrong(
        (
            "{kind: epidemic_wave, first_day: 2026-12-01, peak_day: 2026-12-10, "
            "admission_probability: 0.2}"
        ),
        "wrong_value",
        "changes.0.epidemic_wave",
        "",
        "first_day before peak_day, one of total_visits and",
    ),
    Wrong(
        (
            "{kind: epidemic_wave, first_day: 2026-12-10, peak_day: 2026-12-01, "
            "total_visits: 9, admission_probability: 0.2}"
        ),
        "wrong_value",
        "changes.0.epidemic_wave",
        "",
        "first_day before peak_day, one of total_visits and",
    ),
    Wrong(
        (
            "{kind: epidemic_wave, first_day: 2026-12-01, peak_day: 2026-12-10, "
            "total_visits: 9, admission_probability: 20}"
        ),
        "wrong_value",
        "changes.0.epidemic_wave.admission_probability",
        "20",
        "a number >= 0, <= 1",
    ),
    Wrong(
        (
            "{kind: epidemic_wave, first_day: 2026-12-01, peak_day: 2026-12-10, "
            "total_visits: 9, admission_probability: 0.2, shape: round}"
        ),
        "wrong_value",
        "changes.0.epidemic_wave.shape",
        "round",
        "one of: logistic, sir",
    ),
    Wrong(
        (
            "{kind: mass_casualty, hospital: A, starts_at: tonight, casualties: 4, "
            "immediate_share: 0.2, delayed_share: 0.2, admission_probability: 0.2}"
        ),
        "wrong_value",
        "changes.0.mass_casualty.starts_at",
        "tonight",
        "a time written as 2026-11-23T14:00",
    ),
    Wrong(
        (
            "{kind: mass_casualty, hospital: A, starts_at: 2026-12-01T18:00:00, "
            "casualties: 4, immediate_share: 0.7, delayed_share: 0.7, "
            "admission_probability: 0.2}"
        ),
        "wrong_value",
        "changes.0.mass_casualty",
        "",
        "immediate_share and delayed_share of at most 1 together",
    ),
    Wrong(
        "{kind: ramadan_hours, first_day: 2026-12-01}",
        "wrong_value",
        "changes.0.ramadan_hours",
        "",
        "first_day and last_day, both or none, in this order",
    ),
    Wrong(
        "{kind: surge_beds, unit: A, beds: 4}",
        "wrong_value",
        "changes.0.surge_beds",
        "",
        "open_at_percent or open_at_waiting, and close_at_percent",
    ),
    Wrong(
        "{kind: surge_beds, unit: A, beds: 4, open_at_percent: 80, close_at_percent: 85}",
        "wrong_value",
        "changes.0.surge_beds",
        "",
        "open_at_percent or open_at_waiting, and close_at_percent",
    ),
    Wrong(
        "{kind: hold_beds, unit: A, beds: -1}",
        "wrong_value",
        "changes.0.hold_beds.beds",
        "-1",
        "a whole number >= 0, <= 500",
    ),
    Wrong(
        "{kind: call_off_electives, unit: A}",
        "wrong_value",
        "changes.0.call_off_electives",
        "",
        "wait_hours or at_percent",
    ),
    Wrong(
        "{kind: call_off_electives, unit: A, wait_hours: 2, call_hour: 24}",
        "wrong_value",
        "changes.0.call_off_electives.call_hour",
        "24",
        "a number >= 0, < 24",
    ),
    Wrong(
        "{kind: discharge_delay, share: 12, mean_days: 1}",
        "wrong_value",
        "changes.0.discharge_delay.share",
        "12",
        "a number >= 0, <= 1",
    ),
    Wrong(
        "{kind: discharge_hours, from_hour: 12, to_hour: 9}",
        "wrong_value",
        "changes.0.discharge_hours",
        "",
        "from_hour before to_hour",
    ),
    Wrong(
        "{kind: ambulances, hospital: A, ambulances: 2, serves: [B, 'C D']}",
        "wrong_value",
        "changes.0.ambulances.serves.1",
        "C D",
        "a code of at most 64 letters, digits, dots, dashes or underscores",
    ),
    Wrong(
        "{kind: ambulances, hospital: A, ambulances: 2, serves: B}",
        "wrong_value",
        "changes.0.ambulances.serves",
        "B",
        "a code of at most 64 letters, digits, dots, dashes or underscores",
    ),
    Wrong(
        "{kind: send_to, unit_kind: theatre, after_hours: 1}",
        "wrong_value",
        "changes.0.send_to.unit_kind",
        "theatre",
        "one of: intensive_care, step_down, ward",
    ),
    Wrong(
        "{kind: send_to, unit_kind: ward, after_hours: 8, limit_hours: 4}",
        "wrong_value",
        "changes.0.send_to",
        "",
        "limit_hours not below after_hours",
    ),
    Wrong(
        "{kind: send_to, unit_kind: ward, after_hours: 8, order: farthest}",
        "wrong_value",
        "changes.0.send_to.order",
        "farthest",
        "one of: nearest, nearest_higher, least_occupied",
    ),
    Wrong(
        "{kind: divert_ambulances}",
        "wrong_value",
        "changes.0.divert_ambulances",
        "",
        "queue_from or boarders_from",
    ),
    Wrong(
        "{kind: divert_ambulances, queue_from: 1, by_ambulance: [0.5, 0.5]}",
        "missing_key",
        "changes.0.divert_ambulances.by_ambulance.2",
        "nothing",
        "a number >= 0, <= 1",
    ),
    Wrong(
        (
            "{kind: deaths_while_waiting, waits_for: intensive_care, triage: 2, "
            "mean_hours_to_death: 5}"
        ),
        "wrong_value",
        "changes.0.deaths_while_waiting",
        "",
        "a triage level only for waits_for: cubicle",
    ),
    Wrong(
        (
            "{kind: heat_wave, first_day: 2026-12-02, last_day: 2026-12-01, "
            "excess_percent: 5, admission_probability: 0.1}"
        ),
        "wrong_value",
        "changes.0.heat_wave",
        "",
        "first_day on or before last_day, at most one of hospital and province",
    ),
    Wrong(
        (
            "{kind: heat_wave, first_day: 2026-12-01, last_day: 2026-12-02, "
            "excess_percent: 0, admission_probability: 0.1}"
        ),
        "wrong_value",
        "changes.0.heat_wave.excess_percent",
        "0",
        "a number > 0, <= 1000",
    ),
    Wrong(
        "{kind: length_of_stay, factor: 0.9, unit: A, hospital: B}",
        "wrong_value",
        "changes.0.length_of_stay",
        "",
        "at most one of unit and hospital",
    ),
    Wrong(
        "{kind: length_of_stay, factor: 0.9, unit_kind: theatre}",
        "wrong_value",
        "changes.0.length_of_stay.unit_kind",
        "theatre",
        "one of: intensive_care, step_down, ward",
    ),
    Wrong(
        "{kind: discharge_coordination, reduction_percent: 120}",
        "wrong_value",
        "changes.0.discharge_coordination.reduction_percent",
        "120",
        "a number > 0, <= 100",
    ),
    Wrong(
        "{kind: nurses_absent, percent: 20}",
        "missing_key",
        "changes.0.nurses_absent.first_day",
        "nothing",
        "a date written as 2026-11-23",
    ),
    Wrong(
        "{kind: nurses_absent, percent: 120, first_day: 2026-12-01, last_day: 2026-12-02}",
        "wrong_value",
        "changes.0.nurses_absent.percent",
        "120",
        "a number > 0, <= 100",
    ),
    Wrong(
        "{kind: strike, nurses_percent: 40, first_day: 2026-12-02, last_day: 2026-12-01}",
        "wrong_value",
        "changes.0.strike",
        "",
        "first_day on or before last_day",
    ),
    Wrong(
        "{kind: theatre_sessions, hospital: A, specialty: ent, sessions: 0}",
        "wrong_value",
        "changes.0.theatre_sessions",
        "",
        "sessions other than 0",
    ),
    Wrong(
        "{kind: theatre_sessions, hospital: A, specialty: '', sessions: 1}",
        "wrong_value",
        "changes.0.theatre_sessions.specialty",
        "",
        "some text",
    ),
    Wrong(
        "{kind: open_unit, new_unit: A, like: B, beds: 4, takes_percent: 0}",
        "wrong_value",
        "changes.0.open_unit.takes_percent",
        "0",
        "a number > 0, <= 100",
    ),
    Wrong(
        "{kind: open_unit, new_unit: A, like: B, beds: 4}",
        "missing_key",
        "changes.0.open_unit.takes_percent",
        "nothing",
        "a number > 0, <= 100",
    ),
    Wrong(
        "{kind: close_unit, unit: A, first_day: 2026-12-02, last_day: 2026-12-01}",
        "wrong_value",
        "changes.0.close_unit",
        "",
        "first_day on or before last_day",
    ),
    Wrong(
        "{kind: close_unit, unit: A, to: B}",
        "wrong_value",
        "changes.0.close_unit.to",
        "B",
        "a code of at most 64 letters, digits, dots, dashes or underscores",
    ),
    Wrong(
        "{kind: pool_intensive_care, after_hours: -1}",
        "wrong_value",
        "changes.0.pool_intensive_care.after_hours",
        "-1",
        "a number >= 0, <= 720",
    ),
    Wrong(
        "{kind: medicine_price, factor: 1.1, ven: X}",
        "wrong_value",
        "changes.0.medicine_price.ven",
        "X",
        "one of: V, E, N",
    ),
    Wrong(
        "{kind: medicine_budget, factor: 0.5, budget_mad: 10}",
        "wrong_value",
        "changes.0.medicine_budget",
        "",
        "one of factor and budget_mad",
    ),
    Wrong(
        "{kind: medicine_budget}",
        "wrong_value",
        "changes.0.medicine_budget",
        "",
        "one of factor and budget_mad",
    ),
    Wrong(
        "{kind: lead_time}",
        "wrong_value",
        "changes.0.lead_time",
        "",
        "factor or cv",
    ),
    Wrong(
        "{kind: lead_time, cv: 9}",
        "wrong_value",
        "changes.0.lead_time.cv",
        "9",
        "a number >= 0, <= 3",
    ),
    Wrong(
        "{kind: supplier_disruption, supplier: A, first_day: 2026-12-01}",
        "missing_key",
        "changes.0.supplier_disruption.last_day",
        "nothing",
        "a date written as 2026-11-23",
    ),
    Wrong(
        "{kind: stock_policy}",
        "wrong_value",
        "changes.0.stock_policy",
        "",
        "at least one of review_days, vital_percent,",
    ),
    Wrong(
        "{kind: stock_policy, vital_percent: 100}",
        "wrong_value",
        "changes.0.stock_policy.vital_percent",
        "100",
        "a number >= 0, < 100",
    ),
    Wrong(
        "{kind: stock_policy, review_days: 14.5}",
        "wrong_value",
        "changes.0.stock_policy.review_days",
        "14.5",
        "a whole number >= 1, <= 365",
    ),
    Wrong(
        (
            "{kind: ai_tool, target: everybody, condition_share: 0.1, sensitivity: 0.8, "
            "specificity: 0.8, adoption: 1}"
        ),
        "wrong_value",
        "changes.0.ai_tool.target",
        "everybody",
        "one of: inpatients, emergency_visits",
    ),
    Wrong(
        (
            "{kind: ai_tool, target: inpatients, condition_share: 0.1, sensitivity: 80, "
            "specificity: 0.8, adoption: 1, staff_minutes_per_alert: 1}"
        ),
        "wrong_value",
        "changes.0.ai_tool.sensitivity",
        "80",
        "a number >= 0, <= 1",
    ),
    Wrong(
        (
            "{kind: ai_tool, target: inpatients, condition_share: 0.1, sensitivity: 0.8, "
            "specificity: 0.8, adoption: 1}"
        ),
        "wrong_value",
        "changes.0.ai_tool",
        "",
        "stay_percent_per_hour and transfers_avoided for inpatients",
    ),
    Wrong(
        (
            "{kind: ai_tool, target: emergency_visits, condition_share: 0.1, "
            "sensitivity: 0.8, specificity: 0.8, adoption: 1, transfers_avoided: 0.2}"
        ),
        "wrong_value",
        "changes.0.ai_tool",
        "",
        "stay_percent_per_hour and transfers_avoided for inpatients",
    ),
    Wrong(
        "{kind: ai_forecast, error_percent: 100, adoption: 1}",
        "wrong_value",
        "changes.0.ai_forecast.error_percent",
        "100",
        "a number > 0, < 100",
    ),
]

FILES = {
    "empty": (
        "",
        None,
        Wrong(
            "",
            "empty_file",
            None,
            "an empty file",
            "a YAML file with keys and values, as in the template",
        ),
    ),
    "list": (
        "- a\n",
        1,
        Wrong(
            "",
            "yaml_syntax",
            None,
            "no keys and values",
            "a YAML file with keys and values, as in the template",
        ),
    ),
    "word": (
        "hello\n",
        1,
        Wrong(
            "",
            "yaml_syntax",
            None,
            "no keys and values",
            "a YAML file with keys and values, as in the template",
        ),
    ),
    "two documents": (
        (
            "schema_version: 1\nname: try\nchanges:\n  - {kind: open_beds, unit: A, "
            "beds: 1}\n---\nname: b\n"
        ),
        5,
        Wrong(
            "",
            "yaml_syntax",
            None,
            "but found another document",
            "a YAML file with keys and values, as in the template",
        ),
    ),
    "alias": (
        "a: &x 1\nb: *x\n",
        1,
        Wrong(
            "", "yaml_alias", None, "an anchor or an alias", "plain keys and values, each key once"
        ),
    ),
    "open bracket": (
        "name: [\n",
        2,
        Wrong(
            "",
            "yaml_syntax",
            None,
            "expected the node content, but found '<s",
            "a YAML file with keys and values, as in the template",
        ),
    ),
    "repeated key": (
        "name: a\nname: b\n",
        2,
        Wrong("", "repeated_key", None, "name", "plain keys and values, each key once"),
    ),
    "tab": (
        "name: a\n\tchanges: []\n",
        2,
        Wrong(
            "",
            "yaml_syntax",
            None,
            "found character '\\t' that cannot start a",
            "a YAML file with keys and values, as in the template",
        ),
    ),
    "number key": (
        "1: a\n",
        1,
        Wrong(
            "",
            "yaml_syntax",
            None,
            "a key that is not a word",
            "plain keys and values, each key once",
        ),
    ),
    "deep": (
        "a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n",
        1,
        Wrong("", "yaml_depth", None, "too many levels", "plain keys and values, each key once"),
    ),
    "python tag": (
        "name: !!python/object/apply:os.system [ls]\n",
        1,
        Wrong(
            "",
            "yaml_syntax",
            None,
            "could not determine a constructor for th",
            "a YAML file with keys and values, as in the template",
        ),
    ),
    "control": (
        "name: a\x07\n",
        None,
        Wrong(
            "",
            "yaml_syntax",
            None,
            "the character U+0007",
            "a YAML file with keys and values, as in the template",
        ),
    ),
    "schema 2": (
        "schema_version: 2\nname: a\nchanges:\n  - {kind: pool_intensive_care}\n",
        1,
        Wrong("", "wrong_value", "schema_version", "2", "the value 1"),
    ),
    "no name": (
        "schema_version: 1\nchanges:\n  - {kind: pool_intensive_care}\n",
        None,
        Wrong(
            "",
            "missing_key",
            "name",
            "nothing",
            "a code of at most 64 letters, digits, dots, dashes or underscores",
        ),
    ),
    "name words": (
        "name: two words\nchanges:\n  - {kind: pool_intensive_care}\n",
        1,
        Wrong(
            "",
            "wrong_value",
            "name",
            "two words",
            "a code of at most 64 letters, digits, dots, dashes or underscores",
        ),
    ),
    "unknown key": (
        "name: a\nmood: good\nchanges:\n  - {kind: pool_intensive_care}\n",
        2,
        Wrong(
            "", "unknown_key", "mood", "good", "keys among: schema_version, name, purpose, source,"
        ),
    ),
    "no changes": (
        "name: a\n",
        None,
        Wrong(
            "",
            "wrong_value",
            "changes",
            "",
            "changes, or extends; and one theatre_sessions change for a",
        ),
    ),
    "empty changes": (
        "name: a\nchanges: []\n",
        2,
        Wrong("", "wrong_value", "changes", "", "a list of at least one change"),
    ),
    "changes word": (
        "name: a\nchanges: open_beds\n",
        2,
        Wrong("", "wrong_value", "changes", "open_beds", "a list of at least one change"),
    ),
    "changes map": (
        "name: a\nchanges: {kind: open_beds, unit: A, beds: 1}\n",
        2,
        Wrong("", "wrong_value", "changes", "", "a list of at least one change"),
    ),
    "extends path": (
        "name: a\nextends: ../secret.yaml\n",
        2,
        Wrong(
            "",
            "wrong_value",
            "extends",
            "../secret.yaml",
            "the name of a file of the same folder, such as epidemic_wave.yaml",
        ),
    ),
    "extends absent": (
        "name: a\nextends: absent.yaml\n",
        2,
        Wrong(
            "",
            "extends",
            "extends",
            "absent.yaml, which is not there",
            "the name of a scenario file of the same folder",
        ),
    ),
    "extends itself": (
        "name: a\nextends: scenario.yaml\n",
        2,
        Wrong(
            "",
            "extends",
            "extends",
            "scenarios that extend each other: scenar",
            "a scenario that does not lead back here",
        ),
    ),
    "extends number": (
        "name: a\nextends: 7\n",
        2,
        Wrong(
            "",
            "wrong_value",
            "extends",
            "7",
            "the name of a file of the same folder, such as epidemic_wave.yaml",
        ),
    ),
    "expected indicator": (
        (
            "schema_version: 1\nname: try\nexpected:\n  - {indicator: Boarding hours, "
            "direction: up}\nchanges:\n  - {kind: pool_intensive_care}\n"
        ),
        4,
        Wrong(
            "",
            "wrong_value",
            "expected.0.indicator",
            "Boarding hours",
            "the code of an indicator, such as boarding_hours",
        ),
    ),
    "expected direction": (
        (
            "schema_version: 1\nname: try\nexpected:\n  - {indicator: boarding_hours, "
            "direction: sideways}\nchanges:\n  - {kind: pool_intensive_care}\n"
        ),
        4,
        Wrong("", "wrong_value", "expected.0.direction", "sideways", "one of: up, down, same"),
    ),
    "sessions twice": (
        (
            "schema_version: 1\nname: try\nchanges:\n  - {kind: theatre_sessions, "
            "hospital: A, specialty: ent, sessions: 1}\n  - {kind: theatre_sessions, "
            "hospital: A, specialty: ent, sessions: -1}\n"
        ),
        3,
        Wrong(
            "",
            "wrong_value",
            "changes",
            "",
            "changes, or extends; and one theatre_sessions change for a",
        ),
    ),
}


@pytest.mark.parametrize("wrong", CHANGES, ids=lambda wrong: wrong.change)
def test_a_wrong_change_is_named_with_line_path_cause_and_remedy(
    tmp_path: Path, wrong: Wrong
) -> None:
    problems = problems_of(tmp_path, f"{HEAD}  - {wrong.change}\n")
    (own,) = [one for one in problems if (one.code, one.column) == (wrong.code, wrong.column)]
    assert own.row == CHANGE_LINE
    assert wrong.found in str(own.found)
    assert wrong.expected in str(own.expected)
    assert isinstance(own.expected, Sentence)
    assert str(own.remedy).startswith("Correct this line.")


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_file_is_named_with_line_path_cause_and_remedy(tmp_path: Path, name: str) -> None:
    text, row, wrong = FILES[name]
    (own, *_) = problems_of(tmp_path, text)
    assert (own.code, own.row, own.column) == (wrong.code, row, wrong.column)
    assert wrong.found in str(own.found)
    assert wrong.expected in str(own.expected)
    assert isinstance(own.remedy, Sentence)


def test_there_are_more_than_sixty_of_them() -> None:
    assert len(CHANGES) + len(FILES) > 60


def test_what_is_wrong_in_a_parent_is_told_of_the_parent(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(HEAD + "  - {kind: open_beds, unit: A, beds: 0}\n")
    (own,) = problems_of(tmp_path, "name: child\nextends: parent.yaml\n")
    assert (own.file, own.row) == ("parent.yaml", CHANGE_LINE)


def test_scenarios_that_extend_each_other_in_a_ring_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("name: a\nextends: scenario.yaml\n")
    (own,) = problems_of(tmp_path, "name: b\nextends: a.yaml\n")
    assert "scenario.yaml → a.yaml → scenario.yaml" in str(own.found)
    assert own.file == "a.yaml"


def test_more_parents_than_anybody_follows_are_refused(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"s{number}.yaml").write_text(f"name: s\nextends: s{number + 1}.yaml\n")
    (own,) = problems_of(tmp_path, "name: b\nextends: s0.yaml\n")
    assert "one on the other" in str(own.found)


def test_a_child_adds_to_its_parent_and_keeps_its_words(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text(
        "purpose: why\nsource: where\nexpected: [{indicator: boarding_hours, direction: up}]\n"
        + HEAD
        + "  - {kind: open_beds, unit: A, beds: 2}\n"
    )
    child = tmp_path / "child.yaml"
    child.write_text(
        "name: child\nextends: parent.yaml\nsource: elsewhere\nchanges:\n"
        "  - {kind: open_beds, unit: B, beds: 3}\n"
    )
    found = read_scenario(child)
    assert [(one.unit, one.beds) for one in found.changes] == [("A", 2), ("B", 3)]  # type: ignore[union-attr]
    assert (found.name, found.purpose, found.source) == ("child", "why", "elsewhere")
    assert found.expected == ()
