"""The second factor: codes by time (RFC 6238), each taken once, and codes on paper for a lost phone
(S-05)."""

import secrets
from contextlib import AbstractContextManager
from datetime import datetime

import pyotp
from django.core import signing
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import RecoveryCode, User
from zhijia.accounts.services import attempts, failures, standing
from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.errors import Refusal
from zhijia.vault import services as vault

ISSUER = "Zhijia"
KIND = "accounts_user.totp"
STEP_SECONDS = 30
OFFER_SECONDS = 600
PAPER_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def offered(user: User, sealed: str) -> str:
    """The key this page offered the user a short while ago; a fresh one when there is none. It is kept
    nowhere but in the page that shows it."""
    try:
        secret: str = signing.loads(sealed, salt=_salt(user), max_age=OFFER_SECONDS)
    except signing.BadSignature:
        return pyotp.random_base32()
    return secret


def sealed_offer(user: User, secret: str) -> str:
    """The offered key as the page carries it: nobody can put in another one, or another account's."""
    return signing.dumps(secret, salt=_salt(user))


def address_of(user: User, secret: str) -> str:
    """The `otpauth://` address of this key, for a QR."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.login, issuer_name=ISSUER)


def enrol(*, actor: Actor, at: datetime, user_id: int, secret: str, code: str) -> list[str]:
    """Seal the key once a code proves that the app has it; the recovery codes, shown this once.
    Refuses "second_factor_there" for an account that has one, and "wrong_code"."""
    user = User.objects.select_for_update().get(pk=user_id)
    if user.totp_since:
        raise Refusal("second_factor_there", _("This account has a second factor already."))
    step = _step_of(secret, code, at)
    if step is None:
        raise wrong_code()
    keep_secret(user, secret, at=at)
    user.totp_since, user.totp_step = at, step
    user.save(update_fields=["totp_since", "totp_step"])
    on_paper = _fresh_recovery_codes(user, at)
    audit.record(
        actor=actor,
        at=at,
        action="second_factor.enrol",
        subject="accounts_user",
        subject_id=user.pk,
        place=standing.of_account(actor, user),
        detail={"recovery_codes": len(on_paper)},
    )
    return on_paper


def remove(*, actor: Actor, at: datetime, user_id: int, reason: str) -> None:
    """Take a lost second factor away, so that the next log-in asks for a new one. The caller asks the
    right."""
    user = User.objects.select_for_update().get(pk=user_id)
    user.totp_since, user.totp_step = None, 0
    user.save(update_fields=["totp_since", "totp_step"])
    user.recovery_codes.all().delete()
    audit.record(
        actor=actor,
        at=at,
        action="second_factor.remove",
        subject="accounts_user",
        subject_id=user.pk,
        place=standing.of_account(actor, user),
        reason=reason,
    )


def keep_secret(user: User, secret: str, *, at: datetime) -> None:
    """Seal the key in the vault, as the account itself: nobody else has it in sight."""
    with _as(user):
        vault.seal(KIND, user.pk, secret, at=at)


def kept_secret(user: User) -> str | None:
    """The account's key, to compare with and never to show; None when it has none."""
    with _as(user):
        return vault.open_to_use(KIND, user.pk)


def check(*, actor: Actor, at: datetime, user_id: int, code: str) -> bool:
    """Whether this is the account's code of this moment, or a recovery code, not used before. A wrong one
    counts as a failed log-in and is on the trail; while the account rests every code is wrong (S-03)."""
    account = attempts.digest(f"user:{user_id}")
    attempts.one_at_a_time(account)
    user = User.objects.select_for_update().get(pk=user_id)
    locked = attempts.is_locked(account, at)
    if not locked and (_take_code(user, code, at) or _take_recovery_code(user, code, actor, at)):
        attempts.forget(account)
        return True
    failures.count(
        actor=actor,
        at=at,
        account=account,
        user=user,
        action="second_factor.fail",
        way="second_factor",
        locked=locked,
    )
    return False


def wrong_code() -> Refusal:
    """The answer to a code that does not fit, was used, or comes while the account rests."""
    return Refusal(
        "wrong_code", _("This code is not right, or was used already. Wait for the next one and try again.")
    )


def _salt(user: User) -> str:
    return f"accounts.enrol.{user.pk}"


def _take_code(user: User, code: str, at: datetime) -> bool:
    if not user.totp_since:
        return False
    secret = kept_secret(user)
    step = _step_of(secret, code, at) if secret else None
    if step is None or step <= user.totp_step:
        return False
    user.totp_step = step
    user.save(update_fields=["totp_step"])
    return True


def _as(user: User) -> AbstractContextManager[Actor]:
    return acting(Actor(user_id=user.pk, channel="job", request_id="second-factor"))


def _take_recovery_code(user: User, code: str, actor: Actor, at: datetime) -> bool:
    digest = _paper_digest(user, code)
    taken = RecoveryCode.objects.filter(user=user, digest=digest, used_at__isnull=True).update(used_at=at)
    if taken:
        audit.record(
            actor=actor,
            at=at,
            action="second_factor.recover",
            subject="accounts_user",
            subject_id=user.pk,
            place=standing.of_account(actor, user),
        )
    return bool(taken)


def _step_of(secret: str, code: str, at: datetime) -> int | None:
    """The time step whose code this is, a little drift allowed; None for a wrong one."""
    typed = "".join(code.split())
    drift = parameters.value("accounts.totp_drift_steps", day=days.business_day(at))
    now = int(at.timestamp()) // STEP_SECONDS
    maker = pyotp.TOTP(secret, interval=STEP_SECONDS)
    fitting = [
        step
        for step in range(now - drift, now + drift + 1)
        if secrets.compare_digest(maker.generate_otp(step).encode(), typed.encode())
    ]
    return fitting[-1] if fitting else None


def _fresh_recovery_codes(user: User, at: datetime) -> list[str]:
    count = parameters.value("accounts.recovery_codes", day=days.business_day(at))
    user.recovery_codes.all().delete()
    codes = [_paper_code() for _code in range(count)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=_paper_digest(user, code)) for code in codes
    )
    return codes


def _paper_code() -> str:
    letters = "".join(secrets.choice(PAPER_LETTERS) for _letter in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def _paper_digest(user: User, code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return attempts.digest(f"paper:{user.pk}:{plain}")
