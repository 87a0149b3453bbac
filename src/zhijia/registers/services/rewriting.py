"""Many rows that a sheet names say something else, set-based as `bulk`; and say again what they said before."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.kernel.errors import Refusal
from zhijia.registers import shaping
from zhijia.registers.models import Past, Row
from zhijia.registers.services import bulk, changing, dueing, linking, naming, telling, texting, writing
from zhijia.registers.services.lists import Kept
from zhijia.registry.models import Union

BULK = bulk.BULK


def rewrite(
    *,
    actor: Actor,
    at: datetime,
    kept: Kept,
    union_id: int,
    said: Mapping[UUID, Mapping[str, Any]],
    versions: Mapping[UUID, int],
) -> tuple[int, datetime]:
    """Have these rows of the union say these values, which were judged over these versions, all or none; how many, and
    at which moment: it tells later which rows were rewritten together. Raises NotForYou; Refusal where somebody changed
    one since; NotTaken for what the database refuses."""
    actor, union = writing.keeper(actor, kept, union_id)
    with whole(BULK):
        standing = Row.objects.using(BULK).select_for_update().filter(ended_on=None, union_id=union.pk)
        found = list(standing.filter(register_id=kept.id, pk__in=said).order_by("pk"))
        if len(found) < len(said) or any(row.version != versions[row.pk] for row in found):
            raise Refusal("changed_meanwhile", _("Somebody changed these rows meanwhile."))
        moment = max([at, *(row.changed_at for row in found)])
        _write(kept, union, found, said, actor=actor, at=moment)
    return len(found), moment


def put_back(
    *, actor: Actor, at: datetime, kept: Kept, union_id: int, written_at: datetime, by: int
) -> tuple[int, int]:
    """Have the rows that were rewritten at that moment by this user say what they said before, unless somebody changed
    them since; (how many do, how many stay). Raises NotForYou."""
    actor, union = writing.keeper(actor, kept, union_id)
    with whole(BULK):
        left = Past.objects.using(BULK).filter(register_id=kept.id, union_id=union.pk, recorded_to=written_at)
        mine = left.filter(row_id=OuterRef("pk"), version=OuterRef("version") - 1)
        rows = Row.objects.using(BULK).select_for_update().filter(register_id=kept.id, union_id=union.pk)
        unchanged = rows.filter(changed_at=written_at, changed_by=by, version__gt=1, ended_on=None)
        found = list(unchanged.filter(Exists(mine)))
        earlier = {one.row_id: one.values for one in left.filter(row_id__in=[row.pk for row in found])}
        many = left.count()
        _write(kept, union, found, earlier, actor=actor, at=at)
    return len(found), many - len(found)


def _write(
    kept: Kept,
    union: Union,
    found: Sequence[Row],
    said: Mapping[UUID, Mapping[str, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    if not found:
        return
    today = days.business_day(at)
    before = {row.pk: dict(row.values) for row in found}
    name_of = naming.named(kept.definition, said.values(), BULK)
    counties = bulk.counties_of(kept, list(said.values()))
    for row in found:
        row.values = dict(said[row.pk])
        for column, value in shaping.columns_of(kept.definition, kept.slots, row.values, name_of).items():
            setattr(row, column, value)
        if counties is not None:
            row.other_county_id = counties.get(row.other_union_id or 0)
        changing.count_on(row, actor, at)
    changing.put_many(kept, found, using=BULK)
    ids = [row.pk for row in found]
    linking.link(kept, ids, BULK)
    dueing.count(kept, ids, today=today, division=union.division, using=BULK)
    for row in found:
        telling.changed(kept, row, before[row.pk], days.business_day(row.made_at), BULK)
        texting.ask(kept, row, before[row.pk])
    fields = {
        name for row in found for name in kept.definition.by_name
        if row.values.get(name) != before[row.pk].get(name)
    }  # fmt: skip
    audit.record(
        actor=actor,
        at=at,
        action="row.batch",
        subject="list",
        subject_id=kept.code,
        place=audit.Place(union.pk, union.stands_in),
        detail={"list": kept.code, "rows": len(found), "fields": sorted(fields), "to": ""},
        using=BULK,
    )
