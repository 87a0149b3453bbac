"""What was found: written while the audit is in the field or drafted, standing once it is reported."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from zhijia.auditing.models import Engagement, Finding, Item
from zhijia.auditing.services import planning, promises, told
from zhijia.catalogue import codes
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal

FIELDS = ("matter", "prohibition", "title", "words", "amount", "post")


@dataclass(frozen=True, slots=True)
class Found:
    """What a finding says: the matter of the audit, which of the eight prohibitions it breaks if any, a title, what is
    wrong, how much (fen), and the post that answers for it."""

    matter: str
    title: str
    words: str
    post: str
    prohibition: str = ""
    amount: int = 0


def add(
    *, actor: Actor, at: datetime, engagement_id: UUID, found: Found, item_id: int | None = None
) -> Finding:
    """Write a finding down, from an entry of a sample or of its own; it says whether the union had the same before.
    Raises Refusal where a matter or a prohibition is none, or words are missing."""
    engagement, actor = _taken(actor, engagement_id)
    _fits(found, at)
    item = Item.objects.filter(pk=item_id, sample__engagement=engagement).first() if item_id else None
    if item_id and item is None:
        raise NotForYou("no_such_item", _("There is no such entry in a sample here."))
    last = engagement.findings.aggregate(last=Max("number"))["last"] or 0
    with promises.kept():
        finding = Finding.objects.create(
            engagement=engagement,
            number=last + 1,
            item=item,
            repeats=_same_before(engagement, found),
            **planning.places_of(engagement),
            **{name: getattr(found, name) for name in FIELDS},
        )
    told.trail(actor, at, "audit.finding_add", engagement, {"finding": finding.number})
    return finding


def change(*, actor: Actor, at: datetime, finding_id: int, found: Found) -> Finding:
    """Write it down differently, before it is reported."""
    finding = _held(finding_id)
    engagement, actor = _taken(actor, finding.engagement_id)
    _fits(found, at)
    for name in FIELDS:
        setattr(finding, name, getattr(found, name))
    finding.repeats = _same_before(engagement, found)
    with promises.kept():
        finding.save(update_fields=[*FIELDS, "repeats"])
    told.trail(actor, at, "audit.finding_change", engagement, {"finding": finding.number})
    return finding


def remove(*, actor: Actor, at: datetime, finding_id: int) -> None:
    """It was none, after all: out of the draft; the trail keeps that it was there."""
    finding = _held(finding_id)
    engagement, actor = _taken(actor, finding.engagement_id)
    with promises.kept():
        finding.delete()
    told.trail(actor, at, "audit.finding_remove", engagement, {"finding": finding.number})


def _held(finding_id: int) -> Finding:
    finding = Finding.objects.select_for_update().filter(pk=finding_id).first()
    if finding is None:
        raise NotForYou("no_such_finding", _("There is no such finding here."))
    return finding


def _taken(actor: Actor, engagement_id: UUID) -> tuple[Engagement, Actor]:
    engagement = planning.held(engagement_id)
    return engagement, planning.at_work(actor, engagement)


def _fits(found: Found, at: datetime) -> None:
    today = days.business_day(at)
    if not codes.holds("audit_matters", found.matter, today):
        raise Refusal("no_such_matter", _("Choose the matter from the list."))
    if found.prohibition and not codes.holds("prohibitions", found.prohibition, today):
        raise Refusal("no_such_prohibition", _("Choose the prohibition from the list."))
    if not (found.title.strip() and found.words.strip() and found.post.strip()):
        raise Refusal("words_missing", _("Say what is wrong, and which post answers for it."))


def _same_before(engagement: Engagement, found: Found) -> Finding | None:
    """The last finding of the same kind at this union that had been put right: then this one repeats it."""
    return (
        Finding.objects.filter(
            union_id=engagement.union_id,
            matter=found.matter,
            prohibition=found.prohibition,
            state=Finding.State.VERIFIED,
        )
        .exclude(engagement=engagement)
        .order_by("-verified_on", "-id")
        .first()
    )
