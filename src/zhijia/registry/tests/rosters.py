"""Rosters for tests: rows as a union would send them, and the way from the file to the register."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from zhijia.kernel.actors import Actor
from zhijia.kernel.codes import synthetic_mobile, synthetic_resident_id
from zhijia.kernel.context import acting
from zhijia.registry.models import RosterImport, Union
from zhijia.registry.services.imports import runs, work
from zhijia.registry.tests import world as worlds

AT = worlds.AT
HEADER = ("姓名", "身份证号", "手机号码", "职业", "学历", "住址")


def person(serial: int, *, name: str = "", phone: str = "", job: str = "焊工", **more: str) -> list[str]:
    """A row of somebody: the same serial is the same identity number."""
    born = date(1970 + serial // 900 % 30, serial // 30 % 12 + 1, serial % 28 + 1)
    called = name or f"张{chr(0x4E00 + serial % 3000)}"
    number = more.get("number") or synthetic_resident_id(born, serial % 1000)
    return [
        called,
        number,
        phone or synthetic_mobile(serial),
        job,
        more.get("school", "大专"),
        more.get("home", ""),
    ]


def content(rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER) -> io.BytesIO:
    """The rows as a CSV file in UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return io.BytesIO(text.getvalue().encode())


def small_world() -> worlds.World:
    """The world of the other tests, committed."""
    with transaction.atomic():
        return worlds.build()


def sent(
    actor: Actor, union: Union, file: io.BytesIO, *, at: datetime = AT, name: str = "名册.csv"
) -> RosterImport:
    """The file sent and waiting to be checked."""
    with acting(actor):
        return runs.upload(actor=actor, at=at, union=union, name=name, content=file)


def checked(
    actor: Actor, union: Union, file: io.BytesIO, *, at: datetime = AT, name: str = "名册.csv"
) -> RosterImport:
    """The file sent and checked."""
    roster = sent(actor, union, file, at=at, name=name)
    return work.check(actor=actor, at=at, import_id=roster.pk)


def applied(
    actor: Actor, union: Union, file: io.BytesIO, *, at: datetime = AT, mode: str = "good_rows"
) -> RosterImport:
    """The file sent, checked, confirmed and written."""
    return written(actor, checked(actor, union, file, at=at), at=at, mode=mode)


def written(
    actor: Actor, roster: RosterImport, *, at: datetime = AT, mode: str = "good_rows"
) -> RosterImport:
    """The checked roster confirmed and written."""
    with acting(actor):
        runs.confirm(actor=actor, at=at, import_id=roster.pk, mode=mode)
    return work.apply(actor=actor, at=at, import_id=roster.pk)


def undone(actor: Actor, roster: RosterImport, *, at: datetime) -> RosterImport:
    """The import taken back."""
    with acting(actor):
        runs.undo(actor=actor, at=at, import_id=roster.pk)
    return work.undo(actor=actor, at=at, import_id=roster.pk)
