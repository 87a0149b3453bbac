"""Proving again who one is, before something sensitive (S-06)."""

from datetime import datetime

from django.contrib.auth.hashers import is_password_usable
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import User
from zhijia.accounts.services import codes, factors, passwords, standing
from zhijia.audit import services as audit
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.vault import services as vault

PURPOSE = "step_up"


def prove(*, actor: Actor, at: datetime, user_id: int, password: str | None, code: str) -> bool:
    """Whether the password (and the second factor, where there is one) is right; for an account without a
    password, the code sent to its phone. Failures count as failed log-ins. Does not raise."""
    user, place = User.objects.get(pk=user_id), standing.own(actor)
    if is_password_usable(user.password):
        right = passwords.check(actor=actor, at=at, user_id=user_id, password=password or "")
        if right and user.totp_since:
            right = factors.check(actor=actor, at=at, user_id=user_id, code=code)
    else:
        phone = vault.read_inside("accounts_user.phone", user_id)
        right = codes.check(phone=phone, purpose=PURPOSE, code=code, actor=actor, at=at, place=place)
    if right:
        audit.record(
            actor=actor, at=at, action="step_up", subject="accounts_user", subject_id=user_id, place=place
        )
    return right


def send_code(*, actor: Actor, at: datetime, user_id: int) -> None:
    """Send a code to the account's own phone. Refuses "no_phone"."""
    try:
        phone = vault.read_inside("accounts_user.phone", user_id)
    except NotForYou as error:
        raise Refusal(
            "no_phone", _("This account has neither a password nor a phone. Ask your union's officer.")
        ) from error
    codes.send(phone=phone, purpose=PURPOSE, actor=actor, at=at, place=standing.own(actor))
