"""An end for which nobody waits has no event, and nothing else is different."""

import numpy as np
import pytest

from hospital.base import HOURS_PER_DAY
from tests.cases import quick_first
from twin.actors import Patient
from twin.event_log import Milestones, check_conservation, read_milestones
from twin.flow import Flow
from twin.flow_state import coming, rows_in_order
from twin.simulation import Prepared
from twin.study_file import parse_study
from twin.study_model import study_model

pytestmark = pytest.mark.unit

VISITS_PER_DAY = 60
STUDY = """
study: One emergency department
emergency:
  unit: ED
  cubicles: {cubicles}
  physicians: {physicians}
  visits_per_day: {visits}
  triage:
    - level: 1
      share: 1
      admitted: {admitted}
      consult: {{law: exponential, mean_minutes: 30}}
      tests: {{law: fixed, mean_minutes: {tests}}}
      patience: {{law: {patience}}}
  wards: {{MED: 1}}
units: [{{unit: MED, beds: 9, stay: {{law: exponential, mean_hours: 24}}}}]
run: {{days: 60, warmup_days: 0, replications: 1, seed: 5}}
"""


def prepared(
    cubicles: int,
    physicians: int,
    tests: float = 30.0,
    admitted: float = 0.15,
    patience: str = "endless",
) -> Prepared:
    text = STUDY.format(
        cubicles=cubicles,
        physicians=physicians,
        tests=tests,
        admitted=admitted,
        patience=patience,
        visits=VISITS_PER_DAY,
    )
    return study_model(parse_study(text)).prepared()


def walked(study: Prepared, kind: type[Flow] = Flow) -> tuple[Flow, Milestones]:
    flow = kind(study.network, study.patients(0)).run(study.run.end_hours)
    milestones = read_milestones(flow, study.run.end_hours)
    check_conservation(flow, milestones)
    return flow, milestones


def most_at_once(starts: np.ndarray, ends: np.ndarray) -> int:
    known = ~np.isnan(starts)
    times = np.concatenate((ends[known], starts[known]))
    steps = np.repeat((-1, 1), int(known.sum()))
    return int(steps[np.argsort(times, kind="stable")].cumsum().max())


def test_who_needs_no_bed_has_no_event() -> None:
    """Not even where everybody waits; SimPy itself schedules the end of the run twice."""
    for cubicles, physicians in ((500, 500), (5, 2)):
        flow, milestones = walked(prepared(cubicles, physicians, admitted=0.0))
        assert next(flow.env._eid) == 2
        assert (~np.isnan(milestones.physician)).sum() > 3000


@pytest.mark.parametrize("tests", [30.0, 0.0])
@pytest.mark.parametrize(
    ("cubicles", "physicians"), quick_first([(5, 2), (3, 3), (9, 2), (2, 5)], 2)
)
def test_places_are_never_taken_twice_nor_idle_while_somebody_waits(
    cubicles: int, physicians: int, tests: float
) -> None:
    """A wait ends as a place frees, to the last bit; also where the consultation is all."""
    _, seen = walked(prepared(cubicles, physicians, tests))
    table, known = seen.table, ~np.isnan(seen.physician)
    consult_ends = seen.physician + table.consult
    leaves = np.where(np.isnan(seen.first_bed), seen.disposition, seen.first_bed)
    leaves = np.where(np.isnan(leaves), np.inf, leaves)
    assert most_at_once(seen.physician, consult_ends) <= physicians
    assert most_at_once(seen.cubicle, leaves) <= cubicles
    waited = known & (seen.physician > seen.cubicle)
    assert waited.any() == (physicians < cubicles)
    assert np.isin(seen.physician[waited], consult_ends).all()
    came_later = ~np.isnan(seen.cubicle) & (seen.cubicle > table.arrive)
    assert came_later.any()
    assert np.isin(seen.cubicle[came_later], leaves).all()


def test_physicians_see_whoever_entered_first() -> None:
    """Of one level: the order of entering the cubicles is that of the physicians."""
    _, seen = walked(prepared(9, 2))
    known = ~np.isnan(seen.physician)
    order = np.argsort(seen.cubicle[known], kind="stable")
    assert (np.diff(seen.physician[known][order]) >= 0).all()


def test_what_has_not_happened_by_the_end_is_not_known() -> None:
    """Stays whose end is noted ahead are still stays at the end of the run."""
    flow, seen = walked(prepared(30, 9))
    present = ~np.isnan(seen.first_bed) & np.isnan(seen.out)
    assert present.sum() == flow.pools[0].taken > 0
    assert np.nanmax(seen.out) < 60 * HOURS_PER_DAY


class EagerFlow(Flow):
    """Arrivals and ends of patience are events, as where rules of a territory look at who waits."""

    def _expect_patients(self) -> None:
        self._arrivals = coming(self.table, rows_in_order(self.table))

    def _wait_unseen(self, patient: Patient, now: float) -> None:
        self._set_deadline(patient, now)


@pytest.mark.parametrize("patience", ["fixed, mean_minutes: 45", "exponential, mean_minutes: 90"])
@pytest.mark.parametrize(("cubicles", "physicians"), [(5, 2), (3, 3), (9, 1), (2, 5)])
def test_patience_without_events_ends_when_it_would_with_them(
    cubicles: int, physicians: int, patience: str
) -> None:
    """In the queue for a cubicle, and in a cubicle that somebody else waits for."""
    study = prepared(cubicles, physicians, patience=patience)
    lazy, seen = walked(study)
    eager, expected = walked(study, EagerFlow)
    assert seen.left_unseen.sum() > 100
    assert (seen.left_unseen & ~np.isnan(seen.cubicle)).any() == (physicians < cubicles)
    for name in ("out", "cubicle", "physician", "starts"):
        assert getattr(seen, name) == pytest.approx(getattr(expected, name), nan_ok=True)
    assert (seen.left_unseen == expected.left_unseen).all()
    assert next(lazy.env._eid) < next(eager.env._eid)
