"""A county with members at three unions, and a drive of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from zhijia.campaigns import versions
from zhijia.campaigns.models import Drive, Entry, Piece
from zhijia.campaigns.services import opening, rostering, telling
from zhijia.catalogue.campaign_rules import Campaign
from zhijia.questionnaires.tests import world as halls
from zhijia.questionnaires.tests.world import Hall
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World

TODAY = date(2026, 11, 20)


@dataclass
class Season:
    """The world, its people at the factory and the mill, and drives of its unions."""

    world: World
    factory: Hall
    mill: Hall

    def drive(
        self,
        code: str = "send_coolness",
        *,
        at_union: str = "luyang",
        opened: bool = True,
        targets: dict[tuple[str, int], int] | None = None,
        **more: Any,
    ) -> Drive:
        """A drive of this definition, open with its roster made unless said otherwise."""
        actor = self.world.act(at_union)
        said: dict[str, Any] = {"opens_on": TODAY} | more
        drive = opening.make(
            actor=actor, at=AT, once=uuid4(), union=self.world.unions[at_union], code=code,
            targets={("people", 0): 5} if targets is None else targets, **said,
        )  # fmt: skip
        if opened:
            opening.open_drive(actor=actor, at=AT, drive_id=drive.pk)
            self.fill(drive)
        drive.refresh_from_db()
        return drive

    def fill(self, drive: Drive, at: datetime = AT) -> rostering.Kept:
        """What the job does once a drive is open."""
        kept = rostering.make(at=at, drive_id=drive.pk)
        telling.messages(at=at, drive_id=drive.pk)
        return kept

    def pieces(self, drive: Drive, thing: str, union: str = "factory") -> list[Piece]:
        """What those at a union get of it, as its officer sees it."""
        self.world.act(union)
        return list(Piece.objects.filter(drive_id=drive.pk, thing=thing).order_by("pk"))

    def listed(self, drive: Drive, union: str = "luyang") -> list[Entry]:
        """Who is on the roster, as the officer of this union sees it."""
        self.world.act(union)
        return list(Entry.objects.filter(drive=drive, left_on=None).order_by("pk"))


def season(factory: int = 3, mill: int = 2) -> Season:
    """Members who work outdoors at two unions of two counties."""
    world = worlds.build()
    one = halls.hall(factory, world=world)
    two = halls.hall(mill, world=world, key="mill", first=100)
    world.act("luyang")
    return Season(world, one, two)


def define(code: str, like: str = "send_coolness", **changed: Any) -> Campaign:
    """A definition like a shipped one, published here by two people."""
    from zhijia.campaigns.models import CampaignVersion
    from zhijia.catalogue import definitions
    from zhijia.catalogue.versions import content, digest

    data = content(definitions.load().campaigns[like]) | {"code": code, "version": 1} | changed
    campaign = Campaign.model_validate(data)
    CampaignVersion.objects.create(
        code=code, number=1, content=content(campaign), digest=digest(campaign), state="published",
        since=date(2026, 1, 1), made_by=1, published_by=2, made_at=AT, published_at=AT,
    )  # fmt: skip
    return versions.all_in_force(day=TODAY)[code]


def days_on(many: int) -> datetime:
    """So many days after the world's moment."""
    return AT + timedelta(days=many)
