"""A small GST folder that is right, written by hand, for tests to break in one place each."""

from collections.abc import Callable
from pathlib import Path

import pytest

from application.folder.reading import FolderReport, inspect_folder

GST_YAML = """\
schema_version: 1
gst: GST-TEST
name: Groupement d'essai
region: Rabat-Salé-Kénitra
synthetic: true
as_of: 2026-11-23
medicine_budget_mad: 250000.5
costs:
  nurse_hour_mad: 60
  agency_nurse_hour_mad: 110
  physician_hour_mad: 160
  transfer_km_mad: 8
  holding_percent_per_year: 15
  source: hypothèse
"""

TABLES = {
    "hospitals": """\
hospital,name,level,province,population
CHR-01,"Centre hospitalier régional, Salé",chr,Salé,900000
HP-02,Hôpital de proximité,hp,Khémisset,120000
""",
    "units": """\
unit,hospital,kind,specialty,name,physicians,beds_per_nurse,mean_stay_hours,stay_cv,cost_per_bed_day_mad
BLOC,CHR-01,theatre,surgery,Bloc,2,1,3,0.5,0
MED,CHR-01,ward,medicine,Médecine,3,8,96,0.9,700
PHARM,CHR-01,pharmacy,pharmacy,Pharmacie,0,1,1,1,0
URG,CHR-01,emergency,emergency,Urgences,2,6,4,1,300
""",
    "beds": """\
bed,unit,sex,isolation,paediatric
MED-01,MED,any,false,false
MED-02,MED,female,true,false
URG-01,URG,any,false,true
""",
    "links": """\
origin,destination,distance_km,travel_minutes
CHR-01,HP-02,62.5,55
""",
    "triage": """\
hospital,triage,share,admission_probability,intensive_care_probability,consult_minutes,consult_cv,tests_minutes,tests_cv
CHR-01,1,0.1,0.8,0.3,40,0.5,60,0.5
CHR-01,2,0.9,0.1,0,12,0.5,0,0.5
""",
    "shifts": """\
shift,name,start_hour,length_hours,is_night
J,Jour,8,12,false
N,Nuit,20,12,true
""",
    "staff": """\
staff,name,unit,skill,grade,contract_percent,nights_allowed
S1,Infirmier 1,MED,general_nurse,senior,100,true
""",
    "leave": """\
staff,first_day,last_day,reason
S1,2026-12-01,2026-12-03,congé
""",
    "requests": """\
staff,day,shift,wants_work,weight
S1,2026-12-10,,false,10
S1,2026-12-11,J,true,5
""",
    "procedures": """\
procedure,name,specialty,mean_minutes,minutes_cv,intensive_care_probability,mean_stay_days
HERN,Hernie,surgery,60,0.4,0,1
""",
    "surgeons": """\
surgeon,name,hospital,specialty,daily_minutes
DR1,Chirurgien 1,CHR-01,surgery,420
""",
    "sessions": """\
session,unit,room,weekday,start_minute,length_minutes,specialty,turnover_minutes
SES-1,BLOC,SALLE-1,0,480,360,surgery,20
SES-2,BLOC,SALLE-1,0,840,120,surgery,20
""",
    "waiting_list": """\
patient,hospital,procedure,surgeon,priority,referral_date,due_date,sex,age_group,province,\
deferred_until,deferral_reason,minutes,minutes_reason
W1,CHR-01,HERN,DR1,routine,2026-10-01,2027-01-01,male,15-64,Salé,2026-12-05,anaemia,80,adhesions
""",
    "medicines": """\
medicine,inn,strength,form,ven,storage,controlled,gtin,shelf_life_days,units_per_bed_day
PARA,paracetamol,1 g,tablet,E,ambient,false,4006381333931,900,2.5
SERUM,sodium chloride,"0,9 %",bag,V,ambient,false,,700,1
""",
    "suppliers": """\
supplier,name,lead_time_days,lead_time_cv,order_cost_mad,minimum_order_mad
FOUR,Fournisseur,30,0.3,500,0
""",
    "offers": """\
supplier,medicine,pack_units,minimum_packs,unit_price_mad
FOUR,PARA,100,1,0.35
""",
    "lots": """\
hospital,medicine,lot,expiry_date,units
CHR-01,PARA,L1,2027-06-30,5000
""",
    "orders": """\
hospital,medicine,supplier,units,due_date
CHR-01,PARA,FOUR,1000,2026-12-01
""",
    "rules": """\
rule,value,source,confirmed
minimum_rest_hours,11,à confirmer,false
""",
    "coverage": """\
unit,shift,skill,weekday,staff_needed
MED,J,general_nurse,0,1
""",
    "visits": """\
hospital,hour,visits
CHR-01,2026-11-22T22:00:00,7
CHR-01,2026-11-22T23:00:00,0
""",
    "stays": """\
patient,unit,bed,admitted_at,left_at,kind,sex,age_group,province,outcome
P1,MED,MED-01,2026-11-01T10:00:00,2026-11-03T11:30:00,emergency,male,15-64,Salé,home
P2,MED,MED-01,2026-11-03T11:30:00,,elective,female,65+,Salé,present
P3,URG,,2026-11-04T00:00:00,2026-11-04T06:00:00,emergency,female,0-14,Salé,moved
P3,MED,MED-02,2026-11-04T06:00:00,2026-11-09T12:00:00,emergency,female,0-14,Salé,home
""",
    "consumption": """\
hospital,medicine,week,units,stockout_days
CHR-01,PARA,2026-11-16,700,0
""",
    "referrals": """\
hospital,week,referrals
CHR-01,2026-11-16,42
""",
}


@pytest.fixture
def gst_folder(tmp_path: Path) -> Path:
    """A folder that can be imported."""
    folder = tmp_path / "gst"
    folder.mkdir()
    (folder / "gst.yaml").write_text(GST_YAML, encoding="utf-8")
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


Faults = list[tuple[str, str, int | None, str | None]]


@pytest.fixture
def faults() -> Callable[[Path], Faults]:
    """Everything that a folder is told: code, file, row and column."""

    def told(folder: Path) -> Faults:
        report = inspect_folder(folder)
        assert (report.data is None) == bool(report.findings.problems)
        assert report.findings.total >= len(report.findings.problems)
        _assert_helpful(report)
        return [(p.code, p.file, p.row, p.column) for p in report.findings.problems]

    return told


def _assert_helpful(report: FolderReport) -> None:
    for problem in report.findings.problems:
        assert problem.found, problem
        assert problem.expected, problem
        assert problem.remedy, problem
        assert str(problem).isprintable(), problem


@pytest.fixture
def replaced(gst_folder: Path) -> Callable[[str, str, str], Path]:
    """The right folder with one text of one file replaced by another."""

    def replace(file: str, old: str, new: str) -> Path:
        path = gst_folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return gst_folder

    return replace


@pytest.fixture
def appended(gst_folder: Path) -> Callable[[str, str], Path]:
    """The right folder with one more line in a table."""

    def append(table: str, line: str) -> Path:
        with (gst_folder / f"{table}.csv").open("a", encoding="utf-8", newline="") as file:
            file.write(line + "\n")
        return gst_folder

    return append
