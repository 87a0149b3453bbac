"""What the audited union says: its comment on the draft, and the proof that something found was put right."""

from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit.services import Place
from zhijia.auditing.models import Engagement, Finding, Word
from zhijia.auditing.services import planning, promises, told
from zhijia.auditing.services.planning import ANSWER, WORK
from zhijia.files import services as files
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access

OWNER = "auditing.word"


def comment(*, actor: Actor, at: datetime, engagement_id: UUID, words: str, once: UUID) -> Word:
    """The union comments on the draft; the same key again is once. Raises Refusal where there is no draft, NotForYou
    for another union's."""
    engagement = Engagement.objects.filter(pk=engagement_id).first()
    if engagement is None:
        raise NotForYou("no_such_audit", _("There is no such audit here."))
    actor = access.require(actor, ANSWER, engagement.union_id)
    word = _say(actor, at, engagement, Word.Kind.COMMENT, words, once)
    told.trail(actor, at, "audit.comment", engagement)
    _tell_committee(actor, at, "audit_commented", engagement, {})
    return word


def prove(
    *,
    actor: Actor,
    at: datetime,
    finding_id: int,
    words: str,
    amount: int,
    once: UUID,
    content: BinaryIO | None = None,
    name: str = "",
) -> Word:
    """The union says how a finding was put right, how much of it (fen), with a page that proves it; the committee
    verifies it. The same key again is once. Raises Refusal for more than was found, and where it is over already."""
    finding = Finding.objects.filter(pk=finding_id).select_related("engagement").first()
    if finding is None:
        raise NotForYou("no_such_finding", _("There is no such finding here."))
    engagement = finding.engagement
    actor = access.require(actor, ANSWER, engagement.union_id)
    if not 0 <= amount <= finding.amount:
        broken = "finding_corrects_no_more_than_it_found"
        raise Refusal(broken, promises.BROKEN[broken])
    stands = Word.objects.filter(pk=once).first()
    if stands is not None:
        return stands
    file_id = None
    if content is not None:
        file_id = files.store(
            actor=actor, at=at, content=content, name=name, owner=OWNER, owner_id=engagement.pk,
            place=Place(engagement.union_id, engagement.county_id),
        )  # fmt: skip
    word = _say(actor, at, engagement, Word.Kind.PROOF, words, once, finding, amount, file_id)
    told.trail(actor, at, "audit.prove", engagement, {"finding": finding.number})
    _tell_committee(actor, at, "audit_proved", engagement, {"finding": finding.number})
    return word


def _say(
    actor: Actor,
    at: datetime,
    engagement: Engagement,
    kind: Word.Kind,
    words: str,
    once: UUID,
    finding: Finding | None = None,
    amount: int = 0,
    file_id: UUID | None = None,
) -> Word:
    if not words.strip():
        raise Refusal("words_missing", _("Say it in words."))
    stands = Word.objects.filter(pk=once).first()
    if stands is not None:
        return stands
    word = Word(
        id=once,
        engagement=engagement,
        finding=finding,
        kind=kind,
        words=words.strip(),
        amount=amount,
        file_id=file_id,
        said_at=at,
        said_by=actor.user_id or 0,
        **planning.places_of(engagement),
    )
    with promises.kept():
        word.save(force_insert=True)
    return word


def _tell_committee(
    actor: Actor, at: datetime, kind: str, engagement: Engagement, values: dict[str, object]
) -> None:
    told.tell(
        actor, at, kind, engagement, values,
        union_id=engagement.other_union_id, permission=WORK, link=f"/audits/{engagement.pk}/",
    )  # fmt: skip
