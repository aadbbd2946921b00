"""The working rules that Tadbir proposes for a Moroccan hospital, each with its source."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml

from hospital.staff import WorkingRule

FILE = Path(__file__).with_name("working_rules.yaml")


@cache
def moroccan_rules() -> tuple[WorkingRule, ...]:
    """The proposed figures; those that are not confirmed say so."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))["rules"]
    return tuple(WorkingRule.model_validate(row) for row in rows)


def completed(rules: Sequence[WorkingRule]) -> tuple[WorkingRule, ...]:
    """A hospital's own rules, and the proposed ones where it says nothing."""
    own = {rule.rule for rule in rules}
    return (*rules, *(rule for rule in moroccan_rules() if rule.rule not in own))
