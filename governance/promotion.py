"""The stages of a model and the gates between them, which are data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache, reduce
from pathlib import Path
from typing import Literal

import yaml
from pydantic import model_validator

from governance.model_version import ModelType
from hospital.base import Frozen
from hospital.errors import GstError, Sentence, say

SHIPPED = Path(__file__).with_name("promotion_gates.yaml")


class Stage(StrEnum):
    """How far a model is trusted: beside the work, with it on trial, in it; or not any more."""

    CANDIDATE = "candidate"
    SHADOW = "shadow"
    PILOT = "pilot"
    LIVE = "live"
    RETIRED = "retired"


ORDER = (Stage.CANDIDATE, Stage.SHADOW, Stage.PILOT, Stage.LIVE)


class Report(StrEnum):
    """What is found out about a model after it was registered."""

    EQUITY = "equity"
    DRIFT = "drift"


class Gate(Frozen):
    """A metric within bounds, or a report that never says one of these words."""

    metric: str | None = None
    below: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    report: Report | None = None
    never: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _asks_something(self) -> Gate:
        bounds = (self.below, self.at_least, self.at_most)
        asks_metric = self.metric is not None and any(bound is not None for bound in bounds)
        asks_report = self.report is not None and bool(self.never)
        if asks_metric == asks_report:
            raise ValueError("a gate asks a bound of a metric, or words of a report")
        return self

    def failure(self, known: Evidence) -> Sentence | None:
        """Why the gate is not passed, None where it is."""
        if self.report is not None:
            return self._failure_of_report(known.reports.get(self.report))
        value = known.metrics.get(self.metric or "")
        if value is None:
            return say("{metric} is not known", metric=self.metric)
        too_low = self.at_least is not None and not value >= self.at_least
        too_high = (self.at_most is not None and not value <= self.at_most) or (
            self.below is not None and not value < self.below
        )
        if not (too_low or too_high):
            return None
        return say(
            "{metric} is {value}, and must be {bounds}",
            metric=self.metric,
            value=f"{value:g}",
            bounds=self.bounds,
        )

    @property
    def bounds(self) -> str:
        """The bounds in signs."""
        pairs = (("≥", self.at_least), ("≤", self.at_most), ("<", self.below))
        return ", ".join(f"{sign} {bound:g}" for sign, bound in pairs if bound is not None)

    def _failure_of_report(self, word: str | None) -> Sentence | None:
        assert self.report is not None
        if word is None:
            return say("there is no report on {report}", report=self.report.value)
        if word in self.never:
            return say("the report on {report} says {word}", report=self.report.value, word=word)
        return None


class Evidence(Frozen):
    """What is known of a model when it is to be promoted."""

    metrics: Mapping[str, float]
    reports: Mapping[Report, str]


class PromotionGates(Frozen):
    """The gates of each type of model before each stage."""

    schema_version: Literal[1]
    gates: dict[ModelType, dict[Stage, tuple[Gate, ...]]]

    def before(self, model_type: ModelType, stage: Stage) -> tuple[Gate, ...]:
        """What has to be passed to enter a stage."""
        return self.gates.get(model_type, {}).get(stage, ())


@cache
def shipped_gates() -> PromotionGates:
    """The gates that are shipped."""
    return PromotionGates.model_validate(yaml.safe_load(SHIPPED.read_text(encoding="utf-8")))


def _and(one: Sentence, other: Sentence) -> Sentence:
    return say("{one}; {other}", one=one, other=other)


def require_promotion(now: Stage, wanted: Stage, gates: tuple[Gate, ...], known: Evidence) -> None:
    """That a model may go from one stage to another.

    Down, and out, is always allowed: whoever doubts a model withdraws it. Up goes one stage at a
    time and through every gate.

    Raises:
        GstError: ``stage_skipped``, ``retired``, ``same_stage`` or ``gate_closed`` with every
            gate that is not passed.
    """
    if now is wanted:
        raise GstError("same_stage", say("The model is in the stage {stage} already.", stage=now))
    if now is Stage.RETIRED:
        raise GstError(
            "retired", say("A retired model does not come back: register a new version.")
        )
    if wanted is Stage.RETIRED or ORDER.index(wanted) < ORDER.index(now):
        return
    if ORDER.index(wanted) != ORDER.index(now) + 1:
        raise GstError(
            "stage_skipped",
            say(
                "From {now} a model goes to {next}, not to {wanted}.",
                now=now.value,
                next=ORDER[ORDER.index(now) + 1].value,
                wanted=wanted.value,
            ),
        )
    failures = [failure for gate in gates if (failure := gate.failure(known)) is not None]
    if failures:
        raise GstError(
            "gate_closed",
            say(
                "The model does not enter {stage}: {failures}.",
                stage=wanted.value,
                failures=reduce(_and, failures),
            ),
            failures=failures,
        )
