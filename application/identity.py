"""The identity of a run: a hash of all that its numbers depend on.

Same identity, same numbers; that is what caching and audit rest on.
"""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = (
    "hospital",
    "forecasting",
    "twin",
    "scheduling",
    "inventory",
    "scenarios",
)
"""The packages whose code makes numbers; words and pages change none."""

LIBRARIES = ("numpy", "pandas", "prophet", "scipy", "simpy", "ortools")


def run_identity(kind: str, snapshot: str, seed: int, inputs: Mapping[str, Any]) -> str:
    """SHA-256 of code, libraries, GST, inputs and seed."""
    content = {
        "kind": kind,
        "snapshot": snapshot,
        "seed": seed,
        "inputs": inputs,
        "code": code_hash(),
        "libraries": library_versions(),
    }
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@cache
def code_hash() -> str:
    """SHA-256 over the source of every package that makes numbers."""
    root = Path(__file__).parent.parent
    digest = sha256()
    for package in PACKAGES:
        for file in sorted((root / package).rglob("*")):
            if file.suffix in {".py", ".yaml", ".csv", ".json"}:
                digest.update(file.relative_to(root).as_posix().encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


@cache
def library_versions() -> dict[str, str]:
    """The installed version of each library that makes numbers."""
    found = {}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            found[library] = "absent"
    return found
