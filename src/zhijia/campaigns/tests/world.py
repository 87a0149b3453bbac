"""A county with members at three unions, and a drive of it. Everything is committed: rosters are made on `bulk`."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from django.db import transaction

from zhijia.campaigns import versions
from zhijia.campaigns.models import CampaignVersion, Drive, Entry, Piece
from zhijia.campaigns.services import opening, rostering, telling
from zhijia.catalogue import definitions
from zhijia.catalogue.campaign_rules import Campaign
from zhijia.catalogue.versions import content, digest
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.questionnaires.tests import world as halls
from zhijia.questionnaires.tests.world import Hall
from zhijia.registry.models import Reorganisation
from zhijia.registry.services.reorganisations import plans
from zhijia.registry.tests import ready
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.reorganisations.plans import done
from zhijia.registry.tests.world import AT, World

TODAY = date(2026, 11, 20)
Said = TypeVar("Said")


@dataclass
class Season:
    """The world, its people at the factory and the mill, and drives of its unions."""

    world: World
    factory: Hall
    mill: Hall

    def at_work(self, name: str) -> AbstractContextManager[Actor]:
        """Somebody at work for a union, in a transaction of theirs."""
        return acting(self.world.actors[name])

    def do(self, name: str, service: Callable[..., Said], **said: Any) -> Said:
        """Somebody does something, and it is committed."""
        with self.at_work(name) as actor:
            return service(actor=actor, **{"at": AT} | said)

    def drive(
        self,
        code: str = "send_coolness",
        *,
        by: str = "luyang",
        opened: bool = True,
        targets: dict[tuple[str, int], int] | None = None,
        **more: Any,
    ) -> Drive:
        """A drive of this definition, open with its roster made unless said otherwise."""
        aims = {("people", 0): 5} if targets is None else targets
        said: dict[str, Any] = {
            "opens_on": TODAY,
            "code": code,
            "targets": aims,
            "union": self.world.unions[by],
        }
        drive = self.do(by, opening.make, once=uuid4(), **said | more)
        if opened:
            self.do(by, opening.open_drive, drive_id=drive.pk)
            self.fill(drive)
        drive.refresh_from_db()
        return drive

    def fill(self, drive: Drive, at: datetime = AT) -> rostering.Kept:
        """What the job does once a drive is open."""
        kept = rostering.make(at=at, drive_id=drive.pk)
        telling.messages(at=at, drive_id=drive.pk)
        return kept

    def merge(self, source: str, target: str) -> None:
        """One union is merged into another, as a reorganisation does it."""
        unions = self.world.unions
        plan = plans.Merge(unions=(unions[source].pk,), into=unions[target].pk)
        assert done(self.world, plan, "province").state == Reorganisation.State.DONE

    def pieces(self, drive: Drive, thing: str, name: str = "factory") -> list[Piece]:
        """What those on the roster get of it, as this officer sees it."""
        with self.at_work(name):
            return list(Piece.objects.filter(drive_id=drive.pk, thing=thing).order_by("pk"))

    def listed(self, drive: Drive, name: str = "luyang") -> list[Entry]:
        """Who is on the roster, as this officer sees it."""
        with self.at_work(name):
            return list(Entry.objects.filter(drive=drive, left_on=None).order_by("pk"))


def season(factory: int = 3, mill: int = 2, build: Callable[[], World] = worlds.build) -> Season:
    """Members who work outdoors at two unions of two counties."""
    with transaction.atomic():
        world = build()
        one = halls.hall(factory, world=world)
        two = halls.hall(mill, world=world, key="mill", first=100)
    return Season(world, one, two)


def define(code: str, like: str = "send_coolness", **changed: Any) -> Campaign:
    """A definition like a shipped one, published here by two people."""
    data = content(definitions.load().campaigns[like]) | {"code": code, "version": 1} | changed
    campaign = Campaign.model_validate(data)
    ready.add(CampaignVersion(
        code=code, number=1, content=content(campaign), digest=digest(campaign), state="published",
        since=date(2026, 1, 1), made_by=1, published_by=2, made_at=AT, published_at=AT,
    ))  # fmt: skip
    return versions.all_in_force(day=TODAY)[code]


def days_on(many: int) -> datetime:
    """So many days after the world's moment."""
    return AT + timedelta(days=many)
