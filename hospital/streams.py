"""Named streams of chance: a draw depends on what it is for, never on what was drawn before.

``np.random.default_rng(stream_key(seed, "arrivals", "CHR-01", replication=3))`` gives the same
numbers on one process, many processes or a cluster, and a scenario that does not name this
purpose leaves its numbers untouched: that is what makes common random numbers common.
"""

from hashlib import sha256

WORD_BYTES = 4


def stream_key(seed: int, *purpose: str, replication: int = 0) -> list[int]:
    """Entropy of the stream for this seed, purpose and replication, as 32-bit words."""
    text = "\x1f".join((str(seed), str(replication), *purpose))
    digest = sha256(text.encode()).digest()
    return [
        int.from_bytes(digest[at : at + WORD_BYTES], "big")
        for at in range(0, len(digest), WORD_BYTES)
    ]
