"""A row is added to a list."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from zhijia.kernel import days, rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.ids import new_id
from zhijia.registers.models import Row
from zhijia.registers.services import dueing, linking, lists, promises, telling, texting, writing
from zhijia.registers.services.lists import Kept
from zhijia.registers.services.writing import Said, Source
from zhijia.registry.models import Union

NOTHING = Source("", "")


def add(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    union_id: int,
    typed: Mapping[str, Any],
    source: Source = NOTHING,
    row_id: UUID | None = None,
) -> Row:
    """The row, of what was typed, kept at the union. Raises NotForYou, NotTaken with a sentence beside each field, and
    Refusal where unions of this level do not keep the list. The same source again answers the row it wrote."""
    kept = lists.ready(code, at=at)
    actor, union = writing.keeper(actor, kept, union_id)
    if source.kind and (there := of_source(kept, source)):
        return there
    said = writing.read(kept, typed, actor=actor, at=at, union=union)
    return write(actor=actor, at=at, kept=kept, union=union, said=said, source=source, row_id=row_id)


def of_source(kept: Kept, source: Source) -> Row | None:
    """The row this source wrote, where it has."""
    return Row.objects.filter(
        register_id=kept.id, source=source.kind, source_id=source.id, purpose=source.purpose
    ).first()


def write(
    *,
    actor: Actor,
    at: datetime,
    kept: Kept,
    union: Union,
    said: Said,
    source: Source = NOTHING,
    row_id: UUID | None = None,
) -> Row:
    """The row of values that were judged, by somebody whose right was asked."""
    today = days.business_day(at)
    row = Row(
        id=row_id or new_id(),
        register_id=kept.id,
        union_id=union.pk,
        county_id=union.stands_in,
        state=kept.definition.first_state,
        came_on=today,
        follows=kept.definition.follows,
        source=source.kind,
        source_id=source.id,
        purpose=source.purpose,
        made_at=at,
        made_by=actor.user_id,
        changed_at=at,
        changed_by=actor.user_id,
    )
    writing.put(row, kept, said)
    with promises.kept(kept.definition):
        ((row.number,),) = rows.run("SELECT nextval(%s::regclass)", [f"registers_number_{kept.id}"])
        row.save(force_insert=True)
    writing.seal(row, kept, said, {}, at)
    linking.link(kept, [row.pk])
    dueing.count(kept, [row.pk], today=today, division=union.division)
    telling.added(kept, row, today)
    texting.ask(kept, [row])
    writing.trail(actor, at, "row.add", kept, row, source=source.kind)
    return row
