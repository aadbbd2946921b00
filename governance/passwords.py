"""Passwords are kept as scrypt hashes with a salt of their own, and compared in constant time.

scrypt with N = 2^15, r = 8, p = 3 (32 MiB, about a third of a second) is among the settings that
OWASP's password storage cheat sheet accepts where Argon2id is not there; Argon2 is no library of
Tadbir. The settings stand in each hash, so that they can be raised later.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import scrypt

from hospital.errors import GstError, say

COST, BLOCK, LANES = 2**15, 8, 3
MOST_COST = 2**18
MEMORY_BYTES = 2**28 + 2**26
SALT_BYTES, KEY_BYTES = 16, 32
SHORTEST, LONGEST = 12, 256


def hashed(password: str) -> str:
    """The hash to keep: ``scrypt$N$r$p$salt$key``.

    Raises:
        GstError: fewer than 12 characters, or more than 256.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise GstError(
            "password_length",
            say("A password has {least} to {most} characters.", least=SHORTEST, most=LONGEST),
        )
    salt = secrets.token_bytes(SALT_BYTES)
    key = _key(password, salt, (COST, BLOCK, LANES))
    return f"scrypt${COST}${BLOCK}${LANES}${salt.hex()}${key.hex()}"


def is_right(password: str, kept: str) -> bool:
    """Whether this password has this hash; a hash that cannot be read fits no password."""
    try:
        kind, cost, block, lanes, salt, key = kept.split("$")
        settings = int(cost), int(block), int(lanes)
        if kind != "scrypt" or not 1 < settings[0] <= MOST_COST or len(password) > LONGEST:
            return False
        found = _key(password, bytes.fromhex(salt), settings)
        return hmac.compare_digest(found, bytes.fromhex(key))
    except ValueError:
        return False


def _key(password: str, salt: bytes, settings: tuple[int, int, int]) -> bytes:
    cost, block, lanes = settings
    return scrypt(
        password.encode("utf-8", "surrogatepass"),
        salt=salt,
        n=cost,
        r=block,
        p=lanes,
        maxmem=MEMORY_BYTES,
        dklen=KEY_BYTES,
    )
