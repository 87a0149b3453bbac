"""Saying something to somebody: a row in the transaction that is the reason for it, sent on by a job."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import User
from zhijia.audit import services as audit
from zhijia.catalogue import notices as kinds
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.ids import new_id
from zhijia.notices import jobs, queries, rules
from zhijia.notices.models import Message, SwitchedOff

PAGE, SMS = "page", "sms"


def send(
    *,
    actor: Actor,
    at: datetime,
    kind: str,
    values: Mapping[str, object],
    link: str = "",
    reason: str = "",
    to_user: int | None = None,
    to_person: UUID | None = None,
) -> UUID | None:
    """Tell a user, or a person (and their account, if there is one), in the running transaction; the
    message's id. None when they have switched this kind off, or when there is nobody to tell.

    `values` are ids and names of things and fill exactly the placeholders the kind declares (ValueError
    otherwise). `link` is the name of a page or a path of ours; `reason` says in a word why this one was
    told.
    """
    if to_user is None and to_person is None:
        return None
    notice = kinds.get(kind)
    filled = _filled(kind, values)
    user_id, person_id = _address(to_user, to_person)
    off = _channels_off(user_id, kind)
    if notice.can_be_switched_off and PAGE in off:
        return None
    message = Message(
        id=new_id(),
        user_id=user_id,
        person_id=person_id,
        kind=kind,
        values=filled,
        link=link,
        reason=reason,
        created_at=at,
    )
    message.save(force_insert=True)
    if notice.sms and SMS not in off:
        jobs.deliver_sms.configure(schedule_at=rules.when_awake(at, jobs.quiet_hours(at))).defer(
            message_id=str(message.pk), sender_id=actor.user_id
        )
    return message.pk


def read(*, actor: Actor, at: datetime, message_id: UUID) -> None:
    """The message was read; somebody else's is not found (NotForYou)."""
    found = queries.own(actor).filter(pk=message_id)
    if not found.exists():
        raise NotForYou("not_found", _("There is no such message."))
    found.filter(read_at__isnull=True).update(read_at=at)


def read_all(*, actor: Actor, at: datetime) -> int:
    """Every message to the actor was read; how many were new."""
    return queries.own(actor).filter(read_at__isnull=True).update(read_at=at)


def switch(*, actor: Actor, at: datetime, kind: str, channel: str, on: bool) -> None:
    """Want this kind of message by this channel, or want it no more. Refuses ("cannot_switch_off") a kind
    that people have to get."""
    if actor.user_id is None:
        raise NotForYou("not_for_you", _("Log in first."))
    notice = kinds.get(kind)
    if channel not in (PAGE, SMS) or (channel == PAGE and not notice.can_be_switched_off):
        raise Refusal(
            "cannot_switch_off", _("This kind of message cannot be switched off: it is about your rights.")
        )
    if on:
        SwitchedOff.objects.filter(user_id=actor.user_id, kind=kind, channel=channel).delete()
    else:
        SwitchedOff.objects.bulk_create(
            [SwitchedOff(user_id=actor.user_id, kind=kind, channel=channel, since=at)], ignore_conflicts=True
        )
    audit.record(
        actor=actor,
        at=at,
        action="notice.switch",
        subject="notices_kind",
        subject_id=kind,
        detail={"channel": channel, "on": on},
    )


def _filled(kind: str, values: Mapping[str, object]) -> dict[str, str]:
    """The values as words; exactly those that the kind declares."""
    declared = kinds.get(kind).values
    if set(values) != set(declared):
        raise ValueError(f"{kind} takes the values {', '.join(declared) or 'none'}")
    return {name: str(value) for name, value in values.items()}


def _address(to_user: int | None, to_person: UUID | None) -> tuple[int | None, UUID | None]:
    """Account and person belong together where both exist, so that a message is there under either."""
    if to_user is None:
        return User.objects.filter(person_id=to_person).values_list("pk", flat=True).first(), to_person
    if to_person is None:
        return to_user, User.objects.filter(pk=to_user).values_list("person_id", flat=True).first()
    return to_user, to_person


def _channels_off(user_id: int | None, kind: str) -> set[str]:
    if user_id is None:
        return set()
    return set(SwitchedOff.objects.filter(user_id=user_id, kind=kind).values_list("channel", flat=True))
