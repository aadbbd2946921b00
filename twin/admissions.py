"""Admissions that follow the stays: triage says who is likelier, the stays say how many.

A triage table is rounded by hand and stands for every hospital of its level; the stays are
counted. Odds of admission (and of intensive care, given admission) are shifted by one factor for
all levels of a hospital, so that the expected emergency admissions to its wards and to its
intensive care are those of the stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hospital.gst import Gst
from hospital.history import AdmissionKind
from hospital.places import UnitKind
from twin.laws import Floats
from twin.network import neighbours
from twin.parameters import HospitalParameters, Note, TriageParameters
from twin.stay_fit import MINIMUM_STAYS
from twin.stay_history import StayHistory

CRITICAL = (UnitKind.INTENSIVE_CARE,)

WIDEST_SHIFT = 12.0
"""Largest shift of a logarithm of odds: 1 in 160,000 becomes an even chance."""

AGREEMENT = 0.02
"""Share of the admissions of the stays that the shifted triage may miss before it is noted."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Emergency admissions to a hospital [per week]."""

    ward: float
    intensive_care: float

    @property
    def total(self) -> float:
        """Both kinds."""
        return self.ward + self.intensive_care


def expected(hospital: HospitalParameters) -> Admitted:
    """Admissions that triage and visits imply, when who needs a bed does not leave."""
    shares, admitted, intensive = _columns(hospital.triage)
    visits = sum(hospital.hourly_visits)
    critical = float((shares * admitted * intensive).sum())
    return Admitted(visits * (float((shares * admitted).sum()) - critical), visits * critical)


def follow_the_stays(
    gst: Gst,
    hospitals: tuple[HospitalParameters, ...],
    stays: StayHistory,
    notes: list[Note],
) -> tuple[HospitalParameters, ...]:
    """The hospitals whose expected emergency admissions are those of the stays.

    A hospital without wards (or intensive care) sends its patients to the nearest linked one that
    has them; first stays there that began by a transfer are shared among such senders as their
    triage implies. Hospitals with fewer than ``MINIMUM_STAYS`` such stays keep their triage.
    """
    counts = _Counts(gst, stays, {one.hospital: expected(one) for one in hospitals})
    adjusted = []
    for hospital in hospitals:
        target = counts.target(hospital.hospital)
        if not hospital.triage or target.total * stays.weeks < MINIMUM_STAYS:
            adjusted.append(hospital)
            continue
        before = counts.implied[hospital.hospital].total / target.total
        notes.append(Note(code="admissions_follow_stays", place=hospital.hospital, found=before))
        adjusted.append(follow_stays(hospital, target))
        after = expected(adjusted[-1]).total / target.total
        if abs(after - 1) > AGREEMENT:
            notes.append(Note(code="admissions_disagree", place=hospital.hospital, found=after))
    return tuple(adjusted)


@dataclass(frozen=True, slots=True)
class _Counts:
    """First stays by hospital and kind of unit, and whose patients they were."""

    gst: Gst
    stays: StayHistory
    implied: Mapping[str, Admitted]

    def target(self, hospital: str) -> Admitted:
        return Admitted(self._ward(hospital), self._of_kind(hospital, "intensive_care", CRITICAL))

    def _ward(self, hospital: str) -> float:
        return self._of_kind(hospital, "ward", (UnitKind.WARD, UnitKind.STEP_DOWN))

    def _of_kind(self, hospital: str, name: str, kinds: tuple[UnitKind, ...]) -> float:
        receiver = self._receiver(hospital, kinds[0])
        if receiver is None:
            return 0.0
        own = self.stays.of_hospital(receiver)
        if receiver == hospital:
            return len(own.first_stays(AdmissionKind.EMERGENCY, *kinds)) / self.stays.weeks
        sent = len(own.first_stays(AdmissionKind.TRANSFER, *kinds)) / self.stays.weeks
        senders = [
            getattr(self.implied[one], name)
            for one in self.implied
            if one != receiver and self._receiver(one, kinds[0]) == receiver
        ]
        total = sum(senders)
        return sent * getattr(self.implied[hospital], name) / total if total else 0.0

    def _receiver(self, hospital: str, kind: UnitKind) -> str | None:
        places = (hospital, *neighbours(self.gst, hospital))
        return next((one for one in places if self.gst.units_of(one, kind)), None)


def follow_stays(hospital: HospitalParameters, target: Admitted) -> HospitalParameters:
    """The hospital whose expected admissions are these, as far as probabilities allow."""
    shares, admitted, intensive = _columns(hospital.triage)
    visits = sum(hospital.hourly_visits)
    if not visits or not target.total:
        return hospital
    admitted = _shifted(shares, admitted, target.total / visits)
    intensive = _shifted(shares * admitted, intensive, target.intensive_care / visits)
    return hospital.but(
        triage=tuple(
            row.but(admission_probability=float(p), intensive_care_probability=float(q))
            for row, p, q in zip(hospital.triage, admitted, intensive, strict=True)
        )
    )


def _columns(triage: Sequence[TriageParameters]) -> tuple[Floats, Floats, Floats]:
    rows = [
        (row.share, row.admission_probability, row.intensive_care_probability) for row in triage
    ]
    shares, admitted, intensive = np.array(rows, dtype=np.float64).reshape(-1, 3).T
    return shares, admitted, intensive


def _shifted(weights: Floats, chances: Floats, target: float) -> Floats:
    """Chances with their odds times one factor, so that the weighted sum is ``target``."""
    if target <= 0:
        return np.zeros_like(chances)
    if target >= weights.sum():
        return np.ones_like(chances)
    if not (chances * weights).any():
        return np.full_like(chances, target / weights.sum())

    from scipy.optimize import brentq  # noqa: PLC0415 - only a calibration needs it

    def moved(shift: float) -> Floats:
        factor = np.exp(shift)
        return np.asarray(chances * factor / (1 - chances + chances * factor))

    def missed(shift: float) -> float:
        return float((weights * moved(shift)).sum()) - target

    if missed(-WIDEST_SHIFT) >= 0 or missed(WIDEST_SHIFT) <= 0:
        return np.clip(chances * target / float((weights * chances).sum()), 0.0, 1.0)
    return moved(float(brentq(missed, -WIDEST_SHIFT, WIDEST_SHIFT, xtol=1e-12)))
