"""A row says something else. Two who change it at once do not write over each other."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.kernel import days, rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registers.models import Row
from zhijia.registers.services import dueing, linking, lists, promises, telling, texting, writing
from zhijia.registers.services.lists import Kept
from zhijia.registry.models import Union

WRITTEN = ["version", "changed_at", "changed_by"]
_WRITE = """
UPDATE registers_row r SET {sets} FROM jsonb_populate_recordset(NULL::registers_row, %(rows)s::jsonb) n
WHERE r.register_id = %(list)s AND r.id = n.id"""


class ChangedMeanwhile(Refusal):
    """Somebody changed the row since it was opened: `row` is as it is now, `mine` what was typed, `by` the user who
    changed it and `when`. Nothing was written and nothing is lost."""

    def __init__(self, row: Row, mine: Mapping[str, Any]) -> None:
        super().__init__(
            "changed_meanwhile",
            _("Somebody changed this on %(when)s, while you had it open. Look at both and choose.")
            % {"when": f"{row.changed_at.astimezone(days.SHANGHAI):%Y-%m-%d %H:%M}"},
        )
        self.row, self.mine = row, dict(mine)
        self.by, self.when = row.changed_by, row.changed_at


def change(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    row_id: UUID,
    version: int,
    typed: Mapping[str, Any],
    reason: str = "",
) -> Row:
    """The row with what was typed; fields that were not typed stay. `version` is the one that was opened. Raises
    ChangedMeanwhile, NotTaken, NotForYou, and Refusal for a row that has ended. What says the same changes nothing."""
    kept = lists.ready(code, at=at)
    actor, row = writing.locked(actor, kept, row_id)
    if row.version != version:
        raise ChangedMeanwhile(row, typed)
    require_open(row)
    union = Union.objects.get(pk=row.union_id)
    before = dict(row.values)
    said = writing.read(kept, typed, actor=actor, at=at, union=union, before=before)
    if said.values == before and not said.clear:
        return row
    put(actor, at, kept, row, said)
    writing.seal(row, kept, said, before, at)
    linking.link(kept, [row.pk])
    dueing.count(kept, [row.pk], today=days.business_day(at), division=union.division)
    telling.changed(kept, [row], {row.pk: before})
    texting.ask(kept, [row], {row.pk: before})
    names = sorted(
        name for name in {*before, *row.values} if before.get(name) != row.values.get(name)
    ) or sorted(said.clear)
    writing.trail(actor, at, "row.change", kept, row, reason, fields=names)
    return row


def put(actor: Actor, at: datetime, kept: Kept, row: Row, said: writing.Said) -> None:
    """Write the values into the row, which counts its version on."""
    writing.put(row, kept, said)
    count_on(row, actor, at)
    put_many(kept, [row])


def put_many(kept: Kept, written: Sequence[Row], *, moved: bool = False, using: str = "default") -> None:
    """What these rows say now in one statement, and where they are `moved` to. The partition of the list alone is
    asked: over all lists a statement takes a hundred times as long to plan. Raises NotTaken."""
    columns = [*writing.columns(kept), *WRITTEN]
    columns += ["state", "came_on", "ended_on"] if moved else []
    plain = [{"id": row.pk, **{name: getattr(row, name) for name in columns}} for row in written]
    with promises.kept(kept.definition, using):
        rows.run(
            _WRITE.format(sets=", ".join(f'"{name}" = n."{name}"' for name in columns)),
            {"rows": json.dumps(plain, default=str, ensure_ascii=False), "list": kept.id},
            using,
        )


def count_on(row: Row, actor: Actor, at: datetime) -> None:
    """The next version of the row, by this actor."""
    row.version += 1
    row.changed_at, row.changed_by = max(at, row.changed_at), actor.user_id


def require_open(row: Row) -> None:
    """Raises Refusal for a row that has ended."""
    if row.ended_on is not None:
        raise Refusal(
            "row_ended",
            _("This ended on %(day)s. Nothing about it is changed any more.") % {"day": row.ended_on},
        )
