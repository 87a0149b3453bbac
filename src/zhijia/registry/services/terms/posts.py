"""Somebody gives up a post before the term ends; the seat is to be filled within months (ORG-13, ORG-20)."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access
from zhijia.registry.models import Post, Union
from zhijia.registry.services.terms.above import trail


def end_post(*, actor: Actor, at: datetime, post_id: int, day: date, reason: str) -> Post:
    """The post was held until this day, for this reason. Ended already, it stays as it is."""
    post = Post.objects.select_for_update().filter(pk=post_id).first()
    if post is None:
        raise NotForYou("no_such_post", _("There is no such post at your union."))
    actor = access.require(actor, "term.record", post.union_id)
    if post.ended_on is not None:
        return post
    if not reason.strip():
        raise Refusal("reason_missing_post", _("Say why the post ends before the term."))
    if not post.term_from <= day <= days.business_day(at):
        raise Refusal("post_day", _("The last day lies after the post began, and not later than today."))
    post.ended_on = day
    post.save(update_fields=["ended_on"])
    union = Union.objects.get(pk=post.union_id)
    trail(actor, at, "post.end", union, "post", post.pk, kind=post.kind, reason=reason.strip())
    return post
