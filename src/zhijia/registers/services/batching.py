"""Many rows changed in one go: the same fields, or the same state; all of them or none."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registers.models import Row
from zhijia.registers.services import (
    changing,
    dueing,
    linking,
    lists,
    moving,
    telling,
    texting,
    writing,
)
from zhijia.registers.services.lists import Kept
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import listed

MOST = "registers.batch_rows"
"""The parameter with how many rows one batch changes at most."""


def change(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    row_ids: Sequence[UUID],
    typed: Mapping[str, Any] | None = None,
    state: str = "",
    reason: str = "",
) -> int:
    """Write what was typed into these rows, and let them go to the state; how many changed. Raises NotForYou where one
    of them is not there for the actor, Refusal that names each row that cannot take it: then none has changed."""
    kept = lists.ready(code, at=at)
    today = days.business_day(at)
    if len(row_ids) > (most := int(parameters.value(MOST, day=today))):
        raise Refusal("too_many_rows", _("Choose at most %(most)d rows at once.") % {"most": most})
    found = list(Row.objects.select_for_update().filter(register_id=kept.id, pk__in=row_ids).order_by("pk"))
    if len(found) < len(set(row_ids)):
        raise NotForYou("no_such_row", _("There is no such row."))
    unions = {union.pk: union for union in Union.objects.filter(pk__in={row.union_id for row in found})}
    for union_id in unions:
        actor = access.require(actor, kept.definition.keeper, union_id)
    before = {row.pk: dict(row.values) for row in found}
    written: list[Row] = []
    refused: list[tuple[Row, Refusal]] = []
    for row in found:
        try:
            if _take(row, kept, unions[row.union_id], actor, at, typed or {}, state, reason):
                written.append(row)
        except NotForYou:
            raise
        except Refusal as refusal:
            refused.append((row, refusal))
    if refused:
        raise Refusal(refused[0][1].code, _each_named(refused)) from refused[0][1]
    changing.put_many(kept, written, moved=bool(state))
    ids = [row.pk for row in written]
    linking.link(kept, ids)
    for union in unions.values():
        here = [row.pk for row in written if row.union_id == union.pk]
        dueing.count(kept, here, today=today, division=union.division)
    if typed:
        telling.changed(kept, written, before)
        texting.ask(kept, written, before)
    if state:
        telling.came(kept, [row for row in written if row.state == state], today)
    for union in unions.values():
        audit.record(
            actor=actor,
            at=at,
            action="row.batch",
            subject="list",
            subject_id=kept.code,
            place=access.place_of(union),
            reason=reason.strip(),
            detail={
                "list": kept.code,
                "rows": sum(row.union_id == union.pk for row in written),
                "fields": sorted(typed or {}),
                "to": state,
            },
        )
    return len(written)


def _take(
    row: Row,
    kept: Kept,
    union: Union,
    actor: Actor,
    at: datetime,
    typed: Mapping[str, Any],
    state: str,
    reason: str,
) -> bool:
    """Put it into the row in memory; whether that changes it. Raises NotForYou and Refusal."""
    version = row.version
    changing.require_open(row)
    if typed:
        said = writing.read(kept, typed, actor=actor, at=at, union=union, before=row.values)
        if said.clear or writing.emptied(kept.definition, row.values, said.values):
            raise Refusal("one_by_one", writing.ONE_BY_ONE)
        if said.values != row.values:
            writing.put(row, kept, said)
            changing.count_on(row, actor, at)
    if state and row.state != state:
        goes = moving.way(kept, row.state, state)
        if goes.by:
            access.require(actor, goes.by, row.union_id)
        if goes.reason and not reason.strip():
            raise Refusal("reason_lacks", _("Say why."))
        day = days.business_day(at)
        row.state, row.came_on, row.ended_on = goes.code, day, day if goes.ends else None
        if row.version == version:
            changing.count_on(row, actor, at)
    return row.version > version


def _each_named(refused: Sequence[tuple[Row, Refusal]]) -> str:
    """The rows that cannot take it, with the reason, which is said once for all rows that have it."""
    by_reason: dict[str, list[str]] = {}
    for row, refusal in refused:
        named = gettext("No. %(number)d %(title)s") % {"number": row.number, "title": row.title}
        by_reason.setdefault(str(refusal), []).append(named)
    return " ".join(
        gettext("%(rows)s: %(why)s") % {"rows": listed(rows), "why": why} for why, rows in by_reason.items()
    )
