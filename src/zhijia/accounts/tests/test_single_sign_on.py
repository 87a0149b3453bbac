"""The slot for single sign-on, against an issuer that runs inside the test."""

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from zhijia.accounts.models import User
from zhijia.accounts.services import linking
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting

SUBJECT = "province-user-17"


class Issuer:
    """A small identity provider. `wrong` bends one thing about its next identity token."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.stranger = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.codes: dict[str, dict[str, str]] = {}
        self.wrong = ""
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                known = {
                    "/.well-known/openid-configuration": issuer.metadata,
                    "/keys": lambda: KeySet([issuer.key]).as_dict(private=False),
                }
                self._answer(known[self.path]())

            def do_POST(self) -> None:
                given = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                answer = issuer.token({name: values[0] for name, values in given.items()})
                self._answer(answer, 200 if "id_token" in answer else 400)

            def _answer(self, content: dict[str, Any], status: int = 200) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(content).encode())

            def log_message(self, *words: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def metadata(self) -> dict[str, str]:
        return {
            "issuer": "http://evil.example" if self.wrong == "metadata" else self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
        }

    def approve(self, address: str) -> dict[str, str]:
        """What somebody who logs in there comes back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["code_challenge_method"] == "S256"
        assert asked["response_type"] == "code"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, given: dict[str, str]) -> dict[str, Any]:
        asked = self.codes.pop(given.get("code", ""), None)
        challenge = urlsafe_b64encode(sha256(given.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        if asked is None or challenge.decode() != asked["code_challenge"]:
            return {"error": "invalid_grant"}
        claims = {
            "iss": self.address,
            "aud": "zhijia",
            "sub": SUBJECT,
            "nonce": asked["nonce"],
            "exp": int(time.time()) + 300,
        }
        bent = {
            "issuer": {"iss": "http://evil.example"},
            "audience": {"aud": "somebody-else"},
            "nonce": {"nonce": "another"},
            "expired": {"exp": int(time.time()) - 300},
            "subject": {"sub": None},
        }
        claims.update(bent.get(self.wrong, {}))
        key = self.stranger if self.wrong == "key" else self.key
        return {
            "access_token": "x",
            "token_type": "Bearer",
            "id_token": jwt.encode({"alg": "RS256", "kid": "one"}, claims, key),
        }


@pytest.fixture
def issuer(settings: Any) -> Iterator[Issuer]:
    made = Issuer()
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = (
        made.address,
        "zhijia",
        "secret",
    )
    yield made
    made.server.shutdown()
    made.server.server_close()


def _link(user: User, issuer: Issuer) -> None:
    with acting(Actor(user_id=user.pk, channel="page", request_id="test", stepped_up=True)) as actor:
        linking.link(actor=actor, at=days.now(), subject=f"{issuer.address} {SUBJECT}")


def _go(client: Client, issuer: Issuer) -> dict[str, str]:
    departure = client.get(reverse("accounts:sso"), {"next": "/messages/"})
    assert departure["Location"].startswith(issuer.address)
    return issuer.approve(departure["Location"])


def test_a_linked_account_comes_in(committed: None, issuer: Issuer, member: User, client: Client) -> None:
    _link(member, issuer)

    answer = client.get(reverse("accounts:sso_back"), _go(client, issuer))

    assert answer["Location"] == "/messages/"
    assert client.session["_auth_user_id"] == str(member.pk)


def test_staff_still_give_our_second_factor(
    committed: None, issuer: Issuer, officer: User, client: Client
) -> None:
    _link(officer, issuer)

    answer = client.get(reverse("accounts:sso_back"), _go(client, issuer))

    assert answer["Location"] == reverse("accounts:second_factor")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("wrong", ["issuer", "audience", "nonce", "expired", "subject", "key", "metadata"])
def test_an_identity_token_that_is_not_for_this_trip_opens_nothing(
    committed: None, issuer: Issuer, member: User, client: Client, wrong: str
) -> None:
    _link(member, issuer)
    back = _go(client, issuer)
    issuer.wrong = wrong

    answer = client.get(reverse("accounts:sso_back"), back)

    assert answer.status_code >= 400
    assert "_auth_user_id" not in client.session


def test_another_state_another_browser_and_a_second_use_open_nothing(
    committed: None, issuer: Issuer, member: User, client: Client
) -> None:
    _link(member, issuer)
    back = _go(client, issuer)
    other = Client()

    assert other.get(reverse("accounts:sso_back"), back).status_code == 404
    assert client.get(reverse("accounts:sso_back"), {**back, "state": "another"}).status_code >= 400
    again = _go(client, issuer)
    assert client.get(reverse("accounts:sso_back"), again).status_code == 302
    assert client.get(reverse("accounts:sso_back"), again).status_code == 404


def test_an_account_that_is_not_linked_is_told_so(
    committed: None, issuer: Issuer, member: User, client: Client
) -> None:
    answer = client.get(reverse("accounts:sso_back"), _go(client, issuer))

    assert answer.status_code >= 400
    assert "_auth_user_id" not in client.session


def test_the_subject_lies_sealed(committed: None, issuer: Issuer, member: User, owner_sql: Any) -> None:
    _link(member, issuer)

    assert owner_sql("SELECT 1 FROM vault_secret s WHERE s::text LIKE %s", [f"%{SUBJECT}%"]) == []
    assert owner_sql("SELECT 1 FROM vault_secret WHERE user_id = %s AND blind IS NOT NULL", [member.pk])


def test_without_an_issuer_there_is_no_single_sign_on(committed: None, client: Client) -> None:
    assert client.get(reverse("accounts:sso")).status_code == 404
    assert reverse("accounts:sso") not in client.get(reverse("accounts:login")).content.decode()
