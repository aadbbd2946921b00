"""Which law the lengths of stay follow, unit by unit, and how well: the goodness-of-fit report.

The rule: **log-normal, unless another law is clearly better.** Gamma or Weibull takes its place
where its AIC is at least 10 lower (no support is left for the worse model: Burnham and Anderson
2002, section 2.6) and it also lies closer to Kaplan and Meier's survival. The observed lengths
themselves are taken only where every law misplaces more than a tenth of the patients somewhere,
at least 200 stays have ended, and at most a fifth still run.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields, replace

import numpy as np
import pandas as pd

from hospital.history import AdmissionKind
from hospital.tables import Col
from twin.stay_history import HAS_ENDED, HOURS, StayHistory
from twin.stay_laws import (
    StayLaw,
    StaySample,
    cv_of,
    fit_empirical,
    fit_gamma,
    fit_log_normal,
    fit_weibull,
    survival,
    with_moments,
)

MINIMUM_STAYS = 30
"""Below this many ended stays no law is fitted."""

CLEARLY_BETTER_AIC = 10.0
FAR_DISTANCE = 0.10
ENOUGH_FOR_EMPIRICAL = 200
MOST_CENSORED_FOR_EMPIRICAL = 0.20
KOLMOGOROV_1_PERCENT = 1.628
"""Distance times root of stays that a law of the same stays exceeds in less than 1 case of 100.

Exact for a law fixed beforehand; a fitted law lies closer, so that a rejection here is certain
and a law that is not rejected may still be wrong (Lilliefors 1967).
"""

PARAMETERS = 2
EVERY_KIND = ""


@dataclass(frozen=True, slots=True)
class StayFit:
    """One law against the stays of one group.

    ``aic`` and ``bic`` are those of the maximum of likelihood; ``distance`` is the largest gap
    to Kaplan and Meier's survival of the law as it is used (with the observed mean where few
    stays still run), and ``rejected`` whether it is too large at 1 %. An empirical law has
    none of them: it is the observed survival.
    """

    law: StayLaw
    stays: int
    censored_share: float
    mean_hours: float
    cv: float
    aic: float
    bic: float
    distance: float
    rejected: bool
    chosen: bool = False


def stay_fits(sample: StaySample) -> tuple[StayFit, ...]:
    """Log-normal, gamma, Weibull and empirical, with the one that the rule chooses."""
    fits = [_fit(sample, *fit(sample)) for fit in (fit_log_normal, fit_gamma, fit_weibull)]
    fits.append(_observed(sample))
    best = _choice(sample, fits)
    return tuple(replace(one, chosen=at == best) for at, one in enumerate(fits))


def stay_law(sample: StaySample) -> StayLaw:
    """The law that the rule chooses for these stays."""
    return next(one.law for one in stay_fits(sample) if one.chosen)


def as_used(law: StayLaw, sample: StaySample) -> StayLaw:
    """The law with the observed mean where few stays still run."""
    mean_hours = sample.observed_mean_hours
    return law if mean_hours is None else with_moments(law, mean_hours, cv_of(law))


def _fit(sample: StaySample, law: StayLaw, log_likelihood: float) -> StayFit:
    used = as_used(law, sample)
    distance = survival(sample).distance(used)
    size = sample.hours.size
    return StayFit(
        law=used,
        stays=size,
        censored_share=sample.censored_share,
        mean_hours=used.mean_hours,
        cv=cv_of(used),
        aic=2 * PARAMETERS - 2 * log_likelihood,
        bic=PARAMETERS * math.log(size) - 2 * log_likelihood,
        distance=distance,
        rejected=distance > KOLMOGOROV_1_PERCENT / math.sqrt(sample.ended.size),
    )


def _observed(sample: StaySample) -> StayFit:
    law = fit_empirical(sample)
    return StayFit(
        law=law,
        stays=sample.hours.size,
        censored_share=sample.censored_share,
        mean_hours=law.mean_hours,
        cv=cv_of(law),
        aic=math.nan,
        bic=math.nan,
        distance=math.nan,
        rejected=False,
    )


def _choice(sample: StaySample, fits: list[StayFit]) -> int:
    """The place of the chosen law among log-normal, others and, last, empirical."""
    usual, *others = fits[:-1]
    best = min(others, key=lambda one: one.aic)
    is_better = usual.aic - best.aic >= CLEARLY_BETTER_AIC and best.distance < usual.distance
    chosen = best if is_better else usual
    is_far = all(one.distance > FAR_DISTANCE for one in fits[:-1])
    is_known = (
        sample.ended.size >= ENOUGH_FOR_EMPIRICAL
        and sample.censored_share <= MOST_CENSORED_FOR_EMPIRICAL
    )
    return len(fits) - 1 if is_far and is_known else fits.index(chosen)


def sample_of(stays: pd.DataFrame) -> StaySample:
    """The stays of a ``StayHistory``, or some of them."""
    return StaySample(
        stays[HOURS].to_numpy(dtype=np.float64), stays[HAS_ENDED].to_numpy(dtype=np.bool_)
    )


def stay_fit_report(history: StayHistory, units: tuple[str, ...]) -> pd.DataFrame:
    """Every law for every unit, and for each kind of admission that has enough stays there.

    Columns: unit, kind (empty for all stays of the unit, which are those that the twin uses),
    law, stays, censored_share, mean_hours, cv, aic, bic, distance, rejected, chosen.
    """
    rows = []
    for unit in units:
        own = history.of_unit(unit)
        of_kind = own[Col.KIND].astype(str)
        groups = {EVERY_KIND: own} | {kind.value: own[of_kind == kind] for kind in AdmissionKind}
        for kind, stays in groups.items():
            if stays[HAS_ENDED].sum() >= MINIMUM_STAYS:
                rows += [_row(unit, kind, fit) for fit in stay_fits(sample_of(stays))]
    columns = [Col.UNIT, Col.KIND, *(one.name for one in fields(StayFit))]
    return pd.DataFrame(rows, columns=columns)


def _row(unit: str, kind: str, fit: StayFit) -> dict[str, object]:
    return {Col.UNIT: unit, Col.KIND: kind, **asdict(fit), "law": fit.law.kind}
