"""Times as the API tells them: always with their zone."""

from datetime import UTC, datetime


def aware(moment: datetime) -> datetime:
    """SQLite gives times back without their zone; they were written in UTC."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
