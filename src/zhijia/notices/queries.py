"""What somebody was told. Row policies and the query itself show one's own messages alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse

from zhijia.catalogue import notices as kinds
from zhijia.kernel.actors import Actor
from zhijia.notices.models import Message, SwitchedOff

PAGE_SIZE = 20
COUNTED = 100


@dataclass(frozen=True, slots=True)
class Told:
    """A message in words."""

    id: UUID
    kind: str
    title: str
    body: str
    why: str
    link: str
    at: datetime
    is_read: bool
    may_switch_off: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some messages, and where the next ones begin ("" at the end)."""

    messages: list[Told]
    next: str


@dataclass(frozen=True, slots=True)
class Preference:
    """A kind of message and how one gets it."""

    kind: str
    title: str
    why: str
    on_page: bool
    may_switch_off: bool
    by_sms: bool
    has_sms: bool


def messages_for(actor: Actor, after: UUID | None = None) -> Page:
    """The newest messages to the actor, from after the one named on."""
    rows = own(actor).order_by("-id")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: PAGE_SIZE + 1])
    following = str(found[PAGE_SIZE - 1].pk) if len(found) > PAGE_SIZE else ""
    return Page([_told(message) for message in found[:PAGE_SIZE]], following)


def unread_count(actor: Actor) -> int:
    """How many messages are new; counted up to 100."""
    return len(own(actor).filter(read_at__isnull=True).values_list("pk", flat=True)[:COUNTED])


def link_of(actor: Actor, message_id: UUID) -> str:
    """The address of what the message is about; empty when there is none."""
    link = own(actor).filter(pk=message_id).values_list("link", flat=True).first()
    return _address(link or "")


def preferences_of(actor: Actor) -> list[Preference]:
    """Every kind of message that leaves a choice, and what the actor has chosen."""
    if actor.user_id is None:
        return []
    off = set(SwitchedOff.objects.filter(user_id=actor.user_id).values_list("kind", "channel"))
    return [
        Preference(
            kind=notice.code,
            title=_plain(str(notice.label)),
            why=_plain(str(notice.reason)),
            on_page=(notice.code, "page") not in off,
            may_switch_off=notice.can_be_switched_off,
            by_sms=(notice.code, "sms") not in off,
            has_sms=notice.sms,
        )
        for notice in kinds.all()
        if notice.can_be_switched_off or notice.sms
    ]


def own(actor: Actor) -> QuerySet[Message]:
    if actor.user_id is None:
        return Message.objects.none()
    mine = Q(user_id=actor.user_id)
    if actor.person_id is not None:
        mine |= Q(person_id=actor.person_id)
    return Message.objects.filter(mine)


def _told(message: Message) -> Told:
    notice = kinds.get(message.kind)
    return Told(
        id=message.pk,
        kind=message.kind,
        title=kinds.title(message.kind, message.values),
        body=kinds.body(message.kind, message.values),
        why=kinds.reason(message.kind, message.values),
        link=_address(message.link),
        at=message.created_at,
        is_read=message.read_at is not None,
        may_switch_off=notice.can_be_switched_off,
    )


def _address(link: str) -> str:
    """A path of ours as it is, the name of a page as its address; nothing for a page that is gone."""
    if link.startswith("/") and not link.startswith("//"):
        return link
    try:
        return reverse(link) if link else ""
    except NoReverseMatch:
        return ""


def _plain(text: str) -> str:
    return text.replace("{", "").replace("}", "")
