"""The words after ``tadbir stock``, as a person types them, on the finished demo."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from application.use_cases.decide import find_recommendation
from application.use_cases.loop import FinishedLoop
from application.use_cases.session import open_session
from tests.application.cli.conftest import typed
from tests.application.conftest import settings_in

pytestmark = pytest.mark.e2e

HEADER = "posting,day,kind,hospital,medicine,lot,expiry_date,units,unit,gtin\n"
RECEIPT = "r1,2026-11-01,receipt,H1,M,L,2027-01-01,100,tablet,6118001081646\n"


def tadbir(home: Path, *words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    return typed(home, "stock", *words, language=language)


def test_every_fault_of_a_file_is_named_with_row_and_remedy(tmp_path: Path) -> None:
    file = tmp_path / "movements.csv"
    file.write_text(
        HEADER
        + RECEIPT
        + "r2,2026-11-01,receipt,H1,M,L2,2027-01-01,100,tablet,6118001081647\n"
        + "i1,2026-11-02,issue,H1,M,L,2027-01-01,-5,tablet,\n"
        + "i2,2026-11-02,issue,H1,M,L9,2027-01-01,5,tablet,\n"
        + "r3,2026-11-01,receipt,H1,M,L3,2026-10-01,5,tablet,\n"
        + "r4,2026-11-01,receipt,H1,M,L4,2027-01-01,5,box,\n"
        + "r5,01/11/2026,receipt,H1,M,L5,2027-01-01,5,tablet,\n",
        encoding="utf-8",
    )
    refused = tadbir(tmp_path, "post", str(file), "--by", "me")
    assert refused.returncode == 2
    codes = {
        3: "wrong_gtin",
        4: "negative_quantity",
        5: "unknown_lot",
        6: "expiry_before_receipt",
        7: "two_units",
        8: "not_a_date",
    }
    for row, code in codes.items():
        assert f"row {row}" in refused.stderr
        assert f"({code})" in refused.stderr
    assert refused.stderr.count("→") == len(codes)
    spoken = tadbir(tmp_path, "post", str(file), "--by", "me", language="fr")
    assert "Passez d’abord sa réception" in spoken.stderr


def test_a_file_posted_twice_is_kept_once(tmp_path: Path) -> None:
    file = tmp_path / "movements.csv"
    file.write_text(HEADER + RECEIPT, encoding="utf-8")
    told = [json.loads(tadbir(tmp_path, "post", str(file), "--by", "me", "--json").stdout)]
    told.append(json.loads(tadbir(tmp_path, "post", str(file), "--by", "me", "--json").stdout))
    assert told == [{"new_postings": 1}, {"new_postings": 0}]


@pytest.mark.slow
def test_a_stocktake_adjusts_the_ledger_once_and_names_unknown_lots(tmp_path: Path) -> None:
    file = tmp_path / "movements.csv"
    file.write_text(HEADER + RECEIPT, encoding="utf-8")
    assert tadbir(tmp_path, "post", str(file), "--by", "me").returncode == 0
    counted = tmp_path / "counted.csv"
    counted.write_text("hospital,medicine,lot,units\nH1,M,L,91\n", encoding="utf-8")
    words = ("count", str(counted), "--by", "me", "--name", "INV-1", "--day", "2026-11-30")
    told = [json.loads(tadbir(tmp_path, *words, "--json").stdout)["adjustments"] for _ in range(2)]
    assert [(row["kind"], row["units"]) for row in told[0]] == [("adjustment_out", 9)]
    assert told[1] == []
    counted.write_text("hospital,medicine,lot,units\nH1,M,L9,91\nH1,M,L,x\n", encoding="utf-8")
    refused = tadbir(tmp_path, *words, language="fr")
    assert refused.returncode == 2
    assert "(unknown_lot)" in refused.stderr
    assert "(not_a_number)" in refused.stderr


@pytest.mark.slow
def test_the_order_is_still_what_stock_alone_says(demo: FinishedLoop, demo_home: Path) -> None:
    bare, order = (
        json.loads(tadbir(demo_home, *words, "--json").stdout) for words in ((), ("order",))
    )
    assert bare == order
    line = bare["plan"]["lines"][0]
    told = json.loads(
        tadbir(demo_home, "explain", line["hospital"], line["medicine"], "--json").stdout
    )
    assert sum(term["units"] for term in told["line"]["terms"]) == line["units"]
    spoken = tadbir(demo_home, "explain", line["hospital"], line["medicine"], language="fr")
    assert "Consommation jusqu" in spoken.stdout
    assert "demand_mean" not in spoken.stdout
    nowhere = tadbir(demo_home, "explain", "NOWHERE", line["medicine"])
    assert nowhere.returncode == 2
    assert "NOWHERE" in nowhere.stderr


@pytest.mark.slow
def test_status_transfers_and_plan_are_told(demo: FinishedLoop, demo_home: Path) -> None:
    status = json.loads(tadbir(demo_home, "status", "--json").stdout)["status"]
    assert {row["alert"] for row in status} <= {"out", "at_risk", "expiring", "overstock", "ok"}
    moved = json.loads(tadbir(demo_home, "transfers", "--json").stdout)
    assert moved["saved_mad"] >= 0
    with open_session(settings_in(demo_home)) as session:
        assert find_recommendation(session, moved["run"]).kind == "stock_transfers"
    plan = json.loads(tadbir(demo_home, "plan", "--weeks", "12", "--json").stdout)
    assert plan["orders"]
    assert len(plan["spent_mad"]) == 3
    short = ("simulate", "--weeks", "8", "--scenarios", "20")
    rules = json.loads(tadbir(demo_home, *short, "--json").stdout)["rules"]
    assert [row["rule"] for row in rules] == ["tadbir", "bhima", "months"]
    assert all(0 < row["fill"]["low"] <= row["fill"]["high"] <= 1 for row in rules)
    lost = json.loads(tadbir(demo_home, "emergency", "--json").stdout)["lost_mad"]
    supplier = plan["orders"][0]["supplier"]
    failed = ("emergency", "--without", supplier, "--days", "90")
    assert json.loads(tadbir(demo_home, *failed, "--json").stdout)["lost_mad"] > lost
    assert json.loads(tadbir(demo_home, "substitutes", "--json").stdout)["substitutions"] == []
    year = json.loads(tadbir(demo_home, "tender", "--json").stdout)
    assert year["cost_mad"] == sum(line["cost_mad"] for line in year["lines"])
    out = demo_home / "order.xlsx"
    assert tadbir(demo_home, "export", "--out", str(out)).returncode == 0
    assert out.stat().st_size
    for words in (
        failed,
        ("tender",),
        ("substitutes",),
        ("status",),
        ("transfers",),
        ("plan", "--weeks", "12"),
        ("order",),
        short,
    ):
        shown = tadbir(demo_home, *words, language="ar")
        assert shown.returncode == 0, shown.stderr
        assert not {"at_risk", "overstock", "expiring"} & set(shown.stdout.split())
        assert status[0]["medicine"] not in shown.stdout
