"""A forecast says nothing that was not asked, and leaves no file behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

# As a person would run it: no filter of the tests, no handler of theirs, every warning shown.
FORECASTS = """
import tempfile
from datetime import date
from pathlib import Path
import joblib
import numpy as np
from forecasting.gst import forecast_all
from forecasting.plan import ForecastPlan
from forecasting.series import Series
from hospital.calendar import MoroccanCalendar
from hospital.forecast import Period, SeriesKey, SeriesKind

def on_two_processes(function, tasks, label):
    return joblib.Parallel(n_jobs=2)(joblib.delayed(function)(task) for task in tasks)

def series(hospital, period, mean, length):
    counts = np.random.default_rng(1).poisson(mean, length).astype(float)
    first = period.start(date(2023, 11, 20))
    return Series(SeriesKey(SeriesKind.VISITS, hospital), first, counts, period)

everything = [
    series("A", Period.DAY, 90, 800), series("B", Period.WEEK, 90, 150),
    series("C", Period.MONTH, 90, 34), series("D", Period.MONTH, 0.4, 34),
]
plan = ForecastPlan(date(2026, 9, 1), backtest_origins=1)
made = forecast_all(everything, plan, MoroccanCalendar.load(), on_two_processes)
print(len(made), *(file for file in Path(tempfile.gettempdir()).rglob("*") if file.is_file()))
"""


def test_four_forecasts_on_two_processes_say_nothing_and_leave_nothing(tmp_path: Path) -> None:
    """No file while the processes live, no folder once they have ended, not a word on stderr."""
    ran = subprocess.run(
        [sys.executable, "-W", "default", "-c", FORECASTS],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split() == ["4"]
    assert ran.stderr == ""
    assert list(tmp_path.iterdir()) == []
