"""One row, and what of it somebody sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from zhijia.catalogue.register_rules import Column
from zhijia.kernel import masking
from zhijia.kernel.actors import Actor
from zhijia.registers import shaping
from zhijia.registers.models import Row
from zhijia.registers.services import lists, naming, writing
from zhijia.registers.services.lists import Kept
from zhijia.registry import access
from zhijia.vault import services as vault


@dataclass(frozen=True, slots=True)
class Shown:
    """A field with its value as it stands, and as text; a sealed one is masked, its value the key under which the vault
    reveals it."""

    column: Column
    value: Any
    text: str


def find(actor: Actor, code: str, row_id: UUID, *, at: datetime) -> Row | None:
    """The row, for whoever sees the list at its union or whom the row is about."""
    kept = lists.ready(code, at=at)
    row = Row.objects.filter(register_id=kept.id, pk=row_id).first()
    return row if row is not None and sees(actor, kept, row) else None


def sees(actor: Actor, kept: Kept, row: Row) -> str:
    """How the actor sees the row: as `keepers`, `officers`, `own`, or not at all (``)."""
    if access.may(actor, kept.definition.keeper, row.union_id):
        return "keepers"
    if access.may(actor, "list.view", row.union_id):
        return "officers"
    if row.other_union_id is not None and access.may(actor, "list.view", row.other_union_id):
        return "officers"
    own = actor.person_id is not None and row.person_id == actor.person_id
    return "own" if own else ""


def columns_for(kept: Kept, seen_as: str) -> list[Column]:
    """The fields of the list that are seen so; whom a row is about sees all of it but what keepers keep to
    themselves."""
    if seen_as == "keepers":
        return list(kept.definition.fields)
    return list(kept.definition.seen_by("public", "members", "officers")) if seen_as else []


def shown(actor: Actor, kept: Kept, row: Row) -> list[Shown]:
    """The fields of the row the actor sees, with what they say."""
    (fields,) = shown_many(kept, [row], columns_for(kept, sees(actor, kept, row)))
    return fields


def shown_many(kept: Kept, found: Sequence[Row], columns: Sequence[Column]) -> list[list[Shown]]:
    """The same fields of many rows, in a few statements."""
    name_of = naming.named(kept.definition, [row.values for row in found])
    masked = _masked(found, columns)
    return [
        [
            Shown(
                column,
                row.values.get(column.name),
                masked.get(str(row.values.get(column.name)), masking.HIDDEN)
                if column.sealed and row.values.get(column.name)
                else shaping.text_of(column, row.values.get(column.name), name_of),
            )
            for column in columns
        ]
        for row in found
    ]


def _masked(found: Sequence[Row], columns: Sequence[Column]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for column in columns:
        if column.sealed:
            keys = [UUID(row.values[column.name]) for row in found if row.values.get(column.name)]
            masks = vault.masked_many(writing.SEALED[column.type], keys) if keys else {}
            texts.update({str(key): mask for key, mask in masks.items()})
    return texts
