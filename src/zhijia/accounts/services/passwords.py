"""Passwords: slow salted hashes, few at a time, checked against the rule and one's own history (S-02)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from django.contrib.auth.hashers import (
    UNUSABLE_PASSWORD_PREFIX,
    check_password,
    is_password_usable,
    make_password,
)
from django.utils.translation import gettext_lazy as _

from zhijia.accounts import rules, sessions
from zhijia.accounts.models import OldPassword, User
from zhijia.accounts.services import attempts, failures, standing
from zhijia.audit import services as audit
from zhijia.catalogue import parameters, ports
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal, TooMany

BREACHED = Path(__file__).parent.parent / "data" / "breached.txt"
WAIT_SECONDS = 10
NO_PASSWORD = UNUSABLE_PASSWORD_PREFIX
# A hash takes a tenth of a second and 100 MB: more at once than cores would only starve the other pages.
_hashing = BoundedSemaphore(max(1, (os.cpu_count() or 2) // 2))

SENTENCES = {
    "short": _("The password is too short: it needs at least %(length)d characters."),
    "classes": _(
        "Mix at least %(classes)d of these in the password: small letters, capitals, digits,"
        " signs or Chinese."
    ),
    "login": _("The password may not contain your user name."),
    "breached": _("Everybody who breaks in tries this password first. Choose one of your own."),
}


def hashed(password: str) -> str:
    """The hash that is stored: argon2id."""
    with _one_of_few():
        return make_password(password)


def matches(password: str, encoded: str | None) -> bool:
    """Whether the password is the one that was hashed. Takes the same time when there is no account, no
    password, or another one: exactly one hash is computed (Django makes one for nothing where there is
    none)."""
    with _one_of_few():
        return check_password(password, encoded or NO_PASSWORD)


def require_good(password: str, *, user: User, at: datetime) -> None:
    """Refuses ("weak_password") what S-02 does not allow, with the sentence that says what to change."""
    day = days.business_day(at)
    length = parameters.value("accounts.password_min_length", day=day)
    classes = parameters.value("accounts.password_classes", day=day)
    fault = rules.password_fault(
        password, login=user.login, min_length=length, min_classes=classes, breached=_breached()
    )
    if fault:
        raise Refusal("weak_password", SENTENCES[fault] % {"length": length, "classes": classes}, fault=fault)


def change(
    *,
    actor: Actor,
    at: datetime,
    user_id: int,
    new: str,
    old: str | None = None,
    kept_session: str | None = None,
) -> None:
    """A new password. `old` None means that it was just proved in another way (the forced change at the first
    log-in). Every other session of the account ends. Refuses a wrong old password, a weak and a used one."""
    user = User.objects.select_for_update().get(pk=user_id)
    account = attempts.digest(f"user:{user.pk}")
    attempts.one_at_a_time(account)
    if old is not None and not _proves(user, account, old, actor, at):
        raise Refusal("wrong_password", _("The present password is not right."))
    require_good(new, user=user, at=at)
    _require_unused(user, new, at)
    if is_password_usable(user.password):
        OldPassword.objects.create(user=user, password=user.password, replaced_at=at)
    user.password = hashed(new)
    user.password_changed_at = at
    user.must_change_password = False
    user.save(update_fields=["password", "password_changed_at", "must_change_password"])
    ended = sessions.end_all(user.pk, but=kept_session)
    audit.record(
        actor=actor,
        at=at,
        action="password.change",
        subject="accounts_user",
        subject_id=user.pk,
        place=standing.of_account(actor, user),
        detail={"sessions_ended": ended},
    )
    ports.call(
        "notices.send",
        actor=actor,
        at=at,
        to_user=user.pk,
        kind="password_changed",
        values={},
        link="accounts:sessions",
        reason="account",
    )


def check(*, actor: Actor, at: datetime, user_id: int, password: str) -> bool:
    """Whether this is the account's password; a wrong one counts as a failed log-in (S-03). Does not
    raise."""
    account = attempts.digest(f"user:{user_id}")
    attempts.one_at_a_time(account)
    return _proves(User.objects.get(pk=user_id), account, password, actor, at)


def must_change(user: User, at: datetime) -> bool:
    """Whether a new password has to be set before anything else: first log-in, or older than S-02 allows
    staff."""
    if user.must_change_password:
        return True
    if not user.staff or user.password_changed_at is None:
        return False
    age = parameters.value("accounts.password_max_age_days", day=days.business_day(at))
    return at - user.password_changed_at > timedelta(days=age)


def _proves(user: User, account: str, password: str, actor: Actor, at: datetime) -> bool:
    locked = attempts.is_locked(account, at)
    if matches(password, user.password) and not locked:
        return True
    failures.count(
        actor=actor,
        at=at,
        account=account,
        user=user,
        action="password.fail",
        way="password",
        locked=locked,
    )
    return False


def _require_unused(user: User, new: str, at: datetime) -> None:
    kept = parameters.value("accounts.password_history", day=days.business_day(at))
    older = user.old_passwords.order_by("-replaced_at").values_list("password", flat=True)[: kept - 1]
    if any(matches(new, encoded) for encoded in [user.password, *older]):
        raise Refusal(
            "used_password",
            _("You have used this password before. The last %(count)d may not come back.") % {"count": kept},
        )


@contextmanager
def _one_of_few() -> Iterator[None]:
    if not _hashing.acquire(timeout=WAIT_SECONDS):
        raise TooMany(
            "busy",
            _("Very many people are logging in right now. Please try again in a minute."),
            retry_after=30,
        )
    try:
        yield
    finally:
        _hashing.release()


@cache
def _breached() -> frozenset[str]:
    lines = BREACHED.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
