"""People with accounts, made through the services as an officer would make them."""

from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.accounts.services import create_user
from zhijia.audit.models import Entry
from zhijia.kernel import days
from zhijia.kernel.actors import Actor, system
from zhijia.kernel.codes import synthetic_mobile

PASSWORD = "Weld-together 2026"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PHONE = synthetic_mobile(7)


@pytest.fixture
def visitor() -> Actor:
    return Actor(user_id=None, channel="page", request_id="test", address="192.0.2.7")


@pytest.fixture
def make_user() -> Callable[..., User]:
    """A new account that need not change its password."""

    def made(**wanted: Any) -> User:
        given = {"password": PASSWORD, "must_change_password": False, **wanted}
        return create_user(actor=system("test", "command"), at=days.now(), **given)

    return made


@pytest.fixture
def officer(make_user: Callable[..., User]) -> User:
    """Staff with a second factor."""
    return make_user(login="officer", staff=True, totp_secret=SECRET)


@pytest.fixture
def member(make_user: Callable[..., User]) -> User:
    """A member with a phone."""
    return make_user(login="worker", phone=PHONE)


@pytest.fixture
def log_in() -> Callable[..., Client]:
    """A browser in which the account has logged in, all stops passed."""

    def done(login: str, *, own_device: bool = False, client: Client | None = None) -> Client:
        browser = client or Client()
        browser.post(
            reverse("accounts:login"),
            {"name": login, "password": PASSWORD, **({"own_device": "on"} if own_device else {})},
        )
        user = User.objects.get(login=login)
        if user.totp_since:
            User.objects.filter(pk=user.pk).update(totp_step=0)
            browser.post(reverse("accounts:second_factor"), {"code": totp_now()})
        return browser

    return done


@pytest.fixture
def trail(owner_sql: Any) -> Callable[[], list[str]]:
    """The actions on the trail, in order. Committed ones only."""
    return lambda: [row[0] for row in owner_sql(f"SELECT action FROM {Entry._meta.db_table} ORDER BY id")]


def totp_now() -> str:
    """The code an app would show for `SECRET`."""
    return pyotp.TOTP(SECRET).at(days.now())
