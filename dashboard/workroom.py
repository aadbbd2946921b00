"""What all visits share: the database, the current GST, stored results, the board of jobs.

Results are kept under the hash of all that they depend on, so they never go stale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from application.compute import Serial, Silent, Workers
from application.jobs.board import JobBoard
from application.store.audit import head
from application.store.database import Database
from application.store.snapshots import Snapshot, current_snapshot
from application.use_cases import read_results
from application.use_cases.decide import find_recommendation
from application.use_cases.forecast_background import ForecastBackground, forecast_background
from application.use_cases.forecast_by_hour import hours_behind
from application.use_cases.publishing import order_in_force, transfers_in_force
from application.use_cases.session import Session as GstSession
from application.use_cases.session import make_home
from application.use_cases.uploads import check_upload
from hospital.errors import GstError
from hospital.forecast import DemandForecast

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from application.folder.reading import FolderReport
    from application.folder.uploads import Upload
    from application.settings import Settings
    from application.use_cases.beds_now import BedsNow
    from application.use_cases.forecast_demand import ForecastSet
    from application.use_cases.read_results import StoredComparison
    from hospital.hourly_forecast import HourlyForecast
    from hospital.roster import Roster
    from hospital.stock_plan import StockPlan, TransferPlan
    from hospital.theatre_plan import TheatrePlan
    from hospital.twin_result import TwinResult

KEPT_GSTS, KEPT_UPLOADS, KEPT_RESULTS, KEPT_ANSWERS = 3, 2, 16, 128
Answer = TypeVar("Answer")


def current_gst(settings: Settings) -> GstSession | None:
    """The GST that was imported last, from this page or from any command; None if none was."""
    make_home(settings)
    try:
        snapshot = current_snapshot(_database(settings.database_url))
    except GstError as error:
        if error.code == "no_gst":
            return None
        raise
    return _gst_session(settings, snapshot)


@st.cache_resource(max_entries=KEPT_GSTS, show_spinner=False)
def job_board(settings: Settings) -> JobBoard:
    """The jobs of a home; what an earlier server left waiting goes on."""
    board = JobBoard(settings, _database(settings.database_url))
    board.resume()
    return board


@st.cache_resource(max_entries=KEPT_GSTS, show_spinner=False)
def _database(url: str) -> Database:
    return Database(url)


@st.cache_resource(
    max_entries=KEPT_GSTS,
    show_spinner=False,
    hash_funcs={Snapshot: lambda snapshot: snapshot.snapshot},
)
def _gst_session(settings: Settings, snapshot: Snapshot) -> GstSession:
    """A session for reading: it starts no process."""
    session = GstSession(settings, _database(settings.database_url), Workers(Serial(), Silent()))
    session.snapshot = snapshot
    return session


@st.cache_resource(max_entries=KEPT_UPLOADS, show_spinner=False)
def checked_upload(key: str, _uploads: Sequence[Upload]) -> FolderReport:
    """What was found in the files with this hash; checked once, while they are looked at."""
    del key  # the cache goes by it
    return check_upload(_uploads)


@st.cache_resource(max_entries=KEPT_RESULTS, show_spinner=False)
def forecast(_session: GstSession, run: str) -> ForecastSet:
    """A stored forecast."""
    return read_results.read_forecast(_session, run)


@st.cache_resource(
    max_entries=KEPT_RESULTS,
    show_spinner=False,
    hash_funcs={DemandForecast: lambda forecast: str(forecast.key)},
)
def background(_session: GstSession, run: str, forecast: DemandForecast) -> ForecastBackground:
    """What stands behind one forecast of a run."""
    del run  # the cache goes by it
    return forecast_background(_session, forecast)


@st.cache_resource(
    max_entries=KEPT_RESULTS,
    show_spinner=False,
    hash_funcs={DemandForecast: lambda forecast: str(forecast.key)},
)
def hours(_session: GstSession, run: str, forecast: DemandForecast) -> HourlyForecast | None:
    """The hours of one forecast of a run."""
    return hours_behind(_session, run, forecast)


@st.cache_resource(max_entries=KEPT_RESULTS, show_spinner=False)
def twin(_session: GstSession, run: str) -> TwinResult:
    """A stored run of the twin."""
    return read_results.read_twin(_session, run)


@st.cache_resource(max_entries=KEPT_RESULTS, show_spinner=False)
def beds(_session: GstSession, run: str) -> BedsNow:
    """A stored forecast of beds."""
    return read_results.read_beds(_session, run)


@st.cache_resource(max_entries=KEPT_RESULTS, show_spinner=False)
def comparison(_session: GstSession, run: str) -> StoredComparison:
    """A stored comparison."""
    return read_results.read_comparison(_session, run)


@st.cache_resource(max_entries=KEPT_RESULTS, show_spinner=False)
def roster(_session: GstSession, run: str) -> Roster:
    """A stored roster."""
    return read_results.read_roster(_session, run)


@st.cache_resource(max_entries=KEPT_RESULTS, show_spinner=False)
def theatre_plan(_session: GstSession, run: str) -> TheatrePlan:
    """A stored theatre plan."""
    return read_results.read_theatre_plan(_session, run)


@st.cache_resource(max_entries=KEPT_RESULTS, show_spinner=False)
def order(_session: GstSession, run: str) -> StockPlan:
    """A stored order proposal."""
    return read_results.read_order(_session, run)


@st.cache_resource(max_entries=KEPT_RESULTS, show_spinner=False)
def order_as_decided(_session: GstSession, run: str, decisions: int) -> StockPlan:
    """An order after so many decisions: with the changes of the last where it is published."""
    return order_in_force(_session, find_recommendation(_session, run))


@st.cache_resource(max_entries=KEPT_ANSWERS, show_spinner=False)
def worked_out(run: str, what: str, _work: Callable[[], Answer]) -> Answer:
    """What follows from a stored result alone; ``what`` names it among all that follow."""
    del run, what  # the cache goes by them
    return _work()


def state_of_record(session: GstSession) -> str:
    """Changes with every decision: names answers that depend on what was decided so far."""
    last = head(session.database)
    return "" if last is None else last.hash


@st.cache_resource(max_entries=KEPT_RESULTS, show_spinner=False)
def transfers_as_decided(_session: GstSession, run: str, decisions: int) -> TransferPlan:
    """Transfers after so many decisions: with the changes of the last where they are published."""
    return transfers_in_force(_session, find_recommendation(_session, run))


@st.cache_resource(max_entries=KEPT_RESULTS, show_spinner=False)
def transfers(_session: GstSession, run: str) -> TransferPlan:
    """Stored transfers, as they were proposed."""
    return read_results.read_transfers(_session, run)


@st.cache_resource(max_entries=KEPT_RESULTS, show_spinner=False)
def kept(_session: GstSession, run: str, _read: Callable[[GstSession, str], Answer]) -> Answer:
    """A stored answer of any other kind; a run has one kind, so it alone names the answer."""
    return _read(_session, run)
