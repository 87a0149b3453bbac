"""Finding out who somebody is: by password, by a code on the phone, by single sign-on. What comes after
(second factor, new password) is asked by `next_stop`; nobody is logged in before every stop is passed."""

from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import Attempt, User
from zhijia.accounts.services import attempts, codes, failures, passwords, standing, users
from zhijia.audit import services as audit
from zhijia.catalogue import parameters, ports
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.codes import mobile_error, normal_mobile
from zhijia.kernel.errors import Refusal
from zhijia.vault import services as vault

Stop = Literal["second_factor", "enrol", "change_password", "inside"]
PURPOSE = "login"
DEVICE = "device"
A_MINUTE = timedelta(minutes=1)


def by_password(*, actor: Actor, at: datetime, name: str, password: str) -> User:
    """The account with this user name or phone and password. Refuses ("login_failed") with the same
    sentence and after the same time whether the account exists, is closed, rests after five failures, or
    the password is wrong (S-03, S-23). TooMany when one address tries too often. The caller lets the
    transaction commit: it counts."""
    _require_few(actor, at)
    user = find(name)
    account = attempts.digest(f"user:{user.pk}" if user else f"name:{name.strip().lower()}")
    attempts.one_at_a_time(account)
    locked = attempts.is_locked(account, at)
    right = passwords.matches(password, user.password if user else None)
    if user is not None and right and not locked and may_log_in(user):
        if not user.totp_since:
            attempts.forget(account)
        return user
    failures.count(
        actor=actor,
        at=at,
        account=account,
        user=user,
        action="login.fail",
        way="password",
        locked=locked,
    )
    raise failed(at)


def send_code(*, actor: Actor, at: datetime, phone: str) -> None:
    """Send a code to come in with; a phone nobody has used yet opens an account by it (MEM-03). A closed
    account and one of staff get a sentence instead: the page says and takes the same, and only who holds
    the phone learns more."""
    user = None if mobile_error(phone) else find(phone)
    instead = ""
    if user is not None and not may_log_in(user):
        instead = gettext(
            "Somebody asked for a log-in code, but the account of this number is closed. Ask your union."
        )
    elif user is not None and user.staff:
        instead = gettext("Staff of the union log in with user name and password, not with a code.")
    place = standing.of_account(actor, user)
    codes.send(phone=phone, purpose=PURPOSE, actor=actor, at=at, place=place, instead=instead)


def by_code(*, actor: Actor, at: datetime, phone: str, code: str) -> User:
    """The member's account with this phone, proved by the code; made now for a phone nobody has used yet.
    Refuses "wrong_code"."""
    _require_few(actor, at)
    user = None if mobile_error(phone) else find(phone)
    place = standing.of_account(actor, user)
    right = codes.check(phone=phone, purpose=PURPOSE, code=code, actor=actor, at=at, place=place)
    if right and user is None:
        return users.create_user(actor=actor, at=at, phone=phone, demo=settings.DEMO)
    if user is not None and right and not user.staff and may_log_in(user):
        return user
    _record_failure(actor, at, user, "code", place)
    raise Refusal("wrong_code", _("This code is not right or is too old. Ask for a new one."))


def by_subject(*, actor: Actor, at: datetime, subject: str) -> User:
    """The account linked with this subject of the single sign-on. Refuses "not_linked"."""
    found = vault.find("accounts_user.sso", subject)
    user = User.objects.filter(pk=int(found)).first() if found is not None else None
    if user is not None and may_log_in(user):
        return user
    _record_failure(actor, at, user, "sso", standing.of_account(actor, user))
    raise Refusal(
        "not_linked",
        _(
            "Your single sign-on is not linked with an account here."
            " Log in with your password and link it first."
        ),
    )


def went_out(*, actor: Actor, at: datetime) -> None:
    """Put the log-out on the trail, where the log-in stands."""
    audit.record(
        actor=actor,
        at=at,
        action="logout",
        subject="accounts_user",
        subject_id=actor.user_id,
        place=standing.own(actor),
    )


def came_in(*, actor: Actor, at: datetime, way: str, second_factor: bool, first: bool) -> None:
    """Put the log-in on the trail, where its union's auditor reads it, and tell the account when its device is
    one not seen before."""
    audit.record(
        actor=actor,
        at=at,
        action="login",
        subject="accounts_user",
        subject_id=actor.user_id,
        place=standing.own(actor),
        detail={"way": way, "second_factor": second_factor},
    )
    device = attempts.digest(f"device:{actor.user_id}:{actor.device}")
    if Attempt.objects.filter(kind=DEVICE, key=device).exists():
        return
    attempts.add(DEVICE, device, at)
    if not first:
        ports.call(
            "notices.send",
            actor=actor,
            at=at,
            to_user=actor.user_id,
            kind="new_device",
            values={},
            link="accounts:sessions",
            reason="account",
        )


def find(name: str) -> User | None:
    """The account with this user name, or with this phone when it looks like one."""
    if mobile_error(name) is None:
        found = vault.find("accounts_user.phone", normal_mobile(name))
        return User.objects.filter(pk=int(found)).first() if found is not None else None
    return User.objects.filter(login=name.strip().lower()).first()


def may_log_in(user: User) -> bool:
    """Whether the account is open; one of the demo is not where the production switch is on."""
    return user.is_active and not (user.demo and settings.PRODUCTION)


def next_stop(user: User, at: datetime, *, second_factor_given: bool, by_code: bool = False) -> Stop:
    """Where the log-in goes next: staff give or set up the second factor (S-05), an old or given password is
    changed (S-01, S-02), then one is inside. Who came by a code on the phone needs no password."""
    if (user.staff or user.totp_since) and not second_factor_given:
        return "second_factor" if user.totp_since else "enrol"
    if not by_code and passwords.must_change(user, at):
        return "change_password"
    return "inside"


def failed(at: datetime) -> Refusal:
    """The one sentence for every way a log-in can fail."""
    day = days.business_day(at)
    return Refusal(
        "login_failed",
        _(
            "This did not work: the name or the password is not right, or there were too many tries."
            " After %(failures)d wrong passwords an account rests for %(minutes)d minutes."
        )
        % {
            "failures": parameters.value("accounts.lock_failures", day=day),
            "minutes": parameters.value("accounts.lock_minutes", day=day),
        },
    )


def _require_few(actor: Actor, at: datetime) -> None:
    limit = parameters.value("accounts.login_attempts_per_minute", day=days.business_day(at))
    key = attempts.digest(actor.address)
    attempts.require_few(attempts.FROM_ADDRESS, key, at=at, window=A_MINUTE, limit=limit)


def _record_failure(actor: Actor, at: datetime, user: User | None, way: str, place: audit.Place) -> None:
    audit.record(
        actor=actor,
        at=at,
        action="login.fail",
        subject="accounts_user",
        subject_id=user.pk if user else "unknown",
        place=place,
        detail={"way": way, "locked": False},
    )
