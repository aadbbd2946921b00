"""Settings from the environment: where things are kept, in which language, on how many cores."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from application.language import Language
from application.secret_file import read_secret
from hospital.errors import GstError, say

DEFAULT_FOLDER = ".tadbir"
DATABASE_FILE = "tadbir.sqlite"


@dataclass(frozen=True)
class Settings:
    """Where Tadbir keeps its work and how it runs. Nothing is written elsewhere."""

    folder: Path
    database_url: str
    language: Language
    processes: int
    cluster: str | None = None

    @property
    def reports(self) -> Path:
        """Where reports are written."""
        return self.folder / "reports"


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the variables that begin with ``TADBIR_``.

    They are ``TADBIR_HOME``, ``TADBIR_DATABASE_URL``, ``TADBIR_LANG``, ``TADBIR_PROCESSES`` and
    ``TADBIR_CLUSTER``, the address of a Dask scheduler. An address of the database that holds a
    password may stand in a file that only its owner can read: ``TADBIR_DATABASE_URL_FILE``.

    Raises:
        GstError: a variable holds something that cannot be used, or others can read the secret.
    """
    values = os.environ if environment is None else environment
    folder = Path(values.get("TADBIR_HOME", DEFAULT_FOLDER)).absolute()
    url = _database_url(values) or f"sqlite:///{folder / DATABASE_FILE}"
    return Settings(
        folder,
        url,
        language_of(values),
        _processes(values.get("TADBIR_PROCESSES", "")),
        values.get("TADBIR_CLUSTER") or None,
    )


def _database_url(values: Mapping[str, str]) -> str:
    file = values.get("TADBIR_DATABASE_URL_FILE", "")
    return read_secret(Path(file)) if file else values.get("TADBIR_DATABASE_URL", "")


def language_of(values: Mapping[str, str]) -> Language:
    """The language asked for by ``TADBIR_LANG``; French if nothing is said."""
    asked = values.get("TADBIR_LANG", "") or Language.FRENCH.value
    try:
        return Language(asked)
    except ValueError:
        raise GstError(
            "unknown_language",
            say(
                "{found} is not a language of Tadbir; choose one of: {choices}.",
                found=asked,
                choices=", ".join(Language),
            ),
        ) from None


def _processes(asked: str) -> int:
    if not asked:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    if not asked.isdigit() or int(asked) == 0:
        raise GstError(
            "wrong_processes",
            say("TADBIR_PROCESSES is {found}; give a whole number from 1.", found=asked),
        )
    return int(asked)
