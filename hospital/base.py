"""What every domain type shares: frozen, nothing unexpected accepted, changed by copy."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict

HOURS_PER_DAY = 24
DAYS_PER_WEEK = 7
HOURS_PER_WEEK = 168
MINUTES_PER_HOUR = 60


class Frozen(BaseModel):
    """A value of the hospital's language: immutable, and a misspelt field is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    def but(self, **changes: Any) -> Self:
        """A validated copy with these fields changed."""
        return type(self).model_validate({**self.__dict__, **changes})
