"""What the views of audits share."""

from typing import BinaryIO, cast
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from zhijia.auditing.models import Engagement
from zhijia.auditing.queries import audits
from zhijia.kernel.requests import Asked
from zhijia.registry.models import Union
from zhijia.registry.views.asking import nothing
from zhijia.ui.lines import State, Stop
from zhijia.ui.templatetags.ui import day as day_words


def audit_or_404(request: Asked, audit_id: UUID) -> tuple[Engagement, bool, bool]:
    """The audit, whether the actor works on the committee's side, and whether they answer for the audited union."""
    found = audits.find(request.actor, audit_id) if request.actor.user_id is not None else None
    if found is None:
        nothing()
    return found


def sent_file(request: HttpRequest, name: str) -> tuple[BinaryIO | None, str]:
    """The file that came under this name, if any, and what it is called."""
    sent = request.FILES.get(name)
    if sent is None or isinstance(sent, list):
        return None, ""
    return cast(BinaryIO, sent.file), sent.name or ""


def stops_of(audit: Engagement) -> list[Stop]:
    """The audit as a line of stops: what happened on which day, and what comes. The day it is planned for is shown
    until it has been told."""
    way = [
        (_("Audit planned"), "planned", None if audit.noticed_on else audit.plan_on),
        (_("Notice"), "noticed", audit.noticed_on),
        (_("Fieldwork"), "fieldwork", audit.fieldwork_on),
        (_("Draft report"), "drafted", audit.drafted_on),
        (_("Report"), "reported", audit.reported_on),
        (_("Rectification"), "rectifying", audit.escalated_on),
        (_("End"), "closed", audit.closed_on),
    ]
    states = [state for _title, state, _day in way]
    late = audit.state == Engagement.State.ESCALATED
    stopped = audit.state == Engagement.State.CALLED_OFF
    now = states.index("rectifying") if late else 0 if stopped else states.index(audit.state)
    over = audit.state == Engagement.State.CLOSED
    return [
        Stop(
            title,
            _stands(place, now, over, late, stopped),
            "",
            day_words(day) if day and place <= now else "",
        )
        for place, (title, _state, day) in enumerate(way)
    ]


def _stands(place: int, now: int, over: bool, late: bool, stopped: bool) -> State:
    if over or place < now:
        return "done"
    if place > now:
        return "next"
    return "stopped" if stopped else "late" if late else "now"


def names_of(*union_ids: int) -> dict[int, Union]:
    """The unions with these numbers."""
    return Union.objects.in_bulk(union_ids)
