"""The smallest number of beds with which a unit refuses no more than a stated share.

Refusals fall as beds are added, so halving an interval of bed numbers finds the edge. Each number
is replayed until the interval of its share excludes the target, or until replications run out.
The error is shared out among all looks (Bonferroni), so that the number found is right with at
least the stated confidence where every look was sure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, log, log2

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from hospital.errors import GstError, say

Counts = npt.NDArray[np.float64]
Observe = Callable[[int, range], Counts]
"""Patients refused and patients who asked with so many beds, shape (replications, 2)."""

FEWEST_REPLICATIONS = 2


@dataclass(frozen=True, slots=True)
class BedQuestion:
    """How often a unit may refuse, and between which bed numbers the answer is looked for.

    ``target`` is the share of those who ask. ``start`` replications are run first and as many as
    were done before are added, up to ``at_most``.
    """

    target: float
    most: int
    fewest: int = 1
    confidence: float = 0.95
    start: int = 20
    at_most: int = 640

    @property
    def looks(self) -> int:
        """How often the search may look at an interval, at most."""
        numbers = 1 + ceil(log2(max(self.most - self.fewest + 1, 2)))
        return numbers * (1 + ceil(log2(max(self.at_most / self.start, 1))))

    @property
    def error_of_a_look(self) -> float:
        """Probability with which one interval may miss, on either side."""
        return (1 - self.confidence) / self.looks


@dataclass(frozen=True, slots=True)
class Tried:
    """One number of beds: the share refused and its interval, and what was concluded.

    ``is_sure`` says whether the interval excludes the target; else ``meets`` is only the share
    found beside the target.
    """

    beds: int
    replications: int
    share: float
    low: float
    high: float
    meets: bool
    is_sure: bool


@dataclass(frozen=True, slots=True)
class SmallestBeds:
    """The answer, none where even the most beds refuse too many; and every number tried, in order.

    ``is_sure`` holds where every look that decided excludes the target.
    """

    beds: int | None
    tried: tuple[Tried, ...]
    is_sure: bool


def smallest_beds(observe: Observe, question: BedQuestion) -> SmallestBeds:
    """Halves the bed numbers until one is left.

    Raises:
        GstError: ``bad_bed_question`` for a question that has no answer, ``nobody_asks`` where no
            patient asks for a bed of the unit.
    """
    check_question(question)
    tried: list[Tried] = []
    too_few, enough = question.fewest - 1, question.most
    tried.append(_try(observe, question, enough))
    if not tried[0].meets:
        return SmallestBeds(None, tuple(tried), tried[0].is_sure)
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        tried.append(_try(observe, question, middle))
        if tried[-1].meets:
            enough = middle
        else:
            too_few = middle
    return SmallestBeds(enough, tuple(tried), all(one.is_sure for one in tried))


def check_question(question: BedQuestion) -> None:
    """Refuses what has no answer.

    Raises:
        GstError: ``bad_bed_question``.
    """
    if not 0 < question.target < 1:
        raise _bad(say("a share to refuse of {share}", share=question.target), say("0 < share < 1"))
    if not 1 <= question.fewest <= question.most:
        found = say("beds from {fewest} to {most}", fewest=question.fewest, most=question.most)
        raise _bad(found, say("from at least 1 to no fewer than that"))
    if not 0 < question.confidence < 1:
        raise _bad(
            say("a confidence of {share}", share=question.confidence), say("0 < confidence < 1")
        )
    if not FEWEST_REPLICATIONS <= question.start <= question.at_most:
        raise _bad(
            say("{count} replications at most", count=question.at_most),
            say("at least the {count} of the start, two or more", count=question.start),
        )


def _bad(found: str, expected: str) -> GstError:
    return GstError(
        "bad_bed_question",
        say(
            "The question has {found}; expected {expected}. Correct it and ask again.",
            found=found,
            expected=expected,
        ),
    )


def _try(observe: Observe, question: BedQuestion, beds: int) -> Tried:
    counts = observe(beds, range(question.start))
    while True:
        found = _judged(counts, question, beds)
        done = len(counts)
        if found.is_sure or done >= question.at_most:
            return found
        more = observe(beds, range(done, min(2 * done, question.at_most)))
        counts = np.vstack([counts, more])


def _judged(counts: Counts, question: BedQuestion, beds: int) -> Tried:
    """The ratio of the means and its interval by linearisation (Law 2015, section 9.4.3)."""
    replications = len(counts)
    refused, asked = counts.sum(axis=0)
    if not asked:
        raise GstError(
            "nobody_asks",
            say("No patient asks for a bed of this unit; name another unit or more days."),
        )
    share = float(refused / asked)
    error = question.error_of_a_look
    residuals = counts[:, 0] - share * counts[:, 1]
    spread = float(np.sqrt((residuals**2).sum() / (replications - 1) / replications))
    quantile = float(stdtrit(replications - 1, 1 - error / 2))
    unseen = -log(error / 2) / float(asked)
    half = max(quantile * spread * replications / float(asked), unseen)
    return Tried(
        beds=beds,
        replications=replications,
        share=share,
        low=max(share - half, 0.0),
        high=min(share + half, 1.0),
        meets=share <= question.target,
        is_sure=abs(share - question.target) > half,
    )
