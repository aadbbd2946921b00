"""A person exports a replication of the demo and imports it again as a GST."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from application.settings import load_settings
from application.use_cases.exchange import (
    EVENTS_FILE,
    Format,
    export_replication,
    import_adt_folder,
    write_event_log,
)
from application.use_cases.import_fhir import import_fhir_folder
from application.use_cases.session import open_session
from application.use_cases.simulate import TwinDesign
from hospital.errors import GstError

if TYPE_CHECKING:
    from application.use_cases.session import Session

pytestmark = pytest.mark.integration

DESIGN = TwinDesign(horizon_days=7, replications=4)


@pytest.mark.slow
def test_a_replication_of_the_demo_is_exported_and_becomes_the_current_gst(
    session: Session, tmp_path: Path
) -> None:
    for kind in Format:
        assert export_replication(session, DESIGN, tmp_path / kind, kind, 1) > 100
    settings = load_settings({"TADBIR_HOME": str(tmp_path / "home"), "TADBIR_PROCESSES": "1"})
    with open_session(settings) as fresh:
        import_adt_folder(fresh, tmp_path / Format.ADT)
        assert (fresh.gst.identity.as_of - session.gst.identity.as_of).days == 7
        by_adt = fresh.data.history.stays
        import_fhir_folder(fresh, tmp_path / Format.FHIR)
        by_fhir = fresh.data.history.stays
    assert len(by_adt) > 100
    columns = ["unit", "bed", "admitted_at", "left_at", "kind", "outcome"]
    one, two = (
        frame[columns].astype(str).sort_values(columns, ignore_index=True)
        for frame in (by_adt, by_fhir)
    )
    pd.testing.assert_frame_equal(one, two)


def test_the_same_replication_gives_the_same_bytes(session: Session, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert write_event_log(session, DESIGN, tmp_path / name) > 1000
    one, two = ((tmp_path / name / EVENTS_FILE).read_bytes() for name in ("one", "two"))
    assert one == two
    with pytest.raises(GstError, match="folder_not_empty"):
        write_event_log(session, DESIGN, tmp_path / "one")
