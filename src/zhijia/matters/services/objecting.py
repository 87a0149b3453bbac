"""Somebody objects to a public notice: a case of their own, which holds the notice's until it is decided (HH-12)."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case, Linked
from zhijia.matters.services import asking
from zhijia.matters.services.noticing import OBJECTION, hanging, hangs
from zhijia.registry.models import Union

OVER = _(
    "The time to object to this notice is over. If you know something that matters, write a petition, or call 12351."
)


def require_in_time(case: Case, at: datetime) -> None:
    """Refuses an objection that is handed in after its notice has ended: nothing would wait for it any more. One that
    is in time keeps the notice from ending before it is there."""
    if case.code != OBJECTION:
        return
    against = case.links.filter(why=OBJECTION).values_list("to_id", flat=True).first()
    if against is None or not hangs(against, at=at):
        raise Refusal("notice_over", OVER)


def object_to(*, actor: Actor, at: datetime, notice_id: UUID) -> Case:
    """A draft of an objection to a notice that hangs, at the union that decides there. Once it is handed in, it holds
    the notice's case. Raises NotForYou for a notice that hangs no more."""
    notice = hanging(at=at).filter(pk=notice_id).first()
    if notice is None:
        raise NotForYou("no_such_notice", OVER)
    draft = asking.start(actor=actor, at=at, code=OBJECTION, heard_at=Union.objects.get(pk=notice.seat_id))
    draft.links.filter(why=OBJECTION).exclude(to_id=notice.case_id).delete()
    Linked.objects.get_or_create(case=draft, to_id=notice.case_id, defaults={"why": OBJECTION})
    return draft
