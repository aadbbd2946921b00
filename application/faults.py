"""What a person is told of a fault of ours."""

from __future__ import annotations

from hospital.errors import GstError, say


def our_fault() -> GstError:
    """A sentence and a code, not a trace: that is in the log."""
    return GstError(
        "internal_fault",
        say("Something went wrong on our side. The log of the server says what."),
    )
