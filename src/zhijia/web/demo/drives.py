"""The drives of the demo: riders who are to join, households that are visited, members whose data is checked or who are
asked to a check-up, packs for those who ride and deliver, and the counties' monthly return. Through the services; the
rosters are made as their job makes them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from zhijia.accounts.models import User
from zhijia.campaigns import versions
from zhijia.campaigns.models import Drive, Piece
from zhijia.campaigns.services import giving, opening, returning, rostering, telling
from zhijia.catalogue.asking.answers import read
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.registry.models import Union
from zhijia.web.demo.logins import OFFICER, PROVINCE, REVIEWER, counties, workplace
from zhijia.web.demo.words import words

KEYS = UUID("d0b1d1a3-6a0e-4e0a-8b6e-0f9b7f3d4a31")


def make_drives(*, at: datetime) -> None:
    """Each drive once, with its roster; some of what it gives is done."""
    there = set(Drive.objects.using("bulk").values_list("once", flat=True))
    for name, told in words("choosing")["drives"].items():
        once = uuid5(KEYS, name)
        if once in there:
            continue
        with transaction.atomic():
            drive = _opened(told, at, once)
        if told.get("since") or told.get("closed"):
            rostering.make(at=at - timedelta(days=told["opened"]), drive_id=drive.pk)
        if told.get("closed"):
            with transaction.atomic():
                _closed(drive, told, at)
            continue
        rostering.make(at=at, drive_id=drive.pk)
        telling.messages(at=at, drive_id=drive.pk)
    with transaction.atomic():
        _worked(at)


def _opened(told: dict[str, Any], at: datetime, once: UUID) -> Drive:
    opens = at - timedelta(days=told["opened"])
    homes = {
        REVIEWER: counties()[0],
        OFFICER: workplace(),
        PROVINCE: Union.objects.get(level=Union.Level.PROVINCE),
    }
    with _as(told["by"]) as actor:
        drive = opening.make(
            actor=actor, at=opens, once=once, union=homes[told["by"]], code=told["code"], title=told["title"],
            opens_on=days.business_day(opens),
            targets={(measure, 0): amount for measure, amount in told.get("targets", {}).items()},
            budget=told.get("budget", 0),
        )  # fmt: skip
        return opening.open_drive(actor=actor, at=opens, drive_id=drive.pk)


def _closed(drive: Drive, told: dict[str, Any], at: datetime) -> None:
    """A drive that is over: all but the last on its roster were seen, and its figures stand."""
    over = at - timedelta(days=told["closed"])
    done = words("choosing")["done"]
    with _as(told["by"]) as actor:
        waiting = list(Piece.objects.filter(drive_id=drive.pk, state=Piece.State.OPEN).order_by("pk"))
        for number, piece in enumerate(waiting[:-1]):
            giving.mark(actor=actor, at=over, piece_id=piece.pk, note=done[number % len(done)])
        opening.close(actor=actor, at=over, drive_id=drive.pk)


def _worked(at: datetime) -> None:
    """Tasks that were done, and one county that has sent its first return; nothing where something was done before."""
    if Piece.objects.using("bulk").filter(thing="month", done_by__isnull=False).exists():
        return
    done = words("choosing")["done"]
    with _as(REVIEWER) as actor:
        waiting = Piece.objects.filter(state=Piece.State.OPEN)
        for thing, note in (("seen", done[0]), ("seen", done[1]), ("stations", done[2])):
            piece = waiting.filter(thing=thing).order_by("pk").first()
            if piece is not None:
                giving.mark(actor=actor, at=at, piece_id=piece.pk, note=note)
        month = waiting.filter(thing="month", union_id=counties()[0].pk).order_by("begins_on").first()
        if month is not None:
            returning.send(actor=actor, at=at, piece_id=month.pk, answers=_answers(month))


def _answers(piece: Piece) -> dict[str, Any]:
    """What the county answers, in the stored form."""
    drive = Drive.objects.select_related("version").get(pk=piece.drive_id)
    typed = words("choosing")["answers"]
    questions = versions.of(drive).things[piece.thing].typed
    return {
        one.name: read(one, typed[one.name], known=lambda _kind, _value: True)[0]
        for one in questions
        if one.name in typed
    }


def _as(login: str) -> Any:
    return acting(Actor(User.objects.get(login=login).pk, "demo", "demo-drives", stepped_up=True))
