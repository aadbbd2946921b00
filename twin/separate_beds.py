"""Beds of a real GST by sex, age and isolation, with the patients who come to each unit."""

from __future__ import annotations

from collections import Counter

from hospital.gst import Gst
from hospital.history import History
from hospital.tables import Col
from twin.parameters import HospitalParameters, TwinParameters, UnitPeople
from twin.stay_fit import MINIMUM_STAYS
from twin.stay_history import StayHistory, read_stays

ISOLATION_SHARE_HYPOTHESIS = 0.05
"""Share of inpatients who need a bed for isolation: contact precautions of multiresistant germs and
of transmissible disease are ordered for a few percent of inpatients. No Moroccan figure found."""


def with_separate_beds(gst: Gst, history: History, parameters: TwinParameters) -> TwinParameters:
    """The twin in which a patient lies only in a bed that is for him, by the table of beds.

    Who comes to a unit has the sexes and ages of the unit's own stays, where it has enough of
    them: a maternity admits women. Numbers of patients and their stays remain.
    """
    stays = read_stays(gst, history.stays)
    units = tuple(
        unit.but(separates_beds=True, isolation_share=ISOLATION_SHARE_HYPOTHESIS)
        for unit in parameters.units
    )
    hospitals = tuple(_with_people(gst, one, stays) for one in parameters.hospitals)
    return parameters.but(units=units, hospitals=hospitals)


def _with_people(gst: Gst, hospital: HospitalParameters, stays: StayHistory) -> HospitalParameters:
    groups = [(one.province, one.sex.value, one.age_group.value) for one in hospital.people]
    found = []
    for unit in gst.units_of(hospital.hospital):
        own = stays.of_unit(unit.unit)[[Col.PROVINCE, Col.SEX, Col.AGE_GROUP]].astype(str)
        counts = Counter(own.itertuples(index=False, name=None))
        weights = tuple(float(counts[group]) for group in groups)
        if sum(weights) >= MINIMUM_STAYS:
            found.append(UnitPeople(unit=unit.unit, weights=weights))
    return hospital.but(people_by_unit=tuple(found))
