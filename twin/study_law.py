"""Laws in the words of a study: ``{law: log_normal, mean_days: 2, sd_hours: 24}``."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator

from hospital.base import HOURS_PER_DAY, MINUTES_PER_HOUR, Frozen
from twin.laws import Law

TIMES = {"hours": 1.0, "days": float(HOURS_PER_DAY), "minutes": 1 / MINUTES_PER_HOUR}
LAW_WORDS = ("mean", "sd")


def law_in_hours(given: Any) -> Any:
    """A law in the words of a study (mean_days, sd_minutes, ...) as the twin's own [hours]."""
    if not isinstance(given, dict) or "law" not in given:
        return given
    words = {name: value for name, value in given.items() if name != "law"}
    found: dict[str, Any] = {"kind": given["law"]}
    for word in LAW_WORDS:
        for unit, factor in TIMES.items():
            if isinstance(words.get(f"{word}_{unit}"), int | float):
                found[f"{word}_hours"] = words.pop(f"{word}_{unit}") * factor
    for unit, factor in TIMES.items():
        if isinstance(words.get(f"observed_{unit}"), list):
            found["observed_hours"] = [one * factor for one in words.pop(f"observed_{unit}")]
    if "sd_hours" in found and found.get("mean_hours"):
        found["cv"] = found.pop("sd_hours") / found["mean_hours"]
    return found | words


class Stated(Frozen):
    """A law as a study states it."""

    law: Law

    @model_validator(mode="before")
    @classmethod
    def _in_hours(cls, given: Any) -> Any:
        return {"law": law_in_hours(given)}
