"""Accounts come into being and are closed. Whether the actor may is asked by the caller, who knows the
grants."""

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.accounts import sessions
from zhijia.accounts.models import ApiToken, User
from zhijia.accounts.services import factors, passwords, standing
from zhijia.audit import services as audit
from zhijia.audit.services import NOWHERE, Place
from zhijia.kernel.actors import Actor
from zhijia.kernel.codes import normal_mobile
from zhijia.kernel.errors import Refusal
from zhijia.vault import services as vault

MADE_LOGIN_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def create_user(
    *,
    actor: Actor,
    at: datetime,
    login: str = "",
    password: str = "",
    phone: str = "",
    staff: bool = False,
    demo: bool = False,
    must_change_password: bool = True,
    totp_secret: str = "",
    place: Place = NOWHERE,
) -> User:
    """A new account (S-01); a member's login is made when none is given, and without a password the way in
    is a code by SMS. Refuses a login or phone that is taken ("login_taken", "phone_taken") and a password
    below S-02.

    `demo` accounts cannot log in where the production switch is on. `place` is where the sealed phone stands.
    """
    login = login.strip().lower() or _made_login()
    user = User(login=login, staff=staff, demo=demo, created_at=at)
    if password:
        passwords.require_good(password, user=user, at=at)
        user.password = passwords.hashed(password)
        user.password_changed_at = at
        user.must_change_password = must_change_password
    else:
        user.set_unusable_password()
    _save(user)
    if phone:
        _seal_phone(user, phone, place=place, at=at)
    if totp_secret:
        factors.keep_secret(user, totp_secret, at=at)
        user.totp_since = at
        user.save(update_fields=["totp_since"])
    audit.record(
        actor=actor,
        at=at,
        action="account.create",
        subject="accounts_user",
        subject_id=user.pk,
        place=place,
        detail={"staff": staff, "phone": bool(phone), "second_factor": bool(totp_secret)},
    )
    return user


def close_account(*, actor: Actor, at: datetime, user_id: int, reason: str) -> None:
    """Nobody logs in with this account any more; its sessions and tokens end now (S-08)."""
    user = User.objects.select_for_update().get(pk=user_id)
    user.is_active = False
    user.save(update_fields=["is_active"])
    ended = sessions.end_all(user.pk)
    ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=at)
    audit.record(
        actor=actor,
        at=at,
        action="account.close",
        subject="accounts_user",
        subject_id=user.pk,
        place=standing.of_account(actor, user),
        reason=reason,
        detail={"sessions": ended},
    )


def reopen_account(*, actor: Actor, at: datetime, user_id: int, reason: str) -> None:
    """The account may log in again, with a new password of its own."""
    user = User.objects.select_for_update().get(pk=user_id)
    user.is_active = True
    user.must_change_password = True
    user.save(update_fields=["is_active", "must_change_password"])
    audit.record(
        actor=actor,
        at=at,
        action="account.reopen",
        subject="accounts_user",
        subject_id=user.pk,
        place=standing.of_account(actor, user),
        reason=reason,
    )


def _save(user: User) -> None:
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        if "person_id" in str(error):
            raise Refusal("person_has_account", _("This person has an account already.")) from error
        raise Refusal("login_taken", _("This user name is taken. Choose another one.")) from error


def _seal_phone(user: User, phone: str, *, place: Place, at: datetime) -> None:
    try:
        with transaction.atomic():
            vault.seal("accounts_user.phone", user.pk, normal_mobile(phone), place=place, at=at)
    except IntegrityError as error:
        raise Refusal(
            "phone_taken",
            _("Another account uses this phone already. Log in with it, or ask your union's officer."),
        ) from error


def _made_login() -> str:
    return "m-" + "".join(secrets.choice(MADE_LOGIN_LETTERS) for _letter in range(12))
