"""What-ifs from a file: every fault at once, the forecast of record untouched, the twin fed."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from application.forecast_words import explanation_sentence, gain_sentence, what_if_parts
from application.language import Language, Translator
from application.store.frames import forecast_result
from application.use_cases.explain_forecast import explain_one
from application.use_cases.forecast_demand import (
    ForecastRequest,
    ForecastSet,
    forecast_chosen,
    series_asked,
)
from application.use_cases.forecast_what_if import WhatIfForecasts, forecast_what_if
from application.use_cases.read_results import latest_forecast_run
from application.use_cases.read_what_if import read_what_if
from application.use_cases.session import Session
from application.use_cases.simulate import TwinDesign, starting_point
from application.use_cases.write_forecast import write_forecasts
from forecasting.covariate_gain import Gain
from forecasting.what_if import KINDS
from hospital.errors import GstError, InvalidInput, Problem, Sentence, UnknownPlace
from hospital.forecast import Period, SeriesKey, SeriesKind
from hospital.twin_result import Indicator

pytestmark = pytest.mark.integration

HEAD = "schema_version: 1\nname: Hiver dur\neffects:\n"
WAVE = (
    "  - {kind: epidemic_wave, name: Grippe, first_day: 2026-11-20, peak_day: 2026-11-26, "
    "peak_share: 0.5, high_factor: 1.5}\n"
)
REQUEST = ForecastRequest(horizon_days=7)


def written(folder: Path, text: str) -> Path:
    file = folder / "what_if.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    return file


def under(session: Session, folder: Path, text: str, **changes: object) -> WhatIfForecasts:
    return forecast_what_if(session, REQUEST.but(**changes), read_what_if(written(folder, text)))


def problems_of(folder: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInput) as refused:
        read_what_if(written(folder, text))
    return refused.value.problems


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        ("{kind: epidemic, name: A}", "effects.0", "epidemic_wave, stated_wave, early_warning"),
        (WAVE.strip(" -\n").replace("0.5", "0"), "effects.0.epidemic_wave.peak_share", "> 0"),
        (WAVE.strip(" -\n").replace("11-26", "11-02"), "effects.0.epidemic_wave", "peak_day"),
        (
            "{kind: stated_wave, name: A, first_day: 2026-11-23, weekly_shares: [0.1, x]}",
            "effects.0.stated_wave.weekly_shares.1",
            "a number",
        ),
        (
            "{kind: early_warning, name: A, file: a.csv, lead_days: 0}",
            "effects.0.early_warning.lead_days",
            "whole number >= 1",
        ),
        (
            "{kind: early_warning, name: A, file: a.csv, lead_days: 7, counts: [visit]}",
            "effects.0.early_warning.counts.0",
            "visits, admissions, referrals, consumption",
        ),
    ],
)
def test_a_wrong_effect_is_named_with_its_line_and_what_would_be_right(
    tmp_path: Path, line: str, column: str, expected: str
) -> None:
    found = [each for each in problems_of(tmp_path, f"  - {line}\n") if each.column == column]
    assert len(found) == 1
    assert found[0].row == 4
    assert expected in str(found[0].expected)
    assert isinstance(found[0].expected, Sentence)


def test_all_wrong_effects_are_told_at_once_and_so_are_two_of_one_name(tmp_path: Path) -> None:
    several = "  - {kind: epidemic, name: A}\n  - {kind: stated_wave, name: B}\n"
    assert len(problems_of(tmp_path, several)) == 3
    (twice,) = problems_of(tmp_path, WAVE + WAVE)
    assert "name of their own" in twice.expected


def test_all_faults_of_all_tables_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "day,value\n2026-11-02,3\n3 nov,4\n2026-11-04,x\n2026-11-02,9\n", encoding="utf-8"
    )
    warning = "  - {{kind: early_warning, name: {0}, file: {0}.csv, lead_days: 7}}\n"
    found = problems_of(tmp_path, warning.format("a") + warning.format("b"))
    places = {(each.file, each.row, each.column) for each in found}
    assert places == {
        ("a.csv", 3, "day"),
        ("a.csv", 4, "value"),
        ("a.csv", 5, "day"),
        ("b.csv", None, None),
    }


def test_the_forecast_of_record_stays_and_the_what_if_is_not_kept(
    session: Session, tmp_path: Path
) -> None:
    run = latest_forecast_run(session)
    before = forecast_chosen(session, REQUEST)
    found = under(session, tmp_path, WAVE)
    assert latest_forecast_run(session) == run
    assert found.run != found.ordinary.run
    again = {one.key: one for one in forecast_chosen(session, REQUEST).forecasts}
    for one in before.forecasts:
        assert again[one.key].sample_paths.tobytes() == one.sample_paths.tobytes()
        assert not again[one.key].what_if
    assert {one.what_if for one in found.forecasts} == {("Grippe",)}
    assert all(one.backtest is None for one in found.forecasts)
    with pytest.raises(GstError, match="what_if_is_no_forecast"):
        forecast_result(found.forecasts)


def test_only_what_is_changed_and_asked_for_is_shown(session: Session, tmp_path: Path) -> None:
    found = under(session, tmp_path, WAVE)
    assert {one.key.kind for one in found.forecasts} == {SeriesKind.VISITS}
    (alone,) = under(session, tmp_path, WAVE, series=("visits:GST",)).forecasts
    (total,) = [one for one in found.forecasts if one.key.is_total]
    assert alone.sample_paths.tolist() == total.sample_paths.tolist()
    parts = [one.sample_paths for one in found.forecasts if not one.key.is_total]
    assert total.sample_paths == pytest.approx(np.sum(parts, axis=0))


def test_what_changes_nothing_and_unknown_hospitals_are_refused(
    session: Session, tmp_path: Path
) -> None:
    with pytest.raises(GstError, match="what_if_changes_nothing"):
        under(session, tmp_path, WAVE.replace("2026-11", "2025-11"))
    with pytest.raises(UnknownPlace):
        under(session, tmp_path, WAVE.replace("peak_share", "hospital: NOWHERE, peak_share"))


def test_the_same_file_and_seed_give_the_same_bytes(session: Session, tmp_path: Path) -> None:
    asked = {"series": ("visits:HP-SEA",)}
    one, again = (under(session, tmp_path, WAVE, **asked) for _ in range(2))
    assert one.run == again.run
    for left, right in zip(one.forecasts, again.forecasts, strict=True):
        assert left.sample_paths.tobytes() == right.sample_paths.tobytes()


def test_the_twin_takes_a_what_if_as_any_forecast(session: Session, tmp_path: Path) -> None:
    """The visits that come to the twin rise as the what-if says."""
    from twin import simulation  # noqa: PLC0415 - loads SimPy

    found = under(session, tmp_path, WAVE.replace("0.5,", "1.5,"))
    start = starting_point(session, TwinDesign(horizon_days=7, replications=8))
    visits = []
    for forecasts in (found.ordinary.forecasts, found.forecasts):
        demand = dict(ForecastSet("", forecasts).visits_by_hospital())
        result = simulation.simulate(session.gst, start.parameters, start.plan, demand)
        rows = result.indicators
        is_visits = (rows["indicator"] == Indicator.VISITS) & (rows["place"] == "")
        visits.append(float(rows.loc[is_visits, "value"].mean()))
    ordinary, raised = (
        sum(float(one.mean.sum()) for one in forecasts if one.key.hospital)
        for forecasts in (found.ordinary.forecasts, found.forecasts)
    )
    assert raised > 1.3 * ordinary
    assert visits[1] / visits[0] == pytest.approx(raised / ordinary, rel=0.1)


def flu_calls(session: Session, folder: Path) -> None:
    """Weekly calls from before the history to after the forecast, assumed to rise."""
    (series, *_) = series_asked(session, REQUEST, session.gst.identity.as_of)
    first = series.first_day - timedelta(days=14)
    weeks = (session.gst.identity.as_of - first).days // 7 + 4
    values = 100 + 80 * np.sin(2 * np.pi * np.arange(weeks) / 52.18)
    with (folder / "calls.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["day", "value"])
        rows.writerows(
            [first + timedelta(days=7 * week), round(value, 1)]
            for week, value in enumerate(values.tolist())
        )


WARNING = (
    "  - {kind: early_warning, name: Appels, file: calls.csv, lead_days: 7, every_days: 7, "
    "hospital: HP-SEA}\n"
)


@pytest.mark.slow
def test_an_early_warning_is_learnt_where_it_speaks_and_its_gain_is_told(
    session: Session, tmp_path: Path
) -> None:
    flu_calls(session, tmp_path)
    found = under(session, tmp_path, WARNING + WAVE, series=("visits:*",))
    by_place = {one.key.hospital: one for one in found.forecasts}
    assert by_place["HP-SEA"].what_if == ("Appels", "Grippe")
    assert by_place["CHR-KEN"].what_if == ("Grippe",)
    assert set(by_place[""].what_if) == {"Appels", "Grippe"}
    assert set(what_if_parts(by_place["HP-SEA"])) == {"Appels", "Grippe"}
    (gain,) = found.gains
    assert gain.key == by_place["HP-SEA"].key
    assert gain.origins == 26
    parts = [by_place[name].sample_paths for name in ("HP-SEA", "CHR-KEN")]
    assert by_place[""].sample_paths == pytest.approx(np.sum(parts, axis=0))


@pytest.mark.slow
def test_an_early_warning_that_ends_too_early_is_refused(session: Session, tmp_path: Path) -> None:
    flu_calls(session, tmp_path)
    rows = (tmp_path / "calls.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "calls.csv").write_text("\n".join(rows[:-9]) + "\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        under(session, tmp_path, WARNING, series=("visits:*",))
    assert {each.code for each in refused.value.problems} == {
        "warning_without_past",
        "warning_without_future",
    }


@pytest.mark.parametrize("language", Language)
def test_the_reason_of_a_day_names_the_wave(
    session: Session, tmp_path: Path, language: Language
) -> None:
    found = under(session, tmp_path, WAVE, series=("visits:HP-SEA",))
    (series,) = series_asked(session, REQUEST.but(series=("visits:HP-SEA",)), date(2026, 11, 23))
    explained = explain_one(session, series, found.forecasts[0])
    said = explanation_sentence(
        Translator(language), session.calendar, explained.explanations[3], Period.DAY
    )
    assert "Grippe" in said


@pytest.mark.parametrize(
    ("error", "said"),
    [(0.5, "plus petite"), (0.99, "tout aussi grande"), (1.5, "n’annonçait rien")],
)
def test_a_gain_is_told_in_words(error: float, said: str) -> None:
    gain = Gain(SeriesKey(SeriesKind.VISITS, "A"), ("Appels",), 7, 26, 1.0, error)
    assert said in gain_sentence(Translator(Language.FRENCH), gain)


def test_a_file_of_a_what_if_says_what_it_is(session: Session, tmp_path: Path) -> None:
    found = under(session, tmp_path, WAVE, series=("visits:HP-SEA",))
    for name, forecasts in (("what", found.forecasts), ("record", found.ordinary.forecasts)):
        write_forecasts(ForecastSet(found.run, forecasts), tmp_path / f"{name}.csv")
    what, record = (
        (tmp_path / f"{name}.csv").read_text().splitlines() for name in ("what", "record")
    )
    assert what[0] == record[0] + ",what_if"
    assert all(row.endswith(",Grippe") for row in what[1:])


def test_the_documented_what_if_is_read_with_every_kind_of_effect(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs" / "forecasting.md").read_text(encoding="utf-8")
    file = tmp_path / "hard_winter.yaml"
    file.write_text(text.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    (tmp_path / "calls.csv").write_text("day,value\n2026-11-16,3\n", encoding="utf-8")
    stated = read_what_if(file)
    assert {type(effect) for effect in stated.what_if.effects} == set(KINDS)
    assert stated.readings["Influenza calls"] == {date(2026, 11, 16): 3.0}
