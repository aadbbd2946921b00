"""Compares two runs of the twin on the same random numbers: paired differences with intervals."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from hospital.errors import GstError, say
from hospital.tables import Col
from hospital.twin_result import Indicator, TwinResult

CONFIDENCE = 0.95
BASELINE, SCENARIO, DIFFERENCE = "baseline", "scenario", "difference"
LOW, HIGH, SHARE_LOWER, SHARE_EQUAL = "low", "high", "share_lower", "share_equal"
NONE_WITHOUT_A_RULE = ("_per_day", Indicator.AMBULANCE_WAIT.value)
"""How the names end of what is zero where no rule makes it: counts, and the wait for an ambulance,
since without a fleet none is ever short."""

KEYS = [Col.INDICATOR, Col.PLACE, Col.GROUP]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A scenario against the baseline, replication by replication.

    ``differences``: columns indicator, place, group, baseline, scenario, difference, low, high
    (95 % interval of the mean difference), share_lower and share_equal (shares of the pairs
    in which the scenario is lower than, or exactly equal to, the baseline), one row for each
    indicator, place and group.
    """

    scenario: str
    replications: int
    differences: pd.DataFrame

    def row(self, indicator: str, place: str = "", group: str = "") -> pd.Series[float]:
        """The paired difference of one indicator at one place. KeyError if there is none."""
        frame = self.differences
        own = frame[
            (frame[Col.INDICATOR] == indicator)
            & (frame[Col.PLACE] == place)
            & (frame[Col.GROUP] == group)
        ]
        if own.empty:
            raise KeyError(indicator, place, group)
        return own.iloc[0]


def compare(name: str, baseline: TwinResult, scenario: TwinResult) -> Comparison:
    """Paired differences of every indicator that both runs have.

    What one of them never measured and no rule there makes is zero (``NONE_WITHOUT_A_RULE``).

    The interval is Student's t on the paired differences (Law 2015, Simulation Modeling and
    Analysis, section 10.2.1), valid because replication ``r`` of both runs uses the same
    random numbers.

    Raises:
        GstError: the runs differ in seed, replications or period, so nothing is paired.
    """
    _refuse_unpaired(baseline, scenario)
    one, two = baseline.indicators, scenario.indicators
    found = paired(name, _with_zeros(one, two), _with_zeros(two, one))
    return replace(found, replications=baseline.replications)


def paired(name: str, baseline: pd.DataFrame, scenario: pd.DataFrame) -> Comparison:
    """Paired differences of indicator rows, replication by replication, where both have one."""
    index = [*KEYS, Col.REPLICATION]
    pairs = pd.concat(
        {
            BASELINE: baseline.set_index(index)[Col.VALUE],
            SCENARIO: scenario.set_index(index)[Col.VALUE],
        },
        axis=1,
        join="inner",
    ).dropna()
    replications = baseline[Col.REPLICATION].nunique()
    return Comparison(name, replications, _summary(pairs))


def _with_zeros(own: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """These rows, and a zero for what only the other run has a rule for."""
    lacking = ~other[Col.INDICATOR].isin(own[Col.INDICATOR].unique())
    missing = other[lacking & other[Col.INDICATOR].str.endswith(NONE_WITHOUT_A_RULE)]
    return pd.concat([own, missing.assign(**{Col.VALUE: 0.0})]) if len(missing) else own


def _refuse_unpaired(baseline: TwinResult, scenario: TwinResult) -> None:
    def design(result: TwinResult) -> tuple[int, int, int, int]:
        return (result.seed, result.replications, result.horizon_days, result.warmup_days)

    if design(baseline) != design(scenario):
        raise GstError(
            "runs_not_paired",
            say(
                "The two runs differ in seed, replications, horizon or warm-up ({baseline} "
                "against {scenario}). Run both again with the same settings.",
                baseline=design(baseline),
                scenario=design(scenario),
            ),
        )


def _summary(pairs: pd.DataFrame) -> pd.DataFrame:
    pairs = pairs.assign(**{DIFFERENCE: pairs[SCENARIO] - pairs[BASELINE]})
    pairs[SHARE_LOWER] = (pairs[DIFFERENCE] < 0).astype(float)
    pairs[SHARE_EQUAL] = (pairs[DIFFERENCE] == 0).astype(float)
    grouped = pairs.groupby(level=KEYS, sort=True)
    summary = grouped.mean()
    spread = grouped[DIFFERENCE].agg(["std", "count"])
    half_width = half_widths(spread["std"].to_numpy(), spread["count"].to_numpy())
    summary[LOW] = summary[DIFFERENCE] - half_width
    summary[HIGH] = summary[DIFFERENCE] + half_width
    columns = [BASELINE, SCENARIO, DIFFERENCE, LOW, HIGH, SHARE_LOWER, SHARE_EQUAL]
    return summary[columns].reset_index()


def half_widths(
    standard_deviation: np.ndarray[tuple[int], np.dtype[np.float64]],
    pairs: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Half of the 95 % interval of a mean of so many pairs; unknown (NaN) for a single pair."""
    freedom = np.maximum(pairs - 1, 1)
    quantile = stdtrit(freedom, (1 + CONFIDENCE) / 2)
    return np.where(pairs > 1, quantile * standard_deviation / np.sqrt(pairs), np.nan)
