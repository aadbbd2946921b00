"""A small JSON file with a signature: HMAC-SHA256 over its canonical text (RFC 8785, RFC 2104).

GSTs that tell one another share a key, made once and handed over by another way than the files.
Who has the key can sign: the signature says that a file comes from the group and is whole.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from hashlib import sha256
from pathlib import Path
from typing import Any

from application.folder.findings import shown
from application.whole_file import whole
from governance.canonical import canonical_text
from hospital.errors import GstError, say

FORMAT = "tadbir-parameters-1"
KEY_BYTES = 32
SHORTEST_KEY_BYTES = 16
MOST_BYTES = 1_000_000
MOST_KEY_BYTES = 1_000


def make_key(file: Path) -> None:
    """A new shared key in a file that its owner alone may read.

    Raises:
        GstError: ``file_exists``, or the file cannot be written.
    """
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise GstError(
            "file_exists", say("{file} exists already; name a new file.", file=file.name)
        ) from None
    except OSError as error:
        raise GstError(
            "file_not_writable", say("{file} cannot be written.", file=str(file))
        ) from error
    with os.fdopen(handle, "w", encoding="ascii") as new:
        new.write(secrets.token_hex(KEY_BYTES) + "\n")


def read_key(file: Path) -> bytes:
    """A shared key. Raises ``GstError`` (``not_a_key``) for anything else."""
    try:
        if file.stat().st_size <= MOST_KEY_BYTES:
            key = bytes.fromhex(file.read_text(encoding="ascii").strip())
            if len(key) >= SHORTEST_KEY_BYTES:
                return key
    except (OSError, ValueError):
        pass
    raise GstError(
        "not_a_key",
        say(
            "{file} is not a shared key. Make one with tadbir federated key, or ask for a copy.",
            file=str(file),
        ),
    )


def signature(content: Any, key: bytes) -> str:
    """The signature of a content, in hexadecimal digits."""
    text = f"{FORMAT}\n{canonical_text(content)}"
    return hmac.new(key, text.encode(), sha256).hexdigest()


def write_signed(file: Path, content: Any, key: bytes) -> None:
    """Writes the content with its signature, whole or not at all."""
    signed = {"format": FORMAT, "signature": signature(content, key), "content": content}
    with whole(file) as draft:
        draft.write_text(json.dumps(signed, indent=1) + "\n", encoding="utf-8")


def read_signed(file: Path, key: bytes) -> Any:
    """The content of a signed file.

    Raises:
        GstError: ``not_parameters``: this is no such file; ``wrong_signature``: it was changed, or
            signed with another key. Nothing of its content is looked at before.
    """
    signed = _read(file)
    content, told = signed.get("content"), signed.get("signature")
    try:
        expected = signature(content, key)
    except (ValueError, RecursionError):
        raise _refused(file) from None
    if not isinstance(told, str) or not hmac.compare_digest(expected.encode(), told.encode()):
        raise GstError(
            "wrong_signature",
            say(
                "{file} was changed after it was signed, or signed with another key: nothing of "
                "it is used. Ask its sender for it again.",
                file=shown(file.name),
            ),
        )
    return content


def _read(file: Path) -> dict[str, Any]:
    try:
        if not file.is_file() or file.stat().st_size > MOST_BYTES:
            raise _refused(file)
        signed = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise _refused(file) from None
    if not isinstance(signed, dict) or signed.get("format") != FORMAT:
        raise _refused(file)
    return signed


def _refused(file: Path) -> GstError:
    return GstError(
        "not_parameters",
        say(
            "{file} holds no signed parameters; another GST writes them with tadbir federated "
            "export.",
            file=shown(file.name),
        ),
    )
