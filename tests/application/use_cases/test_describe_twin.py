"""The STRESS-DES sheet: every item says something true of the run, in three languages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from application.language import Language, Translator
from application.report.stress import TITLES
from application.use_cases.describe_twin import describe_twin
from application.use_cases.loop import FinishedLoop
from application.use_cases.session import Session
from application.use_cases.simulate import TwinDesign, simulate
from hospital.errors import InvalidInput
from hospital.places import UnitKind
from hospital.tables import Col
from hospital.twin_result import Indicator
from scenarios.language import OpenBeds, Scenario

pytestmark = pytest.mark.integration

DESIGN = TwinDesign(horizon_days=7, replications=4)
ITEMS = 24


def sheet(session: Session, folder: Path, scenario: Scenario | None = None) -> tuple[str, str]:
    """Run identity and text of the sheet in the language of the session."""
    file = folder / f"{session.settings.language}.md"
    run = describe_twin(session, DESIGN, file, scenario)
    return run.run, file.read_text(encoding="utf-8")


def speaking(session: Session, language: Language) -> Session:
    return replace(session, settings=replace(session.settings, language=language))


def items(text: str) -> dict[str, str]:
    """What stands below each heading."""
    parts = [part.split("\n", 1) for part in text.split("\n## ")[1:]]
    return {heading.split(" ")[0]: body.strip() for heading, body in parts}


def test_all_items_are_there_and_say_something_in_three_languages(
    demo: FinishedLoop, session: Session, tmp_path: Path
) -> None:
    assert len(TITLES) == ITEMS
    for language in Language:
        t = Translator(language)
        run, text = sheet(speaking(session, language), tmp_path)
        assert list(items(text)) == list(TITLES)
        assert all(items(text).values())
        assert all(f"## {number} {t(title)}\n" in text for number, title in TITLES.items())
        assert run in text
        if language is not Language.ENGLISH:
            for english in ("Beds: patients", "replications;", "Seed ", "time integral"):
                assert english not in text


def test_the_numbers_are_those_of_the_run(
    demo: FinishedLoop, session: Session, tmp_path: Path
) -> None:
    run, text = sheet(speaking(session, Language.ENGLISH), tmp_path)
    found = items(text)
    result = simulate(session, DESIGN).result
    frame = result.indicators
    whole = frame[(frame[Col.PLACE] == "") & (frame[Col.GROUP] == "")]
    means = whole.groupby(Col.INDICATOR)[Col.VALUE].mean()
    t = Translator(Language.ENGLISH)
    for indicator in (Indicator.OCCUPANCY, Indicator.VISITS, Indicator.LENGTH_OF_STAY):
        row = next(line for line in found["1.2"].splitlines() if f"| {indicator} |" in line)
        assert t.number(means[indicator], 3) in row
    for unit, beds in session.gst.beds_by_unit().items():
        kind = session.gst.unit(unit).kind
        if kind in (UnitKind.WARD, UnitKind.EMERGENCY, UnitKind.INTENSIVE_CARE):
            assert f"| {unit} | {kind} | {t.number(beds)} |" in found["2.5.3"]
            assert f'["{unit} ({beds})"]' in found["2.1"]
    assert f"with {result.census_patients} patients" in found["4.1"]
    assert f"Seed {DESIGN.seed}." in found["5.2"]
    assert session.snapshot.snapshot in found["6.1"]
    assert run in found["6.1"]


def test_a_changed_bed_changes_run_and_sheet(
    demo: FinishedLoop, session: Session, tmp_path: Path
) -> None:
    english = speaking(session, Language.ENGLISH)
    run, text = sheet(english, tmp_path)
    unit = next(one.unit for one in session.gst.units if one.kind is UnitKind.INTENSIVE_CARE)
    beds = session.gst.beds_by_unit()[unit]
    scenario = Scenario(name="one-more", changes=(OpenBeds(unit=unit, beds=1),))
    changed, other = sheet(english, tmp_path, scenario)
    assert changed != run
    assert f'["{unit} ({beds})"]' in items(text)["2.1"]
    assert f'["{unit} ({beds + 1})"]' in items(other)["2.1"]
    assert "open_beds" in items(other)["2.3"]
    assert "open_beds" not in items(text)["2.3"]
    assert sheet(english, tmp_path)[0] == run


def test_html_is_one_page_and_runs_from_the_right_in_arabic(
    demo: FinishedLoop, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "sheet.html"
    describe_twin(speaking(session, Language.ARABIC), DESIGN, file)
    page = file.read_text(encoding="utf-8")
    assert 'dir="rtl"' in page
    assert page.count("<h2>") == ITEMS
    assert "http://" not in page
    assert "https://" not in page


def test_another_format_is_refused_before_anything_runs(session: Session, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        describe_twin(session, DESIGN, tmp_path / "sheet.docx")
    assert refused.value.problems[0].found == ".docx"
    assert not list(tmp_path.iterdir())
