"""The parameters that this site keeps: its own, and what other GSTs have told."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from application.settings import Settings
from application.whole_file import whole
from hospital.errors import GstError, say

if TYPE_CHECKING:
    from forecasting.shared_parameters import Prior, SharedParameters
    from hospital.forecast import SeriesKind

FOLDER = "federated"


def folder_of(settings: Settings) -> Path:
    """Where they are kept."""
    return settings.folder / FOLDER


def keep(settings: Settings, told: SharedParameters) -> None:
    """Keeps what a GST tells in the place of what it told before."""
    with whole(folder_of(settings) / f"{told.gst}.json") as draft:
        draft.write_text(told.model_dump_json(indent=1) + "\n", encoding="utf-8")


def known(settings: Settings) -> tuple[SharedParameters, ...]:
    """All that is kept, by GST.

    Raises:
        GstError: ``parameters_unreadable``: a file that was kept is not what it was.
    """
    from pydantic import ValidationError  # noqa: PLC0415

    from forecasting.shared_parameters import SharedParameters  # noqa: PLC0415 - loads numpy

    found = []
    for file in _files(settings):
        try:
            found.append(SharedParameters.model_validate_json(file.read_text(encoding="utf-8")))
        except (OSError, ValidationError, UnicodeDecodeError) as error:
            raise GstError(
                "parameters_unreadable",
                say("{file} cannot be used. Remove it and import it again.", file=str(file)),
            ) from error
    return tuple(found)


def _files(settings: Settings) -> list[Path]:
    return sorted(folder_of(settings).glob("*.json"))


def digest_of(settings: Settings) -> str:
    """What forecasts of short histories depend on; empty where nothing is kept."""
    files = _files(settings)
    texts = [sha256(file.read_bytes()).hexdigest() for file in files]
    return sha256("\n".join(texts).encode()).hexdigest() if texts else ""


def priors(settings: Settings) -> dict[SeriesKind, Prior]:
    """What is expected of a hospital with a short history, for each kind of count."""
    if not _files(settings):
        return {}
    from forecasting.shared_parameters import priors_from  # noqa: PLC0415 - loads numpy

    return priors_from(known(settings))
