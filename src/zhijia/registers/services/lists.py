"""The lists there are, each with its place in the database, which is made when it is first used."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from zhijia.catalogue.register_rules import Register
from zhijia.kernel import rows
from zhijia.registers.models import List, RegisterVersion
from zhijia.registers.services import versions

_READY = """
SELECT l.id, l.slots, v.id, v.digest FROM registers_list l JOIN registers_version v ON v.id = l.version_id
WHERE l.code = %s"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A list: its number, what its rows stand under, in which column a field stands besides."""

    id: int
    code: str
    definition: Register
    slots: dict[str, str]


def ready(code: str, *, at: datetime) -> Kept:
    """The list of that code, as its rows stand now. Raises UnknownDefinition. One nobody has used gets its place; a
    newer version of one that is used takes over by `bring_up`, which reads the old rows."""
    found = rows.run(_READY, [code])
    if not found:
        return prepare(versions.in_force(code, at=at))
    number, slots, version_id, digest = found[0]
    known = versions.known(version_id, digest)
    return Kept(number, code, known, json.loads(slots)) if known else of(_standing().get(pk=number))


def bring_up(code: str, *, at: datetime) -> Kept:
    """The list under the version in force: its rows are read by the rule the version states, all or none. Twice is
    once; killed, nothing has changed."""
    version = versions.in_force(code, at=at)
    row = _standing().filter(code=code).first()
    return of(row) if row is not None and row.version_id == version.pk else prepare(version)


def prepare(version: RegisterVersion) -> Kept:
    """The place of the list, made or made anew under this version."""
    ((number,),) = rows.run("SELECT registers_prepare(%s)", [version.pk])
    return of(List.objects.select_related("version").get(pk=number))


def there() -> dict[str, Kept]:
    """The lists that have a place, by code. One statement, and one more for each version read for the first time."""
    return {row.code: of(row) for row in _standing()}


def of(row: List) -> Kept:
    """The list of a row that has its version read."""
    assert row.version is not None
    return Kept(row.pk, row.code, versions.definition(row.version), row.slots)


def _standing() -> QuerySet[List]:
    """The lists that have a place, each with its version but for the text, which is read once a process."""
    rows = List.objects.select_related("version").filter(version__isnull=False)
    return rows.defer("version__content", "version__text")
