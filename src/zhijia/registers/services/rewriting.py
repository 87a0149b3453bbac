"""Many rows that a sheet names say something else, set-based as `bulk`; and say again what they said before."""

from collections.abc import Iterator, Mapping, Sequence
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
_HELD = ("pk", "version", "changed_at")


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
    standing = Row.objects.using(BULK).select_for_update().filter(register_id=kept.id, union_id=union.pk)
    moment = at
    fields: set[str] = set()
    with whole(BULK):
        for keys in _pieces(sorted(said)):
            held = standing.filter(ended_on=None, pk__in=keys).order_by("pk")
            found = {key: (version, when) for key, version, when in held.values_list(*_HELD)}
            if any(key not in found or found[key][0] != versions[key] for key in keys):
                raise Refusal("changed_meanwhile", _("Somebody changed these rows meanwhile."))
            moment = max(moment, *(when for _version, when in found.values()))
        for keys in _pieces(sorted(said)):
            rows = list(standing.filter(pk__in=keys))
            fields |= _write(kept, union, rows, said, actor=actor, at=moment)
        if said:
            _trail(actor, moment, "row.batch", kept, union, many=len(said), fields=fields)
    return len(said), moment


def put_back(
    *, actor: Actor, at: datetime, kept: Kept, union_id: int, written_at: datetime, by: int
) -> tuple[int, int]:
    """Have the rows that were rewritten at that moment by this user say what they said before, unless somebody changed
    them since; (how many do, how many stay). Raises NotForYou."""
    actor, union = writing.keeper(actor, kept, union_id)
    fields: set[str] = set()
    with whole(BULK):
        left = Past.objects.using(BULK).filter(register_id=kept.id, union_id=union.pk, recorded_to=written_at)
        mine = left.filter(row_id=OuterRef("pk"), version=OuterRef("version") - 1)
        rows = Row.objects.using(BULK).select_for_update().filter(register_id=kept.id, union_id=union.pk)
        unchanged = rows.filter(changed_at=written_at, changed_by=by, version__gt=1, ended_on=None)
        found = list(unchanged.filter(Exists(mine)).order_by("pk").values_list("pk", flat=True))
        many = left.count()
        for keys in _pieces(found):
            earlier = dict(left.filter(row_id__in=keys).values_list("row_id", "values"))
            fields |= _write(kept, union, list(rows.filter(pk__in=keys)), earlier, actor=actor, at=at)
        if found:
            _trail(actor, at, "row.put_back", kept, union, many=len(found), fields=fields)
    return len(found), many - len(found)


def _pieces(keys: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(keys), bulk.AT_ONCE):
        yield keys[start : start + bulk.AT_ONCE]


def _write(
    kept: Kept,
    union: Union,
    found: Sequence[Row],
    said: Mapping[UUID, Mapping[str, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> set[str]:
    """A piece of the rows says this; in which fields that is something else."""
    today = days.business_day(at)
    before = {row.pk: dict(row.values) for row in found}
    given = [said[row.pk] for row in found]
    name_of = naming.named(kept.definition, given, BULK)
    counties = bulk.counties_of(kept, given)
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
    telling.changed(kept, found, before, BULK)
    texting.ask(kept, found, before)
    return {
        name for row in found for name in kept.definition.by_name
        if row.values.get(name) != before[row.pk].get(name)
    }  # fmt: skip


def _trail(
    actor: Actor, at: datetime, action: str, kept: Kept, union: Union, *, many: int, fields: set[str]
) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="list",
        subject_id=kept.code,
        place=audit.Place(union.pk, union.stands_in),
        detail={"list": kept.code, "rows": many, "fields": sorted(fields)},
        using=BULK,
    )
