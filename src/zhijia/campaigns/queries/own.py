"""Drives as those on their rosters see them: what each gives them, how far that is, and why they stand on none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from zhijia.assets.models import Handed
from zhijia.campaigns import versions, who
from zhijia.campaigns.models import CampaignVersion, Drive, Entry, Piece
from zhijia.campaigns.queries import drives, meant, roster
from zhijia.campaigns.queries.roster import Had
from zhijia.catalogue.campaign_rules import Campaign
from zhijia.kernel.actors import Actor
from zhijia.matters.queries.qualifying import Reasons
from zhijia.registry.models import Membership, Union
from zhijia.rules import judging
from zhijia.rules.explaining import Explanation

THEIRS = frozenset({"message", "goods", "money", "case"})
"""What somebody gets themselves; the rest officers do."""
WORTH = THEIRS - {"message"}
"""What somebody misses who is not on the roster: a word of it alone is nothing to miss."""
OF_PEOPLE = ("person", "household")
"""Whom the drives are for whose roster names people for what they get."""


@dataclass(frozen=True, slots=True)
class Own:
    """A drive somebody is or was on the roster of, with what it gives them, and when they signed for it where they did.
    `asks`: they left it, it goes on at their unions, and they can read why."""

    drive: Drive
    union: Union
    entry: Entry
    pieces: Sequence[tuple[Had, datetime | None]]
    asks: bool


@dataclass(frozen=True, slots=True)
class NotOn:
    """A drive of one's unions that one is not on the roster of, and what it is."""

    drive: Drive
    union: Union
    campaign: Campaign


@dataclass(frozen=True, slots=True)
class Why(Reasons):
    """What the rule of a drive says of somebody."""

    explained: Explanation

    @property
    def told(self) -> Explanation:
        """What it says."""
        return self.explained


@dataclass(frozen=True, slots=True)
class Missed:
    """A drive one is not on the roster of: whom it is for, line by line, and what its rule says of oneself."""

    about: NotOn
    lines: Sequence[str]
    why: Why | None


def given(actor: Actor, *, today: date, rows: int, after: int | None = None) -> tuple[list[Own], int | None]:
    """A page of the drives that give whoever asks something themselves, the newest first, behind this entry, and the
    last of it where there are more."""
    if actor.person_id is None:
        return [], None
    theirs = _theirs(actor.person_id)
    found = Entry.objects.filter(
        person_id=actor.person_id, pk__in=Piece.objects.filter(theirs).values("entry_id")
    )
    found = found.select_related("drive__version").order_by("-pk")
    some = list((found.filter(pk__lt=after) if after else found)[: rows + 1])
    shown = some[:rows]
    unions = Union.objects.in_bulk({entry.drive.union_id for entry in shown})
    pieces = list(
        Piece.objects.filter(theirs, entry__in=[one.pk for one in shown]).order_by("-begins_on", "pk")
    )
    signed, left = _signed(pieces, actor.person_id), [one.drive_id for one in shown if one.left_on]
    asked = set(_for_people(actor).filter(pk__in=left).values_list("pk", flat=True)) if left else set()
    told: dict[int, list[tuple[Had, datetime | None]]] = {entry.pk: [] for entry in shown}
    things = {entry.pk: versions.of(entry.drive).things for entry in shown}
    for one in pieces:
        had = Had(one, things[one.entry_id][one.thing], roster.is_late(one, today))
        told[one.entry_id].append((had, signed.get(one.source)))
    page = [
        Own(
            one.drive,
            unions[one.drive.union_id],
            one,
            told[one.pk],
            bool(one.left_on) and one.drive_id in asked,
        )
        for one in shown
    ]
    return page, shown[-1].pk if len(some) > rows else None


def without(actor: Actor, *, rows: int, after: int | None = None) -> tuple[list[NotOn], int | None]:
    """A page of the open drives of one's unions that give people something and whose roster never named oneself, behind
    this one, and the last of it where there are more. Those one left stand with what one was given."""
    named = Entry.objects.filter(person_id=actor.person_id).values("drive_id")
    found = _for_people(actor).exclude(pk__in=named)
    some = list((found.filter(pk__lt=after) if after else found)[: rows + 1])
    unions = Union.objects.in_bulk({drive.union_id for drive in some})
    shown = [NotOn(drive, unions[drive.union_id], versions.of(drive)) for drive in some[:rows]]
    return shown, shown[-1].drive.pk if len(some) > rows else None


def missed(actor: Actor, number: int, *, today: date) -> Missed | None:
    """Why whoever asks is not on the roster of this drive; nothing where they are, or it is none of their unions'."""
    named = Entry.objects.filter(person_id=actor.person_id, left_on__isnull=True).values("drive_id")
    drive = _for_people(actor).exclude(pk__in=named).filter(pk=number).first()
    if drive is None or actor.person_id is None:
        return None
    about = NotOn(drive, Union.objects.get(pk=drive.union_id), versions.of(drive))
    lines = meant.said(about.campaign, about.union, on=today).lines
    return Missed(about, lines, _why(about.campaign, actor.person_id, today))


def _theirs(person_id: UUID) -> Q:
    """The pieces for this person that are theirs themselves, by what the versions of their drives say is given."""
    found = Q(pk__in=[])
    of_theirs = Drive.objects.filter(entries__person_id=person_id).values("version_id")
    for version in CampaignVersion.objects.filter(pk__in=of_theirs):
        given = [thing.code for thing in versions.definition(version).each if thing.gives in THEIRS]
        found |= Q(entry__drive__version=version.pk, thing__in=given)
    return Q(entry__person_id=person_id) & found


def _for_people(actor: Actor) -> QuerySet[Drive]:
    """The open drives of one's unions that give people something and whose roster is made, newest first."""
    held = None
    if actor.person_id is not None:
        held = Membership.objects.filter(person_id=actor.person_id, valid_to__isnull=True).first()
    if held is None:
        return Drive.objects.none()
    worth = Q()
    for one in sorted(WORTH):
        worth |= Q(version__content__contains={"each": [{"gives": one}]})
    return drives.at_union(Union.objects.get(pk=held.union_id)).filter(
        worth,
        state=Drive.State.OPEN,
        roster_on__isnull=False,
        version__content__subject__in=OF_PEOPLE,
    )


def _signed(pieces: Sequence[Piece], person_id: UUID) -> dict[str, datetime]:
    """When they signed for goods themselves, by what names the line of the issue."""
    sources = {
        int(one.source.rpartition(".")[2]): one.source for one in pieces if one.source.startswith("issue:")
    }
    lines = Handed.objects.filter(pk__in=sources, person_id=person_id, signed_at__isnull=False)
    return {sources[number]: at for number, at in lines.values_list("pk", "signed_at") if at is not None}


def _why(campaign: Campaign, person_id: UUID, today: date) -> Why | None:
    """What the rule says of them; none where no rule makes the roster."""
    rule = who.rule_of(campaign, on=today) if campaign.subject == "person" else None
    told = judging.asked_of(rule, person_id, on=today) if rule is not None else None
    return Why(told) if told is not None else None
