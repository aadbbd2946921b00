"""How often a planted deviation is found, and how often a fair model is accused."""

from __future__ import annotations

import numpy as np

from benchmarks.bars import Bar, at_least, at_most
from governance.equity import Cases, EquityVerdict, equity_report

TRIALS, CASES, FEW = 100, 1_500, 20
PLANTED = 0.10


def trial(seed: int, cases: int, planted: float) -> EquityVerdict:
    """The verdict on a group of so many cases with a planted deviation, beside nine times more."""
    chance = np.random.default_rng([seed, cases, int(1000 * planted)])
    own = chance.gamma(4.0, 0.25 * (1 + planted), cases)
    others = chance.gamma(4.0, 0.25, 9 * cases)
    labels = ("own",) * cases + ("others",) * (9 * cases)
    errors = tuple(np.concatenate([own, others]).tolist())
    report = equity_report(
        Cases(metric="error", errors=errors, weights=(1.0,) * len(errors), groups={"g": labels}),
        seed=seed,
        resamples=500,
    )
    return next(group.verdict for group in report.groups if group.group == "own")


def share(cases: int, planted: float, verdict: EquityVerdict) -> float:
    """Of a hundred trials, those with this verdict."""
    return sum(trial(seed, cases, planted) is verdict for seed in range(TRIALS)) / TRIALS


def bars() -> list[Bar]:
    """What the measure of equity has to reach. Errors are gamma with a spread of half the mean."""
    return [
        at_least(
            "equity: +12 % on 1500 cases called unfair",
            share(CASES, 0.12, EquityVerdict.UNFAIR),
            0.9,
        ),
        at_least(
            "equity: +10 % on 5000 cases called unfair",
            share(5_000, PLANTED, EquityVerdict.UNFAIR),
            0.9,
        ),
        at_most(
            "equity: no deviation, 1500 cases called unfair",
            share(CASES, 0.0, EquityVerdict.UNFAIR),
            0.05,
        ),
        at_least(
            "equity: +10 % on 20 cases inconclusive",
            share(FEW, PLANTED, EquityVerdict.INCONCLUSIVE),
            1.0,
        ),
    ]
