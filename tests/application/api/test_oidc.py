"""Tokens of the site's own issuer: its signature, for us, in time, with one role; nothing else."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from application.api.oidc import Issuer, load_issuer
from governance.access import Person
from governance.decision import Role
from hospital.errors import GstError
from tests.application.api.conftest import serving
from tests.application.conftest import settings_in

pytestmark = pytest.mark.integration

ISSUER, AUDIENCE = "https://sso.gst.example", "tadbir"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE_KEY = ec.generate_private_key(ec.SECP256R1())


def jwks(*named: tuple[str, Any]) -> str:
    """The public halves, as an issuer publishes them."""
    keys = []
    for name, key in named:
        algorithm = "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256"
        public = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True)
        keys.append(public | {"kid": name, "use": "sig", "alg": algorithm})
    return json.dumps({"keys": keys})


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    file = tmp_path / "jwks.json"
    file.write_text(jwks(("k1", KEY), ("k2", CURVE_KEY)))
    file.chmod(0o644)
    return file


@pytest.fixture
def issuer(keys: Path) -> Issuer:
    return Issuer(ISSUER, AUDIENCE, keys)


def claims(**changed: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    told = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "u-17",
        "iat": now,
        "exp": now + timedelta(minutes=5),
        "preferred_username": "Amina  Tazi",
        "tadbir_role": "manager",
    }
    return {name: value for name, value in (told | changed).items() if value is not None}


def signed(key: Any = KEY, name: str = "k1", algorithm: str = "RS256", **changed: Any) -> str:
    return jwt.encode(claims(**changed), key, algorithm=algorithm, headers={"kid": name})


def test_the_issuers_token_names_a_person(issuer: Issuer) -> None:
    assert issuer.person_of(signed()) == Person(name="Amina Tazi", role=Role.MANAGER)
    of_one = issuer.person_of(signed(tadbir_hospitals=["CHR-KEN"], tadbir_role=["x", "scheduler"]))
    assert of_one.hospitals == {"CHR-KEN"}
    assert of_one.role is Role.SCHEDULER
    assert issuer.person_of(signed(CURVE_KEY, "k2", "ES256")).role is Role.MANAGER


def signed_with_the_public_key(public: str) -> str:
    """What everybody can read, taken for a shared secret; PyJWT would not make such a token."""
    head = {"alg": "HS256", "typ": "JWT", "kid": "k1"}
    body = {
        name: int(v.timestamp()) if isinstance(v, datetime) else v for name, v in claims().items()
    }
    parts = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (head, body)]
    mac = hmac.digest(public.encode(), b".".join(parts), "sha256")
    return b".".join([*parts, urlsafe_b64encode(mac).rstrip(b"=")]).decode()


PAST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": PAST},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"aud": "another"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"nbf": datetime(2100, 1, 1, tzinfo=UTC)},
        {"tadbir_role": None},
        {"tadbir_role": "king"},
        {"tadbir_role": ["manager", "administrator"]},
        {"tadbir_role": 7},
        {"tadbir_hospitals": []},
        {"preferred_username": None},
        {"preferred_username": "  "},
    ],
    ids=lambda changed: str(next(iter(changed.items()))),
)
def test_a_claim_that_does_not_fit_is_refused(issuer: Issuer, changed: dict[str, Any]) -> None:
    with pytest.raises(GstError, match="token_refused"):
        issuer.person_of(signed(**changed))


def test_a_forged_signature_is_refused(issuer: Issuer, keys: Path) -> None:
    public = json.dumps(json.loads(keys.read_text())["keys"][0])
    forged = (
        signed(OTHER_KEY),
        signed(OTHER_KEY, "k3"),
        signed(CURVE_KEY, "k1", "ES256"),
        jwt.encode(claims(), "", algorithm="none", headers={"kid": "k1"}),
        signed_with_the_public_key(public),
        jwt.encode(claims(), KEY, algorithm="RS256"),
        signed()[:-4] + "AAAA",
        "a.b.c",
        "..",
    )
    for token in forged:
        with pytest.raises(GstError, match="token_refused"):
            issuer.person_of(token)


def test_keys_that_were_renewed_count_at_once(issuer: Issuer, keys: Path) -> None:
    with pytest.raises(GstError):
        issuer.person_of(signed(OTHER_KEY, "k9"))
    keys.write_text(jwks(("k9", OTHER_KEY)))
    assert issuer.person_of(signed(OTHER_KEY, "k9")).role is Role.MANAGER
    with pytest.raises(GstError):
        issuer.person_of(signed())


def test_settings_are_whole_and_their_file_is_kept(keys: Path, tmp_path: Path) -> None:
    whole = {
        "TADBIR_OIDC_ISSUER": ISSUER,
        "TADBIR_OIDC_AUDIENCE": AUDIENCE,
        "TADBIR_OIDC_KEYS": str(keys),
    }
    assert load_issuer({}) is None
    found = load_issuer(whole | {"TADBIR_OIDC_ROLE_CLAIM": "role"})
    assert found == Issuer(ISSUER, AUDIENCE, keys, role_claim="role")
    with pytest.raises(GstError, match="oidc_incomplete"):
        load_issuer({"TADBIR_OIDC_ISSUER": ISSUER})
    keys.chmod(0o666)
    with pytest.raises(GstError, match="file_too_open"):
        load_issuer(whole)
    for content in ("", "{}", '{"keys": []}'):
        bad = tmp_path / "bad.json"
        bad.write_text(content)
        with pytest.raises(GstError, match="oidc_keys_unreadable"):
            load_issuer(whole | {"TADBIR_OIDC_KEYS": str(bad)})


def test_the_api_takes_it_and_its_gates_hold(keys: Path, tmp_path: Path) -> None:
    with serving(
        settings_in(tmp_path / "site"),
        TADBIR_OIDC_ISSUER=ISSUER,
        TADBIR_OIDC_AUDIENCE=AUDIENCE,
        TADBIR_OIDC_KEYS=str(keys),
    ) as nobody:
        header = f"Bearer {signed(tadbir_role='auditor')}"
        me = nobody.get("/me", Authorization=header)
        assert me.json["role"] == "auditor"
        assert nobody.post("/forecasts", {}, Authorization=header).code == "not_allowed"
        assert nobody.get("/audit/verification", Authorization=header).json["holds"]
        late = f"Bearer {signed(exp=PAST)}"
        assert nobody.get("/me", Authorization=late).code == "token_refused"
