"""Saying something to somebody: a row in the transaction that is the reason for it, sent on by a job."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import notices as kinds
from zhijia.kernel import rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.kernel.ids import new_id
from zhijia.notices import jobs, queries, rules
from zhijia.notices.models import Message, SwitchedOff

PAGE, SMS = "page", "sms"
_WHOM = """
SELECT a.id, a.person_id,
  ARRAY(SELECT o.channel FROM notices_switched_off o WHERE o.user_id = a.id AND o.kind = %(kind)s)
FROM accounts_user a
WHERE a.id = %(user)s::bigint OR %(user)s::bigint IS NULL AND a.person_id = %(person)s::uuid"""


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
    filled = kinds.kept(kind, values)
    user_id, person_id, off = _addressed(notice, to_user, to_person)
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
    rows.insert(message)
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


def _addressed(
    notice: kinds.Notice, to_user: int | None, to_person: UUID | None
) -> tuple[int | None, UUID | None, set[str]]:
    """Account and person, which belong together where both exist, so that a message is there under either; and by which
    channels they do not want this kind. One statement, none where nothing is to be asked."""
    if to_user is not None and to_person is not None and not (notice.sms or notice.can_be_switched_off):
        return to_user, to_person, set()
    found = rows.run(_WHOM, {"user": to_user, "person": to_person, "kind": notice.code})
    account, known_as, off = found[0] if found else (None, None, ())
    return to_user or account, to_person or known_as, set(off)
