"""What one replication sends back, and its form as bytes, so that a finished one can be kept."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from twin.indicators import Row

ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Indicators, census by unit and hour, offered load by (beds, physicians) and unit."""

    rows: list[Row]
    census: npt.NDArray[np.int16]
    load: npt.NDArray[np.float64]


def outcome_bytes(outcome: Outcome) -> bytes:
    """The outcome as an NPZ archive: numbers to the last bit, no code when it is read."""
    rows = [(str(indicator), *rest) for indicator, *rest in outcome.rows]
    columns = {
        field.name: getattr(outcome, field.name) for field in fields(Outcome) if field.name != ROWS
    }
    columns[ROWS] = np.frombuffer(json.dumps(rows).encode(), dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **columns)
    return buffer.getvalue()


def outcome_from(content: bytes) -> Outcome:
    """The outcome that ``outcome_bytes`` wrote."""
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        columns = {name: archive[name] for name in archive.files}
    rows = json.loads(columns.pop(ROWS).tobytes())
    return Outcome(
        rows=[(name, place, group, value) for name, place, group, value in rows], **columns
    )
