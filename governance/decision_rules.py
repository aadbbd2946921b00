"""How many persons it takes to publish: data, shipped with one for each kind, a site's with two."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import ValidationError

from governance.decision import RecommendationKind
from hospital.base import Frozen
from hospital.errors import GstError, say

SHIPPED = Path(__file__).with_name("decision_rules.yaml")
RULES_FILE = "decision_rules.yaml"


class DecisionRules(Frozen):
    """Persons who have to agree, by kind of recommendation."""

    schema_version: Literal[1]
    persons: dict[RecommendationKind, Literal[1, 2]]

    def persons_for(self, kind: RecommendationKind) -> int:
        """How many it takes for this kind."""
        return self.persons.get(kind, 1)


def load_rules(folder: Path | None = None) -> DecisionRules:
    """The shipped rules with those of the site over them.

    Raises:
        GstError: the site's file cannot be read, or asks for something that there is not. Nothing
            is decided until it is mended: a rule that cannot be read is not a rule to skip.
    """
    rules = _read(SHIPPED)
    own = None if folder is None else folder / RULES_FILE
    if own is None or not own.exists():
        return rules
    return rules.but(persons=rules.persons | _read(own).persons)


def _read(file: Path) -> DecisionRules:
    try:
        return DecisionRules.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise GstError(
            "decision_rules_unreadable",
            say(
                "{file} is not a file of decision rules: schema_version 1, and under persons 1 "
                "or 2 for each of {kinds}. Mend it, or remove it to use the shipped rules.",
                file=str(file),
                kinds=", ".join(RecommendationKind),
            ),
        ) from error
