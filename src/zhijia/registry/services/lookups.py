"""Look-ups of people, counted per actor so that nobody can try out numbers (reliability, abuse 10)."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max, QuerySet, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, TooMany
from zhijia.registry import access, lookup_rules
from zhijia.registry.lookup_rules import Sought
from zhijia.registry.models import Lookup
from zhijia.vault import services as vault

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def count(*, actor: Actor, at: datetime, many: int = 1, sought: Sought | None = None) -> None:
    """Count look-ups of this actor. Raises TooMany when the minute's or the day's limit would be passed or numbers are
    tried out in a row, NeedsStepUp beyond a share of the day's limit.

    An import counts one per person it found active elsewhere (`many`), against the day's limit alone. The trail tells
    the form of what was sought, never what it was.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('registry.lookups'), %s)", [actor.user_id or 0])
    earlier = Lookup.objects.filter(user_id=actor.user_id or 0, at__gt=at - DAY)
    made, most = _sum(earlier), _per_day(actor, at)
    if many == 1 and _sum(earlier.filter(at__gt=at - MINUTE)) >= _parameter("lookups_per_minute", at):
        raise TooMany(
            "lookups_per_minute", _("Too many look-ups. Wait a minute and try again."), retry_after=60
        )
    if made + many > most:
        raise TooMany(
            "lookups_per_day",
            _("You have reached today's limit of look-ups. Ask your federation if you need more."),
            retry_after=3600,
        )
    near = vault.digest("lookup", sought.near) if sought and sought.near else ""
    if near:
        _wait(earlier.filter(near=near), at)
    if many == 1 and made * 100 >= most * _parameter("step_up_percent", at) and not actor.stepped_up:
        raise NeedsStepUp(
            "many_lookups", _("You have looked up many people today. Give your password again.")
        )
    Lookup.objects.create(user_id=actor.user_id or 0, at=at, many=many, near=near)
    audit.record(
        actor=actor,
        at=at,
        action="lookup",
        subject="lookup",
        subject_id=actor.user_id or 0,
        detail={"many": many} | ({"form": sought.form.value} if sought else {}),
    )


def left_today(*, actor: Actor, at: datetime) -> int:
    """How many look-ups the actor has left today."""
    made = _sum(Lookup.objects.filter(user_id=actor.user_id or 0, at__gt=at - DAY))
    return max(0, _per_day(actor, at) - made)


def _wait(alike: QuerySet[Lookup], at: datetime) -> None:
    """Numbers beside each other are not typed by chance: each one more takes twice as long."""
    told = alike.aggregate(many=Sum("many"), last=Max("at"))
    seconds = lookup_rules.wait(
        told["many"] or 0,
        free=_parameter("neighbours_free", at),
        first=_parameter("neighbour_wait_seconds", at),
        longest=_parameter("neighbour_wait_longest", at),
    )
    left = (told["last"] + timedelta(seconds=seconds) - at).total_seconds() if seconds else 0
    if left > 0:
        raise TooMany(
            "lookups_in_a_row",
            ngettext_lazy(
                "These numbers lie beside each other. Wait %(n)s second.",
                "These numbers lie beside each other. Wait %(n)s seconds.",
                int(left) + 1,
            )
            % {"n": int(left) + 1},
            retry_after=int(left) + 1,
        )


def _sum(lookups: QuerySet[Lookup]) -> int:
    return lookups.aggregate(sum=Sum("many"))["sum"] or 0


def _per_day(actor: Actor, at: datetime) -> int:
    """The day's limit; the hotline's own for those who answer it."""
    hotline = "hotline.lookup" in access.rights_of(actor).permissions
    return _parameter("hotline_lookups_per_day" if hotline else "lookups_per_day", at)


def _parameter(name: str, at: datetime) -> int:
    return int(parameters.value(f"enumeration.{name}", day=days.business_day(at)))
