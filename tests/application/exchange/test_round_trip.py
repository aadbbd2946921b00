"""Simulate, export, import: the same census at every hour for every unit, the same bed history."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from application.exchange.simulated import recorded, simulated_visits
from application.exchange.visits import Visit, Wards, stays_of
from application.fhir.importing import import_fhir
from application.fhir.people import SiteKey
from application.folder.reading import GstData
from application.folder.writing import conformed, frame_of_rows
from application.use_cases.exchange import Format, after_run, read_adt_folder, write_visits
from hospital.gst import Gst, GstIdentity, UnitCosts
from hospital.history import History, Stay, VisitCount
from hospital.places import Bed, Hospital, HospitalLevel, TransferLink, TriagePath, Unit, UnitKind
from hospital.tables import BY_NAME
from tests.cases import quick_first
from twin.calibration import calibrate
from twin.census_history import census_counts
from twin.indicators import Measure, hourly_census
from twin.parameters import TwinParameters
from twin.run_plan import RunPlan, Start
from twin.simulation import Prepared, prepare

pytestmark = pytest.mark.integration

KEY = b"a secret of sixteen bytes or more"
AS_OF = date(2026, 11, 23)
KINDS = {
    "ED": (UnitKind.EMERGENCY, 7),
    "ICU": (UnitKind.INTENSIVE_CARE, 3),
    "SDU": (UnitKind.STEP_DOWN, 2),
    "MED": (UnitKind.WARD, 40),
    "SUR": (UnitKind.WARD, 34),
}
IDENTITY = GstIdentity(
    schema_version=1,
    gst="GST-X",
    name="Essai",
    region="Oriental",
    synthetic=False,
    as_of=AS_OF,
    medicine_budget_mad=0,
    costs=UnitCosts(
        nurse_hour_mad=1,
        agency_nurse_hour_mad=1,
        physician_hour_mad=1,
        transfer_km_mad=1,
        holding_percent_per_year=1,
        source="essai",
    ),
)


def tight_district(hospitals: str = "ABC") -> Gst:
    """Hospitals in a chain with too few cubicles and beds: queues, boarding, transfers."""
    units = [(code, name) for code in hospitals for name in KINDS]
    return Gst(
        identity=IDENTITY,
        hospitals=tuple(
            Hospital(
                hospital=code,
                name=f"Hôpital {code}",
                level=HospitalLevel.PROVINCIAL,
                province=f"Province {code}",
                population=200_000,
            )
            for code in hospitals
        ),
        units=tuple(
            Unit(
                unit=f"{code}_{name}",
                hospital=code,
                kind=KINDS[name][0],
                specialty="general",
                name=name,
                physicians=3,
                beds_per_nurse=6,
                mean_stay_hours=80,
                stay_cv=1.2,
                cost_per_bed_day_mad=1,
            )
            for code, name in units
        ),
        beds=tuple(
            Bed(bed=f"{code}_{name}.{number:02d}", unit=f"{code}_{name}", isolation=number == 0)
            for code, name in units
            for number in range(KINDS[name][1])
        ),
        links=tuple(
            TransferLink(origin=one, destination=two, distance_km=40, travel_minutes=40)
            for one, two in pairwise(hospitals)
        ),
        triage=tuple(
            TriagePath(
                hospital=code,
                triage=level,
                share=share,
                admission_probability=admission,
                intensive_care_probability=0.1,
                consult_minutes=minutes,
                consult_cv=0.6,
                tests_minutes=2 * minutes,
                tests_cv=0.7,
            )
            for code in hospitals
            for level, share, admission, minutes in (
                (1, 0.05, 0.9, 45),
                (2, 0.15, 0.6, 30),
                (3, 0.4, 0.25, 20),
                (4, 0.4, 0.08, 12),
            )
        ),
    )


def census_of_today(gst: Gst) -> pd.DataFrame:
    """Patients who fill the wards of A, and lie beyond its beds in medicine."""
    beds = [bed for bed in gst.beds if bed.unit in {"A_MED", "A_SUR"}]
    units = [*(bed.unit for bed in beds), "A_MED", "A_MED"]
    stays = [
        Stay(
            patient=f"real-{number}",
            unit=unit,
            admitted_at=pd.Timestamp(2026, 11, 1 + number % 22, 10, 7, number % 60),
            kind="emergency",
            sex="female" if number % 2 else "male",
            age_group="65+",
            province="Province A",
            outcome="present",
        )
        for number, unit in enumerate(units)
    ]
    return conformed(BY_NAME["stays"], frame_of_rows(BY_NAME["stays"], stays))


def with_visits(parameters: TwinParameters, per_hour: float) -> TwinParameters:
    hospitals = tuple(
        one.but(hourly_visits=(per_hour,) * len(one.hourly_visits)) for one in parameters.hospitals
    )
    return parameters.but(hospitals=hospitals)


@dataclass(frozen=True)
class Replayed:
    gst: Gst
    prepared: Prepared
    visits: list[Visit]

    @property
    def after(self) -> Gst:
        return after_run(self.gst, self.prepared.run)

    @property
    def stays(self) -> pd.DataFrame:
        wards = Wards.of(self.gst)
        rows = [stay for visit in self.visits for stay in stays_of(visit, wards)]
        return conformed(BY_NAME["stays"], frame_of_rows(BY_NAME["stays"], rows))

    def census(self) -> np.ndarray:
        """The census of the twin itself at every hour, shape (hours, units)."""
        prepared, run = self.prepared, self.prepared.run
        measure = Measure(prepared.network, prepared.measure.people, 0.0, run.end_hours)
        return hourly_census(measure, prepared.replay(0)).T

    def census_of(self, stays: pd.DataFrame) -> np.ndarray:
        run, network = self.prepared.run, self.prepared.network
        hours = pd.date_range(run.opening_day, periods=round(run.end_hours), freq="h")
        return census_counts(stays, [unit.unit for unit in network.units], hours)


def replayed(start: Start, first_day: date = AS_OF, horizon_days: int = 5) -> Replayed:
    gst = tight_district().but(identity=IDENTITY.but(as_of=first_day))
    stays = pd.DataFrame(columns=list(Stay.model_fields))
    if start is Start.CENSUS:
        stays = census_of_today(gst)
    visits = pd.DataFrame(columns=list(VisitCount.model_fields))
    parameters = with_visits(
        calibrate(gst, History(visits, stays, pd.DataFrame(), pd.DataFrame())), 5.0
    )
    warmup = 0 if start is Start.CENSUS else 4
    plan = RunPlan(
        first_day=first_day,
        horizon_days=horizon_days,
        warmup_days=warmup,
        replications=1,
        seed=3,
        start=start,
    )
    prepared = prepare(gst, parameters, plan)
    return Replayed(gst, prepared, simulated_visits(gst, prepared, 0))


@pytest.fixture(scope="module", params=quick_first([Start.CENSUS, Start.EMPTY]))
def run(request: pytest.FixtureRequest) -> Replayed:
    return replayed(request.param)


Back = Callable[[Replayed, Path], GstData]


def by_adt(run: Replayed, folder: Path) -> GstData:
    write_visits(folder, run.after, run.visits, Format.ADT)
    report = read_adt_folder(folder)
    assert [str(problem) for problem in report.findings.problems] == []
    assert report.data is not None
    return report.data


def by_fhir(run: Replayed, folder: Path) -> GstData:
    write_visits(folder, run.after, run.visits, Format.FHIR)
    report = import_fhir(folder, run.after.identity, KEY)
    assert set(report.left_out) <= {("Patient", "without_a_stay")}
    return report.data


@pytest.mark.parametrize("back", [by_adt, by_fhir])
def test_the_census_is_the_same_at_every_hour_in_every_unit(
    run: Replayed, back: Back, tmp_path: Path
) -> None:
    stays = back(run, tmp_path).history.stays
    counted = run.census_of(stays)
    census = run.census()
    since = 0 if run.prepared.run.start is Start.EMPTY else round(run.prepared.run.warmup_hours)
    assert census.sum() > 1000
    assert (census.max(axis=0) > 0).all()
    np.testing.assert_array_equal(counted[since:], census[since:])


@pytest.mark.parametrize("back", [by_adt, by_fhir])
def test_every_stay_comes_back_with_its_bed_its_times_and_its_outcome(
    run: Replayed, back: Back, tmp_path: Path
) -> None:
    stays, sent = back(run, tmp_path).history.stays, run.stays
    if back is by_fhir:
        key = SiteKey(KEY)
        sent = sent.assign(patient=[key.pseudonym(code) for code in sent["patient"]])
    sent = conformed(BY_NAME["stays"], sent)
    pd.testing.assert_frame_equal(stays.reset_index(drop=True), sent)
    assert set(sent["outcome"]) == {"home", "moved", "transferred", "died", "present"}
    assert set(sent["kind"]) >= {"emergency", "transfer"}


def test_the_places_come_back_and_the_run_is_marked_synthetic(
    run: Replayed, tmp_path: Path
) -> None:
    gst = by_fhir(run, tmp_path).gst
    kinds = {unit.unit: (unit.hospital, unit.kind) for unit in run.gst.units}
    assert {unit.unit: (unit.hospital, unit.kind) for unit in gst.units} == kinds
    assert set(gst.beds) == set(run.gst.beds)
    assert gst.identity.synthetic
    assert not run.gst.identity.synthetic


@pytest.mark.parametrize("back", [by_adt, by_fhir])
def test_every_arrival_comes_back_in_its_hour(run: Replayed, back: Back, tmp_path: Path) -> None:
    visits = back(run, tmp_path).history.visits
    came = [visit for visit in run.visits if visit.registered_at is not None]
    assert visits["visits"].sum() == len(came) > 500
    one = came[len(came) // 2]
    hour = pd.Timestamp(one.registered_at).floor("h")
    same = [
        visit
        for visit in came
        if visit.hospital == one.hospital and pd.Timestamp(visit.registered_at).floor("h") == hour
    ]
    here = visits[(visits["hospital"] == one.hospital) & (visits["hour"] == hour)]
    assert here["visits"].tolist() == [len(same)]


def test_a_census_that_lost_a_stay_is_found_out(run: Replayed) -> None:
    stays = run.stays
    longest = (stays["left_at"] - stays["admitted_at"]).idxmax()
    assert (run.census_of(stays.drop(index=longest)) != run.census_of(stays)).any()


def test_nobody_of_the_census_is_named(tmp_path: Path) -> None:
    run = replayed(Start.CENSUS)
    for kind in Format:
        folder = tmp_path / kind
        folder.mkdir()
        write_visits(folder, run.after, run.visits, kind)
        texts = [file.read_text(encoding="utf-8") for file in folder.iterdir()]
        assert len(texts) > 2
        assert not any("real-" in text for text in texts)


def test_patients_beyond_the_beds_are_in_the_unit_without_a_bed() -> None:
    stays = replayed(Start.CENSUS).stays
    first = pd.Timestamp(AS_OF)
    there = stays[(stays["unit"] == "A_MED") & (stays["admitted_at"] < first)]
    there = there[there["left_at"].isna() | (there["left_at"] > first)]
    assert len(there) == KINDS["MED"][1] + 2
    assert there["bed"].isna().sum() == 2


@pytest.mark.parametrize("back", [by_adt, by_fhir])
def test_the_hour_that_the_clock_skips_loses_nobody(back: Back, tmp_path: Path) -> None:
    """On 14 March 2027 at the end of Ramadan 2:00 becomes 3:00 in Morocco (tzdata)."""
    run = replayed(Start.EMPTY, date(2027, 3, 13), horizon_days=2)
    counted, census = run.census_of(back(run, tmp_path).history.stays), run.census()
    skipped = 5 * 24 + 2
    keeps = np.arange(len(census)) != skipped
    np.testing.assert_array_equal(counted[keeps], census[keeps])


def test_a_moment_counts_at_a_whole_hour_exactly_as_in_the_twin() -> None:
    opening = pd.Timestamp(2026, 11, 23)
    for hours in (np.nextafter(5.0, 0.0), 5.0, np.nextafter(5.0, 9.0), 5 + 1e-7, 4.99999):
        is_there = recorded(opening, float(hours)) <= pd.Timestamp(2026, 11, 23, 5)
        assert is_there == (hours <= 5.0)
