"""What follows from the values of rows, worked out anew once a new version of their list has read them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from zhijia.kernel import days
from zhijia.kernel.context import whole
from zhijia.registers import shaping
from zhijia.registers.models import List, Row
from zhijia.registers.services import dueing, linking, lists, naming, texting
from zhijia.registers.services.lists import Kept
from zhijia.registry.models import Union

AT_ONCE = 2_000
BULK = "bulk"


def refresh(*, at: datetime, code: str) -> int:
    """Titles, words, what rows name and what falls due of them, some rows at a time; how many rows. Killed, it is done
    again from the beginning; once done, a second call does nothing."""
    row = List.objects.select_related("version").get(code=code)
    if row.refreshed == row.version_id:
        return 0
    kept, after, many = lists.of(row), UUID(int=0), 0
    divisions = dict(Union.objects.values_list("pk", "division"))
    while True:
        with whole(BULK), transaction.atomic(using=BULK):
            found = list(
                Row.objects.using(BULK)
                .select_for_update()
                .filter(register_id=kept.id, pk__gt=after)
                .order_by("pk")[:AT_ONCE]
            )
            if not found:
                break
            _shape(kept, found, at)
            linking.link(kept, [one.pk for one in found], BULK)
            texting.ask(kept, found)
            here: dict[str, list[UUID]] = {}
            for one in found:
                here.setdefault(divisions[one.union_id], []).append(one.pk)
            for division, ids in here.items():
                dueing.count(kept, ids, today=days.business_day(at), division=division, using=BULK)
        after, many = found[-1].pk, many + len(found)
    List.objects.filter(pk=row.pk, version_id=row.version_id).update(refreshed=row.version_id)
    return many


def _shape(kept: Kept, found: Sequence[Row], at: datetime) -> None:
    """The titles and words of these rows; a row that is called otherwise counts its version on."""
    name_of = naming.named(kept.definition, [row.values for row in found], BULK)
    changed: list[Row] = []
    for row in found:
        made: dict[str, Any] = {
            "title": shaping.title(kept.definition, row.values, name_of),
            "words": shaping.worded(kept.definition, row.values, name_of),
        }
        if (row.title, row.words) == (made["title"], made["words"]):
            continue
        if row.title != made["title"]:
            row.version, row.changed_at, row.changed_by = row.version + 1, max(at, row.changed_at), None
        row.title, row.words = made["title"], made["words"]
        changed.append(row)
    fields = ["title", "words", "version", "changed_at", "changed_by"]
    Row.objects.using(BULK).filter(register_id=kept.id).bulk_update(changed, fields, batch_size=500)
