"""The slot for a province's single sign-on: OpenID Connect, authorization code with PKCE, state and nonce.

Off while `OIDC_ISSUER` is empty. Of what the issuer tells, the subject alone is kept, sealed in the vault.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from zhijia.kernel.errors import Refusal

SECONDS = 10
SIGNED_BY = ["RS256", "ES256", "PS256"]
LEEWAY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Trip:
    """What the session has to remember while the browser is away at the issuer."""

    state: str
    nonce: str
    verifier: str


def is_configured() -> bool:
    """Whether this deployment has a single sign-on."""
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID)


def departure(back: str) -> tuple[str, Trip]:
    """The issuer's address to send the browser to, and what to remember. `back` is our own address."""
    trip = Trip(generate_token(32), generate_token(32), generate_token(64))
    session = _session(back)
    address, _same_state = session.create_authorization_url(
        _metadata()["authorization_endpoint"], state=trip.state, nonce=trip.nonce, code_verifier=trip.verifier
    )
    return address, trip


def subject(back: str, trip: Trip, *, state: str, code: str) -> str:
    """Who came back, as "issuer subject". Refuses ("sso_failed") another state, a code the issuer does not
    know, and an identity token that is not signed by it, for us, for this trip and in time."""
    if not code or not state or state != trip.state:
        raise _refused()
    metadata = _metadata()
    try:
        answer = _session(back).fetch_token(
            metadata["token_endpoint"], code=code, code_verifier=trip.verifier, timeout=SECONDS
        )
        claims = _claims(answer["id_token"], trip, metadata)
    except (requests.RequestException, JoseError, KeyError, ValueError) as error:
        raise _refused() from error
    return f"{claims['iss']} {claims['sub']}"


def _claims(token: str, trip: Trip, metadata: dict[str, Any]) -> dict[str, Any]:
    """What the identity token says, once its signature and every claim we go by has been checked."""
    keys = KeySet.import_key_set(_fetch(metadata["jwks_uri"]))  # type: ignore[arg-type]
    decoded = jwt.decode(token, keys, algorithms=SIGNED_BY)
    jwt.JWTClaimsRegistry(
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": settings.OIDC_ISSUER},
        aud={"essential": True, "value": settings.OIDC_CLIENT_ID},
        sub={"essential": True},
        exp={"essential": True},
        nonce={"essential": True, "value": trip.nonce},
    ).validate(decoded.claims)
    return decoded.claims


def _session(back: str) -> OAuth2Session:
    return OAuth2Session(
        settings.OIDC_CLIENT_ID,
        settings.OIDC_CLIENT_SECRET,
        scope="openid",
        redirect_uri=back,
        code_challenge_method="S256",
    )


def _metadata() -> dict[str, Any]:
    found = _fetch(f"{settings.OIDC_ISSUER}/.well-known/openid-configuration")
    if found.get("issuer") != settings.OIDC_ISSUER:
        raise _refused()
    return found


def _fetch(address: str) -> dict[str, Any]:
    """A JSON object of the issuer; only from the issuer's own host, without following it elsewhere."""
    if urlsplit(address).netloc != urlsplit(settings.OIDC_ISSUER).netloc:
        raise _refused()
    try:
        answer = requests.get(address, timeout=SECONDS, allow_redirects=False)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise _refused() from error
    return found


def _refused() -> Refusal:
    return Refusal(
        "sso_failed",
        _("The single sign-on did not confirm who you are. Try again, or log in with your password."),
    )
