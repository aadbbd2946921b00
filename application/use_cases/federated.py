"""Parameters of the calendar told to other GSTs, and taken from them: signed, never rows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from application.federated import kept
from application.federated.signed_file import read_key, read_signed, write_signed
from application.folder.findings import shown
from application.store import audit
from application.use_cases.access import needs
from application.use_cases.models import signed
from application.use_cases.session import Session
from governance.access import Action
from governance.events import Event, EventKind
from hospital.errors import GstError, InvalidInput, Problem, say

if TYPE_CHECKING:
    from forecasting.shared_parameters import SharedParameters


@needs(Action.IMPORT)
def tell_parameters(session: Session, file: Path, key_file: Path, actor: str) -> SharedParameters:
    """Writes what the hospitals of this GST have learnt of the calendar, signed; keeps it too.

    Raises:
        GstError: ``nothing_to_tell``: fewer than two hospitals have two years of days; the key
            cannot be used; nobody is named.
    """
    key, who = read_key(key_file), signed(session, actor)
    told = own_parameters(session)
    if not told.kinds:
        raise GstError(
            "nothing_to_tell",
            say("Fewer than two hospitals have two years of daily counts: nothing to tell yet."),
        )
    write_signed(file, told.model_dump(mode="json"), key)
    kept.keep(session.settings, told)
    _record(session, EventKind.PARAMETERS_TOLD, who, told)
    return told


@needs(Action.IMPORT)
def take_parameters(session: Session, file: Path, key_file: Path, actor: str) -> SharedParameters:
    """Takes what another GST tells; forecasts of short histories use it from now on.

    Raises:
        GstError: ``wrong_signature``; ``own_parameters``; ``older_parameters`` than those kept.
        InvalidInput: the content is signed, yet not what this version reads.
    """
    who = signed(session, actor)
    told = _validated(read_signed(file, read_key(key_file)), file.name)
    if told.gst == session.gst.identity.gst:
        raise GstError("own_parameters", say("{file} is of this GST itself.", file=file.name))
    before = next((one for one in kept.known(session.settings) if one.gst == told.gst), None)
    if before is not None and before.as_of > told.as_of:
        raise GstError(
            "older_parameters",
            say(
                "{gst} has told of {day} already: what is older is not taken.",
                gst=told.gst,
                day=before.as_of.isoformat(),
            ),
        )
    kept.keep(session.settings, told)
    _record(session, EventKind.PARAMETERS_TAKEN, who, told)
    return told


@needs(Action.READ)
def known_parameters(session: Session) -> tuple[SharedParameters, ...]:
    """What this GST and others have told."""
    return kept.known(session.settings)


@needs(Action.FORECAST)
def own_parameters(session: Session) -> SharedParameters:
    """What the hospitals of the current GST have learnt, from daily counts of two years or more."""
    from forecasting.calendar_design import CalendarDesign  # noqa: PLC0415 - loads pandas
    from forecasting.history_series import series_of  # noqa: PLC0415
    from forecasting.shared_parameters import parameters_of  # noqa: PLC0415

    identity = session.gst.identity
    series = series_of(session.gst, session.data.history, identity.as_of)
    first = min((one.first_day for one in series), default=identity.as_of)
    design = CalendarDesign.of(session.calendar, first, identity.as_of)
    return parameters_of(identity.gst, identity.as_of, series, design)


def _validated(content: object, name: str) -> SharedParameters:
    from pydantic import ValidationError  # noqa: PLC0415

    from forecasting.shared_parameters import SharedParameters  # noqa: PLC0415 - loads numpy

    try:
        return SharedParameters.model_validate(content)
    except ValidationError as error:
        faults: list[dict[str, Any]] = [dict(one) for one in error.errors(include_url=False)]
        raise InvalidInput(
            [
                Problem(
                    "wrong_parameters",
                    shown(name),
                    found=shown(str(fault.get("input"))),
                    expected=shown(str(fault["msg"])),
                    remedy=say("Ask its sender for a file of this version of Tadbir."),
                    column=".".join(str(part) for part in fault["loc"])[:80],
                )
                for fault in faults[:20]
            ],
            len(faults),
        ) from error


def _record(session: Session, kind: EventKind, who: str, told: SharedParameters) -> None:
    body = {
        "as_of": told.as_of.isoformat(),
        "kinds": {kind.kind.value: len(kind.effects) for kind in told.kinds},
    }
    event = Event(event=kind, at=datetime.now(UTC), actor=who, about=told.gst, body=body)
    audit.append(session.database, event)
