"""Drives as those on their rosters see them: what each gives them, how far that is, and why they stand on none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from zhijia.assets.models import Handed
from zhijia.campaigns import versions, who
from zhijia.campaigns.models import Drive, Entry, Piece
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
MOST = 50


@dataclass(frozen=True, slots=True)
class Own:
    """A drive somebody is on the roster of, with what it gives them, and when they signed for it where they did."""

    drive: Drive
    union: Union
    entry: Entry
    pieces: Sequence[tuple[Had, datetime | None]]


@dataclass(frozen=True, slots=True)
class Why(Reasons):
    """What the rule of a drive says of somebody."""

    explained: Explanation

    @property
    def told(self) -> Explanation:
        """What it says."""
        return self.explained


@dataclass(frozen=True, slots=True)
class NotOn:
    """A drive of one's unions that one is not on the roster of: whom it is for, and what its rule says of oneself."""

    drive: Drive
    union: Union
    campaign: Campaign
    lines: Sequence[str]
    why: Why | None


def given(actor: Actor, *, today: date) -> list[Own]:
    """What drives give whoever asks, the newest first; drives that give them nothing themselves are left out."""
    if actor.person_id is None:
        return []
    rows = (
        Entry.objects.filter(person_id=actor.person_id)
        .select_related("drive__version")
        .order_by("-pk")[:MOST]
    )
    unions = Union.objects.in_bulk({entry.drive.union_id for entry in rows})
    pieces = list(Piece.objects.filter(entry__in=[one.pk for one in rows]).order_by("-begins_on", "pk"))
    signed = _signed(pieces, actor.person_id)
    found = []
    for entry in rows:
        things = versions.of(entry.drive).things
        told = [
            (Had(one, things[one.thing], roster.is_late(one, today)), signed.get(one.source))
            for one in pieces
            if one.entry_id == entry.pk and things[one.thing].gives in THEIRS
        ]
        if told:
            found.append(Own(entry.drive, unions[entry.drive.union_id], entry, told))
    return found


def without(actor: Actor, *, today: date) -> list[NotOn]:
    """The open drives of one's unions that give people something, whose roster is made and does not name oneself."""
    if actor.person_id is None:
        return []
    held = Membership.objects.filter(person_id=actor.person_id, valid_to__isnull=True).first()
    if held is None:
        return []
    own = Union.objects.get(pk=held.union_id)
    named = set(
        Entry.objects.filter(person_id=actor.person_id, left_on__isnull=True).values_list(
            "drive_id", flat=True
        )
    )
    running = (
        drives.at_union(own).filter(state=Drive.State.OPEN, roster_on__isnull=False).exclude(pk__in=named)
    )
    some = [(drive, versions.of(drive)) for drive in running[:MOST]]
    unions = Union.objects.in_bulk({drive.union_id for drive, _campaign in some})
    return [
        NotOn(
            drive, unions[drive.union_id], campaign, meant.said(campaign, unions[drive.union_id], on=today).lines,
            _why(campaign, actor.person_id, today),
        )
        for drive, campaign in some
        if campaign.subject in {"person", "household"} and any(one.gives in WORTH for one in campaign.each)
    ]  # fmt: skip


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
