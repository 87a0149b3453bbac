"""A list shown before it is published: a made-up row of it, who sees which field, what falls due, how the rows fit."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import parameters
from zhijia.catalogue.register_parts import Due
from zhijia.catalogue.register_rules import FILES, Column, Register
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.ids import new_id
from zhijia.registers import shaping, values
from zhijia.registers.queries import cells, meaning
from zhijia.registers.services import dueing, naming, writing
from zhijia.registers.services.lists import Kept
from zhijia.registers.services.promises import NotTaken
from zhijia.registry.models import Union

NOWHERE = 0
"""The number of a list that has no place in the database yet."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Who sees a row, and the fields they see, with what they say where a row was made up."""

    who: Any
    fields: Sequence[tuple[Column, str]]


@dataclass(frozen=True, slots=True)
class Coming:
    """What falls due of a row added today: when first, none where that is not known yet, and when one is alarmed."""

    due: Due
    day: date | None
    alarms: Sequence[date]


@dataclass(frozen=True, slots=True)
class Tried:
    """A made-up row as it would stand: its name and values."""

    title: str
    values: Mapping[str, Any]


def attempt(
    *,
    actor: Actor,
    at: datetime,
    register: Register,
    union: Union,
    written: Mapping[str, Any],
    files: Collection[str],
) -> Tried:
    """A row of what somebody wrote, with files in these fields, kept at the union. Raises NotTaken with a sentence
    beside each field. Whether another row says the same where it may be said once is not asked."""
    typed, mistakes = meaning.handed(register, union, written, days.business_day(at))
    given, wrong = values.read(register, typed, known=naming.known(actor, at))
    given |= {name: [str(new_id())] for name in files if register.by_name[name].type in FILES}
    named = {one.name for one in mistakes}
    wrong = [*mistakes, *(one for one in wrong if one.name not in named)]
    try:
        said = writing.judged(register, given, wrong, before={}, at=at, union=union)
    except NotTaken as refusal:
        raise NotTaken(tuple({one.name: one for one in reversed(refusal.wrong)}.values())) from None
    return Tried(
        shaping.title(register, said.values, naming.named(register, [said.values])) or "—", said.values
    )


def line(columns: Sequence[Column], said: Mapping[str, Any]) -> list[str]:
    """The cells of the made-up row."""
    return cells.lines(columns, [said])[0]


def seen(register: Register, said: Mapping[str, Any] | None) -> list[Seen]:
    """Who sees which fields, from everybody to those who keep the list: each but what those before see already."""
    found, shown = [], set[str]()
    for who, fields in (
        (_("Everybody"), register.open_fields),
        (_("Every member who is logged in"), register.member_fields),
        (_("Officers who see lists"), register.seen_by("public", "members", "officers")),
        (_("Whoever keeps the list, alone"), register.fields),
    ):
        more = [column for column in fields if column.name not in shown]
        shown.update(column.name for column in more)
        if more:
            texts = line(more, said) if said is not None else [""] * len(more)
            found.append(Seen(who, list(zip(more, texts, strict=True))))
    return found


def coming(register: Register, said: Mapping[str, Any], *, at: datetime, division: str) -> list[Coming]:
    """What falls due of a row that says this and is added today."""
    kept, today = Kept(NOWHERE, register.code, register, {}), days.business_day(at)
    return [
        Coming(due, day, list(_alarms(due, day, division, today)))
        for due, day in dueing.first(kept, said, at=at, division=division)
    ]


def _alarms(due: Due, day: date | None, division: str, today: date) -> Iterable[date]:
    if day is not None:
        for before in sorted(parameters.value(due.alarm, division=division, day=today), reverse=True):
            yield day - timedelta(days=before)
