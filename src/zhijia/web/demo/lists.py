"""Rows of the lists that unions keep: a few of each, made of the definition itself and a seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from zhijia.accounts.models import User
from zhijia.catalogue import codes
from zhijia.catalogue.register_rules import FILES, Column, Register
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.codes import synthetic_mobile
from zhijia.kernel.context import acting
from zhijia.kernel.errors import Refusal
from zhijia.registers.models import Row
from zhijia.registers.services import bulk, lists, versions, writing
from zhijia.registry import tree
from zhijia.registry.models import Consent, Employer, Person, Union
from zhijia.registry.services import consents
from zhijia.web.demo import list_files, list_lives
from zhijia.web.demo.logins import MEMBER, OFFICER, PROVINCE, REVIEWER, above_work, workplace
from zhijia.web.demo.words import words

RUNS = UUID("0c6a8f52-54f6-4c6e-9c1f-5d6a0b7f9a31")
SEED = 34
MANY = {REVIEWER: 5, OFFICER: 2, PROVINCE: 4}
TRIES = 60
CONSENTS = ("hardship_aid", "services")
"""What some lists hold is for, where people have to agree: the demo's member does."""
COMING = ("until", "_by", "due_on", "ends", "next_on", "warranty", "fee_on", "check_due", "day")
"""How a field of a day is called that has mostly not come yet."""
SOUTH, WEST = 31.72, 117.10
"""The corner of the square, a fifth of a degree wide, in which the demo's places stand."""


@dataclass
class Ground:
    """What the rows of one union can name."""

    union: Union
    day: date
    people: Sequence[str] = ()
    employers: Sequence[str] = ()
    rows: dict[str, list[str]] = field(default_factory=dict)
    files: Sequence[str] = ()
    """What stands in a field of files until they are there."""
    taken: Sequence[dict[str, Any]] = ()
    """What other unions' rows say where a list says something once."""


def make_lists(*, at: datetime) -> None:
    """A few rows of each list, once, and what became of them since."""
    if Row.objects.using("bulk").filter(source=bulk.SOURCE).exists():
        return
    with acting(_of(MEMBER)) as member:
        for purpose in CONSENTS:
            consents.give(actor=member, at=at - list_lives.WRITTEN, purpose=purpose)
    defined = versions.all_in_force(day=days.business_day(at))
    homes = {
        REVIEWER: above_work(),
        OFFICER: workplace(),
        PROVINCE: Union.objects.get(level=Union.Level.PROVINCE),
    }
    grounds: dict[tuple[str, str], Ground] = {}
    for code in in_order(defined):
        for login, union in homes.items():
            if is_kept(union, defined[code]):
                _make(login, union, defined[code], at, grounds)
    for code in in_order(defined):
        for login, union in homes.items():
            if is_kept(union, defined[code]):
                list_lives.went_on(_of(login), union, defined[code], at)


def in_order(defined: Mapping[str, Register]) -> list[str]:
    """The lists, each behind those its rows name."""
    found: list[str] = []

    def take(code: str) -> None:
        if code in found:
            return
        for column in defined[code].fields:
            if column.of and column.of != code:
                take(column.of)
        found.append(code)

    for code in sorted(defined):
        take(code)
    return found


def ground(union: Union, purpose: str, day: date) -> Ground:
    """What rows of a list that is for this may name at the union, as far as whoever acts sees it; no rows yet."""
    people = (
        Person.objects.filter(union_id__in=tree.under(union.pk).values("pk")).exclude(name="").order_by("pk")
    )
    if purpose in CONSENTS:
        agreed = Consent.objects.filter(purpose=purpose, withdrawn_at__isnull=True)
        people = people.filter(pk__in=agreed.values("person_id"))
    employers = Employer.objects.order_by("pk").values_list("pk", flat=True)[:40]
    keys = [str(key) for key in people.values_list("pk", flat=True)[:40]]
    return Ground(union, day, keys, [str(key) for key in employers])


def with_rows(here: Ground, register: Register) -> Ground:
    """The same with the rows of other lists that this one names, and of its own where it says something once."""
    named = {column.of for column in register.fields if column.of}
    once = any(column.once == "list" for column in register.fields)
    there = lists.there() if named or once else {}
    codes = {there[code].id: code for code in named if code in there}
    found: dict[str, list[str]] = {}
    for register_id, key in Row.objects.filter(register_id__in=codes).values_list("register_id", "pk"):
        found.setdefault(codes[register_id], []).append(str(key))
    own = Row.objects.none()
    if once and register.code in there:
        own = Row.objects.using("bulk").filter(register_id=there[register.code].id)
    return replace(here, rows=found, taken=list(own.values_list("values", flat=True)))


def rows_of(register: Register, here: Ground, many: int, at: datetime) -> list[dict[str, Any]]:
    """At most so many rows of the list that it takes: the same for the same seed. None where it needs what is not
    there."""
    chance = Random(f"{SEED}-{register.code}-{here.union.code}")  # noqa: S311  the demo's, to be repeated
    made: list[dict[str, Any]] = []
    written = _written(register, here.union)
    many = min(many, len(written) or many)
    for number in range(TRIES):
        if len(made) == many:
            break
        told = written.pop(0) if written else {}
        made_up = {
            column.name: _said(column, told, here)
            if _says(column, told)
            else _value(column, register, here, chance, number)
            for column in register.fields
        }
        values = {name: value for name, value in made_up.items() if value is not None}
        when = list_lives.when_due(register, len(made), is_told=bool(told))
        moved = list_lives.due_values(
            register, values, when, day=here.day, division=here.union.division, chance=chance
        )
        said = _judged(register, moved, here, at) or _judged(register, values, here, at)
        if said is not None and not _stands_there(register, said.values, [*here.taken, *made]):
            made.append(said.values)
        elif told:
            written.append(told)
    return made


def _judged(register: Register, values: dict[str, Any], here: Ground, at: datetime) -> writing.Said | None:
    try:
        return writing.judged(register, values, [], before={}, at=at, union=here.union)
    except Refusal:
        return None


def _of(login: str) -> Actor:
    user = User.objects.get(login=login)
    return Actor(user.pk, "demo", "demo-lists", person_id=user.person_id, stepped_up=True)


def _stands_there(register: Register, values: dict[str, Any], made: Sequence[dict[str, Any]]) -> bool:
    """Whether another row says already what stands once."""
    once = [column.name for column in register.fields if column.once]
    return any(values.get(name) == other.get(name) for name in once for other in made if values.get(name))


def _make(
    login: str, union: Union, register: Register, at: datetime, grounds: dict[tuple[str, str], Ground]
) -> None:
    with acting(_of(login)) as actor:
        lists.ready(register.code, at=at)
        which = (login, register.purpose)
        if which not in grounds:
            grounds[which] = ground(union, register.purpose, days.business_day(at))
        here = with_rows(grounds[which], register)
        if list_files.columns(register):
            made = rows_of(register, replace(here, files=("",)), MANY[login], at)
            list_files.write(actor, union, register, made, at - list_lives.WRITTEN)
            return
        made = rows_of(register, here, MANY[login], at)
    if made:
        with acting(actor):
            bulk.add_many(
                actor=actor,
                at=at - list_lives.WRITTEN,
                code=register.code,
                union_id=union.pk,
                rows=made,
                run=uuid5(RUNS, f"{register.code}-{union.pk}"),
            )


def is_kept(union: Union, register: Register) -> bool:
    """Whether rows of the list are made at the union: it keeps them, and where counties do, whose rows a province sees,
    too, some are written for its own level."""
    levels = {writing.LEVELS[level] for level in register.levels}
    below = union.level < Union.Level.COUNTY and Union.Level.COUNTY in levels
    return union.level in levels and (not below or bool(_written(register, union)))


def _written(register: Register, union: Union) -> list[dict[str, Any]]:
    """What rows of this list are written to say at a union of this level; none where all is left to chance."""
    rows: list[dict[str, Any]] = words("list_rows").get(register.code, [])
    return [row for row in rows if writing.LEVELS[row.get("kept_by", "county")] == union.level]


def _says(column: Column, told: Mapping[str, Any]) -> bool:
    """Whether a row that is written says this field, or leaves it out: people, firms and files are never written."""
    return column.name in told or (bool(told) and not column.required and column.type in _WRITTEN)


def _said(column: Column, told: Mapping[str, Any], here: Ground) -> Any:
    value = told.get(column.name)
    return (
        (here.day + timedelta(days=value)).isoformat()
        if column.type == "date" and value is not None
        else value
    )


def _value(column: Column, register: Register, here: Ground, chance: Random, number: int) -> Any:
    if column.type == "file" and here.files and (column.required or column.searched):
        return list(here.files)
    if column.type in FILES or (not column.required and chance.random() < 0.25):
        return None
    make = _MAKERS[column.type]
    return make(column, register, here, chance, number)


def _text(column: Column, register: Register, here: Ground, chance: Random, number: int) -> str | None:
    told = words("lists")
    if column.once or column.name in register.title:
        return _title(column, register, chance, number)[: column.most or 200]
    kinds = {
        "people": ("name", "leader", "officer", "owner", "who", "lead", "by", "contact", "keeper", "holder"),
        "offices": ("office", "with_whom"),
        "trades": ("trade", "post", "trades", "unit"),
        "companies": (
            "host",
            "operator",
            "provider",
            "partner",
            "firm",
            "company",
            "issuer",
            "group",
            "maker",
        ),
        "streets": ("address", "place_name", "at", "kept_at", "road"),
    }
    for kind, names in kinds.items():
        if any(part in names for part in (column.name, *column.name.split("_"))):
            word = chance.choice(told[kind])
            return str(f"{word}{chance.randint(1, 280)}" if kind == "streets" else word)[: column.most or 200]
    if column.name in {"phone", "hours"}:
        return {"phone": "12351", "hours": "08:00-20:00"}[column.name]
    return str(chance.choice(told["sentences"]))[: column.most or 200]


def _title(column: Column, register: Register, chance: Random, number: int) -> str:
    told = words("lists")
    if (
        column.once == "list"
        or "number" in column.name
        or column.name in {"card", "certificate", "licence", "code"}
    ):
        return f"{register.code[:3].upper()}{number:03}{chance.randint(1000, 9999)}"
    if "name" in column.name and register.code not in told["titles"]:
        return str(told["people"][number % len(told["people"])])
    noun = told["titles"].get(register.code, "")
    if column.name != register.title[0] and register.by_name[register.title[0]].type == "text":
        return noun or str(chance.choice(told["people"]))
    street = told["streets"][number % len(told["streets"])]
    return f"{street}{noun}" if noun else str(chance.choice(told["people"]))


def _day(column: Column, _register: Register, here: Ground, chance: Random, _number: int) -> str:
    if any(part in column.name for part in COMING):
        return (here.day + timedelta(days=chance.randint(-20, 500))).isoformat()
    return (here.day - timedelta(days=chance.randint(3, 700))).isoformat()


def _whole(column: Column, _register: Register, here: Ground, chance: Random, _number: int) -> int:
    least = column.least or 0
    most = min(column.most if column.most is not None else least + 60, least + 60)
    if column.name == "year":
        return here.day.year - chance.randint(0, 8)
    return chance.randint(least, most)


def _choices(column: Column, _register: Register, _here: Ground, chance: Random, _number: int) -> list[str]:
    offered = [choice.code for choice in column.choices]
    return chance.sample(offered, chance.randint(1, min(4, len(offered))))


def _code(column: Column, _register: Register, here: Ground, chance: Random, _number: int) -> str:
    return chance.choice([code for code, _label in codes.options(column.code_list, here.day)])


def _point(_column: Column, _register: Register, _here: Ground, chance: Random, _number: int) -> list[float]:
    return [round(SOUTH + chance.random() / 5, 5), round(WEST + chance.random() / 5, 5)]


def _one_of(keys: Sequence[str], chance: Random) -> str | None:
    return chance.choice(list(keys)) if keys else None


_WRITTEN = {"text", "long_text", "whole", "money", "date", "choice", "point"}
"""What a row that is written down does not say stays empty in fields of these types that nobody has to fill in."""
_MAKERS: Mapping[str, Any] = {
    "text": _text,
    "long_text": lambda _c, _r, _h, chance, _n: chance.choice(words("lists")["sentences"]),
    "date": _day,
    "whole": _whole,
    "money": lambda _c, _r, _h, chance, _n: chance.randint(20, 800) * 10_000,
    "yes_no": lambda _c, _r, _h, chance, _n: chance.random() < 0.7,
    "code": _code,
    "choice": lambda column, _r, _h, chance, _n: chance.choice([one.code for one in column.choices]),
    "choices": _choices,
    "mobile": lambda _c, _r, _h, chance, _n: synthetic_mobile(chance.randint(1, 10**7)),
    "id_number": lambda _c, _r, _h, _chance, _n: None,
    "division": lambda _c, _r, here, _chance, _n: here.union.division or None,
    "union": lambda _c, _r, here, _chance, _n: str(here.union.pk),
    "employer": lambda _c, _r, here, chance, _n: _one_of(here.employers, chance),
    "person": lambda _c, _r, here, chance, _n: _one_of(here.people, chance),
    "row": lambda column, _r, here, chance, _n: _one_of(here.rows.get(column.of or "", []), chance),
    "point": _point,
}
