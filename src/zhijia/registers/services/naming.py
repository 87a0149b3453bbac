"""What codes, unions, employers, people, places and rows are called, and whether they are there for who asks."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from zhijia.catalogue import codes, divisions
from zhijia.catalogue.register_rules import Column, Register
from zhijia.files.models import StoredFile
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.registers.models import List, Row
from zhijia.registers.values import Known
from zhijia.registry.models import Employer, Person, Union

FILES = "registers.row"
"""The owner of the files of rows: `owner_id` is the row's id, or until it is there a key of whoever adds it."""


def known(actor: Actor, at: datetime) -> Known:
    """A question of (kind, value): whether there is such a code, division, union, employer, person, row or file."""
    day = days.business_day(at)

    def asked(kind: str, value: str) -> bool:
        if kind == "division":
            return value.isdecimal() and divisions.get(value) is not None
        if kind == "union":
            return (
                value.isdecimal() and Union.objects.filter(pk=int(value), dissolved_on__isnull=True).exists()
            )
        if kind == "employer":
            return value.isdecimal() and Employer.objects.filter(pk=int(value)).exists()
        if kind == "person":
            return Person.objects.filter(pk=UUID(value)).exclude(name="").exists()
        if kind == "file":
            mine = Q(user_id=actor.user_id) if actor.user_id else Q()
            return StoredFile.objects.filter(mine, pk=UUID(value), owner=FILES).exists()
        if kind.startswith("row:"):
            register = List.objects.filter(code=kind[4:]).values("pk")
            return Row.objects.filter(register_id__in=register, pk=UUID(value)).exists()
        return codes.holds(kind, value, day)

    return asked


def named(
    register: Register, values: Iterable[Mapping[str, object]], using: str = "default"
) -> Callable[[Column, str], str]:
    """What is called how in these rows, in a statement a kind of thing, as far as the alias lets see."""
    found: dict[tuple[str, str], str] = {}
    wanted: dict[str, set[str]] = {}
    asking = [column for column in register.fields if column.type in _ASKED or column.type == "row"]
    if asking:
        for row in values:
            for column in asking:
                if row.get(column.name) is not None:
                    wanted.setdefault(column.type, set()).add(str(row[column.name]))
    for kind, keys in wanted.items():
        called = titles(keys, asking, using) if kind == "row" else _ASKED[kind](keys, using)
        found.update({(kind, key): name for key, name in called.items()})

    def name_of(column: Column, value: str) -> str:
        if column.type == "code":
            return _label(column.code_list, value)
        return found.get((column.type, value), "")

    return name_of


def _label(code_list: str, code: str) -> str:
    option = codes.get(code_list).by_code.get(code)
    return option.label.zh if option else code


def _unions(keys: set[str], using: str) -> dict[str, str]:
    return {
        str(pk): name
        for pk, name in Union.objects.using(using).filter(pk__in=map(int, keys)).values_list("pk", "name")
    }


def _employers(keys: set[str], using: str) -> dict[str, str]:
    rows = Employer.objects.using(using).filter(pk__in=map(int, keys)).values_list("pk", "name")
    return {str(pk): name for pk, name in rows}


def _people(keys: set[str], using: str) -> dict[str, str]:
    return {
        str(pk): name
        for pk, name in Person.objects.using(using).filter(pk__in=keys).values_list("pk", "name")
    }


def titles(keys: Collection[str], columns: Iterable[Column], using: str = "default") -> dict[str, str]:
    """What rows that these columns name are called. Their lists are said to the database: it would look through every
    list there is."""
    named = {column.of for column in columns if column.of}
    of = list(List.objects.using(using).filter(code__in=named).values_list("pk", flat=True))
    rows = Row.objects.using(using).filter(register_id__in=of, pk__in=keys)
    return {str(pk): title for pk, title in rows.values_list("pk", "title")}


_ASKED: dict[str, Callable[[set[str], str], dict[str, str]]] = {
    "union": _unions,
    "employer": _employers,
    "person": _people,
    "division": lambda keys, _using: divisions.names(keys),
}
