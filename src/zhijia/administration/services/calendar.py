"""The table of working days ends, and whoever looks after the platform hears of it in time (CLK-02)."""

from datetime import date, datetime

from django.db.models import Q

from zhijia.catalogue import notices, parameters, roles, working_days
from zhijia.kernel import days
from zhijia.kernel.context import whole
from zhijia.notices import many
from zhijia.notices.models import Message
from zhijia.registry.models import Grant

KIND, LOOKS_AFTER = "calendar_ends", "health.view"


def ends_soon(today: date) -> date | None:
    """The last day of the table once it is near or past; None before."""
    last = working_days.last_day()
    near = parameters.value("calendar.alarm_days", day=today)
    return last if (last - today).days <= near else None


def said(today: date) -> tuple[str, str] | None:
    """What is to be done about it and why, in the reader's language; None while there is time."""
    last = ends_soon(today)
    if last is None:
        return None
    values = notices.kept(KIND, _values(last))
    return notices.title(KIND, values), notices.body(KIND, values)


def tell(*, at: datetime) -> int:
    """Tell everybody who looks after the platform, wherever, once for each end; how many."""
    today = days.business_day(at)
    last = ends_soon(today)
    if last is None:
        return 0
    giving = [role.code for role in roles.all() if LOOKS_AFTER in role.permissions]
    in_force = Q(valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gt=today))
    with whole() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [KIND])
        told = Message.objects.using("bulk").filter(kind=KIND, values__day=last.isoformat())
        users = (
            Grant.objects.using("bulk")
            .filter(in_force, role__in=giving, user__is_active=True)
            .exclude(user_id__in=told.values("user_id"))
            .order_by("user_id")
            .values_list("user_id", flat=True)
            .distinct()
        )
        return many.tell_users(
            at=at,
            kind=KIND,
            values=_values(last),
            user_ids=list(users),
            link="administration:definitions",
            reason="health",
            using="bulk",
        )


def _values(last: date) -> dict[str, object]:
    return {"day": last, "year": last.year + 1}
