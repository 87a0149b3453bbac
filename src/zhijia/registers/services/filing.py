"""Files of rows: taken in before the row is written, opened by whoever sees the field they stand in."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from zhijia.catalogue.register_rules import FILES, Column
from zhijia.files import services as files
from zhijia.files.models import StoredFile
from zhijia.kernel.actors import Actor
from zhijia.registers.models import List, Row
from zhijia.registers.queries import one, opening
from zhijia.registers.services import lists
from zhijia.registers.services.naming import FILES as OWNER
from zhijia.registry import access
from zhijia.registry.models import Union


def stored(
    *,
    actor: Actor,
    at: datetime,
    union: Union,
    row_id: UUID,
    columns: Iterable[Column],
    sent: Mapping[str, list[Any]],
    before: Mapping[str, Any],
    without: Iterable[str] = (),
) -> dict[str, list[str]]:
    """The ids of the files of each field after these were sent and others taken out; fields nothing happened to are not
    there. Refuses what `files` refuses."""
    gone = set(without)
    found: dict[str, list[str]] = {}
    for column in columns:
        if column.type not in FILES:
            continue
        there = [one for one in before.get(column.name) or [] if one not in gone]
        new = [
            str(
                files.store(
                    actor=actor,
                    at=at,
                    content=file.file,
                    name=file.name or "file",
                    owner=OWNER,
                    owner_id=row_id,
                    place=access.place_of(union),
                )
            )
            for file in sent.get(column.name, [])
        ]
        if new or len(there) != len(before.get(column.name) or []):
            found[column.name] = [*there, *new]
    return found


def may_open(actor: Actor, stored_file: StoredFile) -> bool:
    """The port of the files: whoever sees the field of the row in which it stands."""
    row_id, key = UUID(stored_file.owner_id), str(stored_file.pk)
    row = Row.objects.filter(pk=row_id).first()
    if row is not None:
        kept = lists.of(List.objects.select_related("version").get(pk=row.register_id))
        columns = one.columns_for(kept, one.sees(actor, kept, row))
        if any(key in (row.values.get(column.name) or []) for column in columns if column.type in FILES):
            return True
    return opening.shows_file(row_id, key)
