"""What may be asked of the forecast: some series, a past day, its record, its reasons, a file."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from application.folder.reading import GstData
from application.forecast_words import (
    drift_sentence,
    explanation_sentence,
    finding_sentence,
    verdict,
)
from application.language import Language, Translator
from application.settings import load_settings
from application.use_cases.backtest_forecast import LEAST_ORIGINS, backtest_forecast
from application.use_cases.explain_forecast import explain_forecast
from application.use_cases.folders import import_data
from application.use_cases.forecast_by_hour import forecast_by_hour
from application.use_cases.forecast_demand import (
    ForecastRequest,
    forecast_chosen,
    forecast_demand,
)
from application.use_cases.read_results import latest_forecast_run
from application.use_cases.session import Session, open_session
from application.use_cases.watch_drift import watch_drift
from application.use_cases.write_forecast import require_format, write_forecasts
from hospital.drift import DriftState
from hospital.errors import GstError, NotEnoughHistory
from hospital.forecast import BacktestCard, DataFinding, Period, Severity
from hospital.tables import Col

pytestmark = [pytest.mark.integration, pytest.mark.slow]

ONE = ("visits:HP-SEA",)
AS_OF = date(2026, 3, 9)


def request(**changes: object) -> ForecastRequest:
    return ForecastRequest(series=ONE, horizon_days=7).but(**changes)


def test_one_series_alone_is_the_one_of_the_whole(session: Session) -> None:
    """Which others are asked for with it changes no figure."""
    (alone,) = forecast_chosen(session, request()).forecasts
    whole = {one.key: one for one in forecast_demand(session, 7).forecasts}
    assert alone.sample_paths.tolist() == whole[alone.key].sample_paths.tolist()


def test_a_total_is_the_sum_of_its_hospitals_alone_or_in_the_whole(session: Session) -> None:
    (alone,) = forecast_chosen(session, request(series=("visits:GST",))).forecasts
    whole = forecast_demand(session, 7).forecasts
    (total,) = [one for one in whole if one.key == alone.key]
    hospitals = [one.mean for one in whole if one.key.of_the_gst == alone.key != one.key]
    assert alone.mean.tolist() == np.sum(hospitals, axis=0).tolist() == total.mean.tolist()
    assert alone.sample_paths.tolist() == total.sample_paths.tolist()


def test_a_total_is_explained_and_watched(session: Session) -> None:
    asked = request(series=("visits:GST",))
    (explained,) = explain_forecast(session, asked)
    assert len(explained.explanations) == asked.horizon_days
    (watched,) = watch_drift(session, asked)
    assert watched.key.is_total


def test_the_record_of_a_total_is_that_of_the_sums_of_its_hospitals(session: Session) -> None:
    """Each past day says what the total would have been as of that day, to the last bit."""
    (record,) = backtest_forecast(session, request(series=("visits:GST",)))
    assert record.key.is_total
    assert record.card.origins == LEAST_ORIGINS
    day, score = record.scores[-1]
    assert score is not None
    assert score.forecast is not None
    then = request(series=("visits:GST",), as_of=day)
    (said,) = forecast_chosen(session, then).forecasts
    assert score.forecast.mean.tolist() == said.mean.tolist()
    with_hospitals = backtest_forecast(session, request(series=("visits:*",)))
    assert with_hospitals[-1].card == record.card
    (forecast,) = forecast_chosen(session, request(series=("visits:GST",))).forecasts
    assert forecast.backtest == record.card


def test_the_hours_of_a_day_add_up_to_the_day(session: Session) -> None:
    (hours,) = forecast_by_hour(session, request())
    (days,) = forecast_chosen(session, request()).forecasts
    own = [hours.mean[where].sum() for where in hours.hours_of_days().values()]
    assert own == pytest.approx(days.mean.tolist())
    with pytest.raises(GstError, match="no_hours"):
        forecast_by_hour(session, request(series=("admissions:*",)))


def test_a_question_about_one_series_is_not_the_forecast_of_the_pages(session: Session) -> None:
    whole = latest_forecast_run(session)
    asked = forecast_chosen(session, request(as_of=AS_OF))
    assert asked.run != whole
    assert latest_forecast_run(session) == whole


def test_a_stored_answer_is_the_answer_findings_included(session: Session) -> None:
    (made,) = forecast_chosen(session, request(horizon_days=3)).forecasts
    (read,) = forecast_chosen(session, request(horizon_days=3)).forecasts
    assert (read.key, read.findings, read.warnings) == (made.key, made.findings, made.warnings)
    assert read.mean.tolist() == made.mean.tolist()


def test_as_of_never_sees_the_future(session: Session, tmp_path: Path) -> None:
    """Ten times as many visits from that day on change nothing that is said of it."""
    (told,) = forecast_chosen(session, request(as_of=AS_OF)).forecasts
    visits = session.data.history.visits
    later = visits[Col.HOUR] >= pd.Timestamp(AS_OF)
    changed = visits.assign(**{Col.VISITS: visits[Col.VISITS].where(~later, 10)})
    history = replace(session.data.history, visits=changed)
    settings = load_settings({"TADBIR_HOME": str(tmp_path), "TADBIR_PROCESSES": "1"})
    with open_session(settings) as other:
        import_data(other, GstData(session.gst, history))
        (again,) = forecast_chosen(other, request(as_of=AS_OF)).forecasts
        (now,) = forecast_chosen(other, request()).forecasts
    assert told.first_day == AS_OF
    assert again.quantiles.tolist() == told.quantiles.tolist()
    assert again.mean.mean() * 2 < now.mean.mean()  # the change was there to be seen


def test_a_day_long_after_the_history_is_refused(session: Session) -> None:
    with pytest.raises(GstError, match="as_of_too_late"):
        forecast_chosen(session, request(as_of=date(2031, 1, 1)))


def test_a_day_before_the_history_is_refused(session: Session) -> None:
    first = pd.to_datetime(session.data.history.visits[Col.HOUR]).min().date()
    with pytest.raises(NotEnoughHistory):
        forecast_chosen(session, request(as_of=first + timedelta(days=30)))


def test_a_record_rests_on_past_days_one_horizon_apart(session: Session) -> None:
    (record,) = backtest_forecast(session, request())
    days = [day for day, _ in record.scores]
    as_of = session.gst.identity.as_of
    assert days == [as_of - timedelta(days=7 * back) for back in range(LEAST_ORIGINS, 0, -1)]
    scores = [score for _, score in record.scores if score is not None]
    assert record.card.origins == len(scores) == LEAST_ORIGINS
    assert record.card.mase == pytest.approx(np.mean([score.mase for score in scores]))
    assert record.wins == sum(score.mase < score.naive_mase for score in scores)


def test_five_past_days_prove_nothing(session: Session) -> None:
    with pytest.raises(GstError, match="too_few_origins"):
        backtest_forecast(session, request(), LEAST_ORIGINS - 1)


def test_parts_add_up_to_what_is_expected(session: Session) -> None:
    (found,) = explain_forecast(session, request())
    for explained, mean in zip(found.explanations, found.forecast.mean, strict=True):
        assert explained.ordinary + sum(explained.parts.values()) == pytest.approx(mean)
        assert explained.low <= explained.mean <= explained.high


def test_a_day_of_the_forecast_is_found_and_another_refused(session: Session) -> None:
    (found,) = explain_forecast(session, request())
    as_of = session.gst.identity.as_of
    assert found.of_day(as_of + timedelta(days=6)).day == as_of + timedelta(days=6)
    for day in (as_of - timedelta(days=1), as_of + timedelta(days=7)):
        with pytest.raises(GstError, match="day_not_forecast"):
            found.of_day(day)


def test_drift_is_watched_up_to_the_day_and_not_beyond(session: Session, tmp_path: Path) -> None:
    """Visits that triple from March on are a break seen from April, and nothing seen from March."""
    visits = session.data.history.visits
    later = visits[Col.HOUR] >= pd.Timestamp(AS_OF)
    changed = visits.assign(
        **{Col.VISITS: visits[Col.VISITS].where(~later, 3 * visits[Col.VISITS])}
    )
    history = replace(session.data.history, visits=changed)
    (known,) = watch_drift(session, request(as_of=AS_OF))
    settings = load_settings({"TADBIR_HOME": str(tmp_path), "TADBIR_PROCESSES": "1"})
    with open_session(settings) as other:
        import_data(other, GstData(session.gst, history))
        (eve,) = watch_drift(other, request(as_of=AS_OF))
        (seen,) = watch_drift(other, request(as_of=AS_OF + timedelta(days=21)))
    assert eve.states == known.states
    assert seen.state is DriftState.BREAK
    assert AS_OF <= seen.alarms[-1] < AS_OF + timedelta(days=21)
    assert seen.since is not None
    assert "no longer the one" in drift_sentence(Translator(Language.ENGLISH), seen)
    assert "no longer" not in drift_sentence(Translator(Language.ENGLISH), known)


@pytest.mark.parametrize(
    ("language", "weekday", "usual"),
    [
        (Language.FRENCH, "lundi", "un lundi ordinaire"),
        (Language.ENGLISH, "Monday", "an ordinary Monday"),
        (Language.ARABIC, "الاثنين", "يوم عادي من أيام"),
    ],
)
def test_reasons_are_said_in_three_languages(
    session: Session, language: Language, weekday: str, usual: str
) -> None:
    (found,) = explain_forecast(session, request())
    said = explanation_sentence(
        Translator(language), session.calendar, found.explanations[0], Period.DAY
    )
    assert weekday in said
    assert usual in said


@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet"])
def test_a_file_holds_every_period_to_the_last_bit(
    session: Session, tmp_path: Path, suffix: str
) -> None:
    found = forecast_chosen(session, request())
    file = tmp_path / f"visits{suffix}"
    write_forecasts(found, file)
    readers = {
        ".csv": lambda: pd.DataFrame(
            list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
        ),
        ".json": lambda: pd.DataFrame(json.loads(file.read_text(encoding="utf-8"))),
        ".parquet": lambda: pd.read_parquet(file),
    }
    frame = readers[suffix]()
    (forecast,) = found.forecasts
    assert frame["mean"].astype(float).tolist() == forecast.mean.tolist()
    assert frame["p90"].astype(float).tolist() == forecast.quantile(0.9).tolist()
    assert [one.name for one in tmp_path.iterdir()] == [file.name]


def test_another_format_is_refused_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(GstError, match="unknown_format"):
        require_format(tmp_path / "visits.docx")


def card(mase: float, coverage: float) -> BacktestCard:
    return BacktestCard(6, mase, 1.0, 10.0, coverage)


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (card(0.7, 0.8), "30 % smaller"),
        (card(1.2, 0.8), "20 % larger"),
        (card(0.98, 0.8), "No better"),
        (card(0.7, 0.8), "can be trusted"),
        (card(0.7, 0.6), "too narrow"),
        (card(0.7, 0.95), "too wide"),
    ],
)
def test_a_record_is_judged_in_words(shown: BacktestCard, said: str) -> None:
    assert said in verdict(Translator(Language.ENGLISH), shown)


def test_a_finding_says_what_where_and_what_to_do() -> None:
    finding = DataFinding(
        "missing_periods",
        Severity.WARNING,
        date(2026, 3, 2),
        date(2026, 3, 4),
        3,
        "import_missing_periods",
    )
    assert finding_sentence(Translator(Language.FRENCH), finding) == (
        "du 2 mars 2026 au 4 mars 2026 : Rien n’a été compté. Importez ces jours s’ils existent."
    )
