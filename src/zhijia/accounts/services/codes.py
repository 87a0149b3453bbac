"""One-time codes by SMS: somebody proves that they hold a phone."""

import secrets
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhijia.accounts import sms
from zhijia.accounts.models import OneTimeCode
from zhijia.accounts.services import attempts
from zhijia.audit import services as audit
from zhijia.audit.services import NOWHERE, Place
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.codes import mobile_error, normal_mobile
from zhijia.kernel.errors import Refusal

A_DAY = timedelta(days=1)


def send(
    *, phone: str, purpose: str, actor: Actor, at: datetime, place: Place = NOWHERE, instead: str = ""
) -> None:
    """Make a code for this phone and purpose and send it once the transaction has ended. With `instead` the
    phone gets that sentence and no code is made: the asker sees and waits the same. `place` is where the phone's
    account stands, for the trail.

    Refuses "mobile_wrong" and "mobile_unreachable"; TooMany beyond what one phone or one address may ask
    for in a day (S-23).
    """
    if mobile_error(phone):
        raise Refusal("mobile_wrong", _("This is not a mobile number: it needs 11 digits and begins with 1."))
    number = normal_mobile(phone)
    sms.require_reachable(number)
    key = attempts.digest(f"phone:{number}")
    _require_budget(key, actor, at)
    day = days.business_day(at)
    code = "".join(
        secrets.choice("0123456789") for _digit in range(parameters.value("accounts.otp_digits", day=day))
    )
    minutes = parameters.value("accounts.otp_minutes", day=day)
    if instead:
        text = instead
    else:
        OneTimeCode.objects.create(
            purpose=purpose,
            phone=key,
            digest=_digest(key, purpose, code),
            made_at=at,
            expires_at=at + timedelta(minutes=minutes),
        )
        text = gettext("%(code)s is your Zhijia code, valid for %(minutes)d minutes. Tell it to nobody.") % {
            "code": code,
            "minutes": minutes,
        }
    audit.record(
        actor=actor, at=at, action="code.send", subject="accounts_phone", subject_id=key[:16], place=place
    )
    transaction.on_commit(partial(sms.send, number, text))


def check(*, phone: str, purpose: str, code: str, actor: Actor, at: datetime, place: Place = NOWHERE) -> bool:
    """Whether this is the latest code sent to the phone for the purpose: not too old, not used, not guessed
    at too often. True once. Does not raise, so that the try stays counted."""
    key = attempts.digest(f"phone:{normal_mobile(phone)}")
    limit = parameters.value("accounts.otp_attempts", day=days.business_day(at))
    latest = (
        OneTimeCode.objects.select_for_update()
        .filter(phone=key, purpose=purpose)
        .order_by("-made_at", "-id")
        .first()
    )
    if latest is None or latest.used_at or latest.expires_at <= at or latest.tries >= limit:
        return False
    latest.tries += 1
    fits = secrets.compare_digest(latest.digest, _digest(key, purpose, "".join(code.split())))
    if fits:
        latest.used_at = at
    latest.save(update_fields=["tries", "used_at"])
    if not fits:
        audit.record(
            actor=actor, at=at, action="code.fail", subject="accounts_phone", subject_id=key[:16], place=place
        )
    return fits


def _require_budget(key: str, actor: Actor, at: datetime) -> None:
    day = days.business_day(at)
    attempts.one_at_a_time(key)
    pause = timedelta(seconds=parameters.value("accounts.otp_resend_seconds", day=day))
    attempts.require_few("sms_pause", key, at=at, window=pause, limit=1)
    attempts.require_few("sms", key, at=at, window=A_DAY, limit=parameters.value("sms.per_day", day=day))
    if actor.address:
        limit = parameters.value("sms.per_address_per_day", day=day)
        attempts.require_few("sms_address", attempts.digest(actor.address), at=at, window=A_DAY, limit=limit)


def _digest(key: str, purpose: str, code: str) -> str:
    return attempts.digest(f"code:{key}:{purpose}:{code}")
