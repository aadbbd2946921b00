"""Tokens of the GST's own OpenID Connect server, checked with its keys from a local file.

No key is fetched: the site puts the issuer's JWKS document beside Tadbir and renews it. Only
signatures of a key pair are taken, so that no public key can be used as a shared secret.
"""

from __future__ import annotations

import logging
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jwt
from pydantic import ValidationError

from governance.access import Person
from governance.decision import Role
from hospital.errors import GstError, say

LOG = logging.getLogger(__name__)
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
ASKED_CLAIMS = ["exp", "iat", "iss", "aud", "sub"]
LEEWAY_SECONDS = 30


@dataclass(frozen=True)
class Issuer:
    """Whose tokens are taken, for which audience, and which claims hold name, role, hospitals.

    Without a claim of hospitals a person is for the whole GST, as an account without hospitals is.
    """

    issuer: str
    audience: str
    keys: Path
    name_claim: str = "preferred_username"
    role_claim: str = "tadbir_role"
    hospitals_claim: str = "tadbir_hospitals"

    def person_of(self, token: str) -> Person:
        """Who the token is about.

        Raises:
            GstError: ``token_refused``: it was not made by this issuer for us, has ended, or does
                not name exactly one role.
        """
        try:
            key = self._key(str(jwt.get_unverified_header(token).get("kid", "")))
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=self.audience,
                issuer=self.issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ASKED_CLAIMS},
            )
            return self._person(claims)
        except (jwt.PyJWTError, ValidationError, ValueError, TypeError, KeyError) as error:
            LOG.info("A token of %s was refused: %s", self.issuer, type(error).__name__)
            raise GstError(
                "token_refused", say("This token opens nothing, or no longer. Sign in again.")
            ) from error

    def _key(self, name: str) -> jwt.PyJWK:
        return _keys(self.keys, self.keys.stat().st_mtime_ns)[name]

    def _person(self, claims: Mapping[str, Any]) -> Person:
        told = claims[self.role_claim]
        named = [told] if isinstance(told, str) else list(told)
        (role,) = (Role(name) for name in named if name in set(Role))
        hospitals = claims.get(self.hospitals_claim)
        if hospitals is not None and not hospitals:
            raise ValueError("a claim of no hospital at all")
        name = " ".join(str(claims[self.name_claim]).split())
        return Person(name=name, role=role, hospitals=frozenset(hospitals or ()))


@lru_cache(maxsize=4)
def _keys(file: Path, _changed: int) -> dict[str, jwt.PyJWK]:
    """The keys of the file as it is now, by their name; it is read again once it has changed."""
    document = jwt.PyJWKSet.from_json(file.read_text(encoding="utf-8"))
    return {key.key_id: key for key in document.keys if key.key_id}


def load_issuer(values: Mapping[str, str]) -> Issuer | None:
    """The issuer of ``TADBIR_OIDC_ISSUER``, ``_AUDIENCE`` and ``_KEYS``; None where none is named.

    Raises:
        GstError: one of the three is missing, or the file cannot be read or may be changed by
            others.
    """
    names = ("TADBIR_OIDC_ISSUER", "TADBIR_OIDC_AUDIENCE", "TADBIR_OIDC_KEYS")
    issuer, audience, keys = (values.get(name, "") for name in names)
    if not (issuer or audience or keys):
        return None
    missing = [name for name in names if not values.get(name)]
    if missing:
        raise GstError(
            "oidc_incomplete",
            say("OIDC takes three settings; these are missing: {names}.", names=", ".join(missing)),
        )
    file = Path(keys).absolute()
    _require_kept(file)
    claims = {
        field: values[name]
        for name, field in (
            ("TADBIR_OIDC_NAME_CLAIM", "name_claim"),
            ("TADBIR_OIDC_ROLE_CLAIM", "role_claim"),
            ("TADBIR_OIDC_HOSPITALS_CLAIM", "hospitals_claim"),
        )
        if values.get(name)
    }
    return Issuer(issuer, audience, file, **claims)


def _require_kept(file: Path) -> None:
    """That the keys can be read, and that nobody else can put a key of their own among them."""
    try:
        mode = file.stat().st_mode
        found = _keys(file, file.stat().st_mtime_ns)
    except (OSError, ValueError, jwt.PyJWTError) as error:
        raise GstError(
            "oidc_keys_unreadable",
            say("{file} is not a JWKS document with keys that can be used.", file=str(file)),
        ) from error
    if not found:
        raise GstError(
            "oidc_keys_unreadable",
            say("{file} is not a JWKS document with keys that can be used.", file=str(file)),
        )
    if stat.S_IMODE(mode) & (stat.S_IWGRP | stat.S_IWOTH):
        raise GstError(
            "file_too_open",
            say("{file} can be changed by others: chmod 644 {file}.", file=str(file)),
        )
