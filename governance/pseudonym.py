"""One code for one person at one site: HMAC-SHA256 under a key that is kept apart."""

from __future__ import annotations

import hmac
from hashlib import sha256

SHORTEST_KEY_BYTES = 16
DIGITS = 24
"""96 bits: among a hundred million persons two share a code with a chance of 6e-14."""


def pseudonym(key: bytes, kind: str, identifier: str) -> str:
    """The code of a person (``kind`` keeps a patient's and an employee's number apart).

    Raises:
        ValueError: the key has fewer than 16 bytes.
    """
    if len(key) < SHORTEST_KEY_BYTES:
        raise ValueError("a site key has 16 bytes or more")
    digest = hmac.new(key, f"{kind}/{identifier}".encode(), sha256).hexdigest()
    return f"P{digest[:DIGITS]}"
