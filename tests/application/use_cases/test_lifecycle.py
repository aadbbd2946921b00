"""Reports before, in the pilot and after: from what is stored, in three languages."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from application.language import Language, Translator
from application.report.lifecycle import (
    LifecycleReport,
    Section,
    lifecycle_html,
    lifecycle_markdown,
)
from application.use_cases.decide import Opinion, decide
from application.use_cases.drift_states import find_drift
from application.use_cases.lifecycle import Phase, lifecycle_report, write_lifecycle
from application.use_cases.models import promote_model, register_model
from application.use_cases.session import Session, open_session
from governance.decision import Role, Verdict
from governance.promotion import Stage
from hospital.errors import GstError
from tests.application.conftest import settings_in
from tests.application.use_cases.test_models import files
from tests.homes import copy_database

if TYPE_CHECKING:
    from application.use_cases.loop import FinishedLoop

pytestmark = pytest.mark.integration

ME, KEY = "Amina Tazi", "visits@1.2.0"
ENGLISH = Translator(Language.ENGLISH)


@pytest.fixture(scope="module")
def home(demo: FinishedLoop, demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo with a registered model in the shadow, a decision, and a watch over demand."""
    folder = tmp_path_factory.mktemp("lifecycle")
    copy_database(demo_home, folder)
    with open_session(settings_in(folder)) as session:
        register_model(session, *files(folder), ME)
        decide(session, demo.loop.order.run, Opinion(Verdict.ACCEPTED, ME, Role.PHARMACIST))
        find_drift(session)
    return folder


@pytest.fixture
def work(home: Path) -> Iterator[Session]:
    with open_session(settings_in(home)) as session:
        yield session


def titles(report: LifecycleReport) -> list[str]:
    return [section.title for section in report.sections]


def section(report: LifecycleReport, title: str) -> Section:
    return next(one for one in report.sections if one.title == title)


def test_before_deployment_it_shows_the_evidence_and_the_gates(work: Session) -> None:
    report = lifecycle_report(work, KEY, Phase.BEFORE, ENGLISH)
    assert titles(report) == [
        "Model",
        "Data",
        "Performance as registered",
        "Forecasts on past days",
        "Gates before the next stage",
        "Equity and drift on record",
    ]
    past = section(report, "Forecasts on past days").rows
    assert past
    assert all(0 < float(row[2]) < 3 for row in past)
    assert "SYNTHETIC DATA" in report.notes[0]


def test_in_the_pilot_it_shows_how_people_took_it(work: Session) -> None:
    report = lifecycle_report(work, KEY, Phase.PILOT, ENGLISH)
    (row,) = section(report, "How people decide").rows
    assert row[3:5] == ("1", "0")
    assert section(report, "Drift of demand").rows


def test_after_deployment_it_says_whether_the_record_holds(work: Session) -> None:
    report = lifecycle_report(work, "visits", Phase.AFTER, ENGLISH)
    assert "the chain holds" in section(report, "The record").lines[0]


def test_what_was_not_computed_is_said_to_be_missing(tmp_path: Path) -> None:
    from application.folder.reading import GstData  # noqa: PLC0415
    from application.use_cases.folders import import_data  # noqa: PLC0415
    from scenarios.demo.generator import generate  # noqa: PLC0415
    from scenarios.demo.sizes import DemoSize  # noqa: PLC0415

    with open_session(settings_in(tmp_path)) as session:
        import_data(session, GstData(*generate(DemoSize.SMALL, 1)))
        register_model(session, *files(tmp_path), ME)
        report = lifecycle_report(session, KEY, Phase.PILOT, ENGLISH)
        said = [section(report, name).lines[0] for name in ("Forecasts on past days",)]
        assert said == ["Not stored yet: tadbir forecast."]
        assert section(report, "How people decide").lines == ("Nobody has decided anything yet.",)


def test_a_promotion_moves_the_gates(home: Path, tmp_path: Path) -> None:
    with open_session(settings_in(home)) as session:
        promote_model(session, KEY, Stage.RETIRED, ME, "replaced")
        report = lifecycle_report(session, KEY, Phase.BEFORE, ENGLISH)
        gates = section(report, "Gates before the next stage")
        assert gates.lines == ("There is no stage after this one.",)
        history = section(lifecycle_report(session, KEY, Phase.PILOT, ENGLISH), "History")
        assert history.rows[-1][2:] == ("retired", ME, "replaced")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("suffix", [".md", ".html"])
def test_each_report_is_written_in_each_language(
    work: Session, tmp_path: Path, language: Language, phase: Phase, suffix: str
) -> None:
    file = tmp_path / f"report{suffix}"
    write_lifecycle(work, KEY, phase, file, Translator(language))
    text = file.read_text(encoding="utf-8")
    assert ('dir="rtl"' in text) == (suffix == ".html" and language is Language.ARABIC)
    if language is not Language.ENGLISH:
        for words in ("Before deployment", "How people decide", "The record", "Owner:"):
            assert words not in text


def test_other_kinds_of_files_are_refused(work: Session, tmp_path: Path) -> None:
    with pytest.raises(GstError, match="unknown_format"):
        write_lifecycle(work, KEY, Phase.PILOT, tmp_path / "a.docx", ENGLISH)


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


def test_what_people_write_is_never_markup() -> None:
    bad = "<script>alert(1)</script> | # [x](javascript:1) <img src=x onerror=1>"
    report = LifecycleReport(bad, (bad,), (Section(bad, (bad,), (bad,), ((bad,),)),))
    page = _Scripts()
    page.feed(lifecycle_html(report, ENGLISH))
    assert not {"script", "img"} & set(page.tags)
    text = lifecycle_markdown(report)
    assert "<script>" not in text.replace("\\<", "")
    assert "[x](" not in text
