"""Counting what may not happen too often: in PostgreSQL, so that every process counts the same (S-03,
S-23)."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import Attempt
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.errors import TooMany

FAILED = "failed"
LOCKED = "locked"
FROM_ADDRESS = "address"


def digest(text: str) -> str:
    """A keyed digest: the tables of attempts and codes tell nobody a name, a phone or an address."""
    return salted_hmac("zhijia.accounts", text, algorithm="sha256").hexdigest()


def one_at_a_time(key: str) -> None:
    """Wait until nobody else counts under this key; holds to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def add(kind: str, key: str, at: datetime) -> None:
    """One more."""
    Attempt.objects.create(kind=kind, key=key, at=at)


def count(kind: str, key: str, *, since: datetime) -> int:
    """How many since then."""
    return Attempt.objects.filter(kind=kind, key=key, at__gt=since).count()


def require_few(kind: str, key: str, *, at: datetime, window: timedelta, limit: int) -> None:
    """Refuse with TooMany when the limit within the window has been reached; count one more otherwise."""
    latest = Attempt.objects.filter(kind=kind, key=key, at__gt=at - window).order_by("-at")
    full = latest.values_list("at", flat=True)[limit - 1 : limit]
    for moment in full:
        seconds = int((moment + window - at).total_seconds()) + 1
        raise TooMany(
            "too_many",
            _("Too many tries in a short time. Wait %(minutes)d minutes and try again, or call 12351.")
            % {"minutes": -(-seconds // 60)},
            retry_after=seconds,
        )
    add(kind, key, at)


def first(kind: str, key: str, at: datetime) -> bool:
    """Whether this key is seen for the first time: True once, also for two who ask at the same moment."""
    one_at_a_time(f"{kind}:{key}")
    if Attempt.objects.filter(kind=kind, key=key).exists():
        return False
    add(kind, key, at)
    return True


def is_locked(account: str, at: datetime) -> bool:
    """Whether the account rests after too many failures (S-03)."""
    minutes = parameters.value("accounts.lock_minutes", day=days.business_day(at))
    return count(LOCKED, account, since=at - timedelta(minutes=minutes)) > 0


def fail(account: str, at: datetime) -> bool:
    """Count a failure; True when it is the one that locks the account, from now on and for a while (S-03)."""
    limit = parameters.value("accounts.lock_failures", day=days.business_day(at))
    add(FAILED, account, at)
    failures = Attempt.objects.filter(kind=FAILED, key=account)
    if failures.count() < limit:
        return False
    failures.delete()
    add(LOCKED, account, at)
    return True


def forget(account: str) -> None:
    """A success: the failures before it count no more."""
    Attempt.objects.filter(kind__in=(FAILED, LOCKED), key=account).delete()
