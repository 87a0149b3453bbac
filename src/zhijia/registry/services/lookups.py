"""Look-ups by number or phone, counted per actor so that nobody can try out numbers (reliability, abuse 10)."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import TooMany
from zhijia.registry import access
from zhijia.registry.models import Lookup


def count(*, actor: Actor, at: datetime, many: int = 1) -> None:
    """Count look-ups of this actor. Raises TooMany when the minute's or the day's limit would be passed.

    An import counts one per person it found active elsewhere (`many`), against the day's limit alone.
    """
    today = days.business_day(at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('registry.lookups'), %s)", [actor.user_id or 0])
    earlier = Lookup.objects.filter(user_id=actor.user_id or 0)
    minute = _sum(earlier, at - timedelta(minutes=1))
    day = _sum(earlier, at - timedelta(days=1))
    if many == 1 and minute >= parameters.value("enumeration.lookups_per_minute", day=today):
        raise TooMany(
            "lookups_per_minute", _("Too many look-ups. Wait a minute and try again."), retry_after=60
        )
    if day + many > _per_day(actor, at):
        raise TooMany(
            "lookups_per_day",
            _("You have reached today's limit of look-ups. Ask your federation if you need more."),
            retry_after=3600,
        )
    Lookup.objects.create(user_id=actor.user_id or 0, at=at, many=many)
    audit.record(
        actor=actor,
        at=at,
        action="lookup",
        subject="lookup",
        subject_id=actor.user_id or 0,
        detail={"many": many},
    )


def _sum(lookups: QuerySet[Lookup], since: datetime) -> int:
    return lookups.filter(at__gt=since).aggregate(sum=Sum("many"))["sum"] or 0


def left_today(*, actor: Actor, at: datetime) -> int:
    """How many look-ups the actor has left today."""
    made = _sum(Lookup.objects.filter(user_id=actor.user_id or 0), at - timedelta(days=1))
    return max(0, _per_day(actor, at) - made)


def _per_day(actor: Actor, at: datetime) -> int:
    """The day's limit; the hotline's own for those who answer it."""
    hotline = "hotline.lookup" in access.rights_of(actor).permissions
    key = "enumeration.hotline_lookups_per_day" if hotline else "enumeration.lookups_per_day"
    return int(parameters.value(key, day=days.business_day(at)))
