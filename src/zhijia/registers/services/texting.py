"""What the files of rows say: read in the background, kept for each file, so that words in them find the row."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app

from zhijia.catalogue import parameters
from zhijia.catalogue.register_rules import Column
from zhijia.files import services as files
from zhijia.kernel import days, sheets
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.kernel.errors import NotForYou
from zhijia.registers import words
from zhijia.registers.models import List, Row, Text
from zhijia.registers.services import lists
from zhijia.registers.services.lists import Kept
from zhijia.registry.services.imports.reading import limits

JOB = "registers.read_texts"
BULK = "bulk"
EMPTY = "no_text"
"""The failure of a file that holds pictures alone."""
NOTHING: Mapping[UUID, Mapping[str, Any]] = {}


def ask(kept: Kept, found: Iterable[Row], before: Mapping[UUID, Mapping[str, Any]] = NOTHING) -> None:
    """Have the files of the rows read, where their list is searched by them and there are or were any; in the
    transaction that wrote the rows, in one statement."""
    searched = _searched(kept)
    asked: list[dict[str, Any]] = [
        {"register_id": kept.id, "row_id": str(row.pk)}
        for row in found
        if any(row.values.get(one.name) or before.get(row.pk, {}).get(one.name) for one in searched)
    ]
    if asked:
        app.configure_task(JOB, queue="slow", allow_unknown=True).batch_defer(*asked)


def read(*, actor: Actor, at: datetime, register_id: int, row_id: UUID) -> int:
    """Read the files of the row that were not read yet, and have those it names now find it; how many were read. Twice
    is once; killed, nothing is written."""
    with whole(BULK):
        row = Row.objects.using(BULK).filter(register_id=register_id, pk=row_id).first()
        there = set(Text.objects.using(BULK).filter(row_id=row_id).values_list("file_id", flat=True))
    if row is None:
        return 0
    kept = lists.of(List.objects.select_related("version").get(pk=register_id))
    new = [(key, column) for key, column in _named(kept, row).items() if key not in there]
    made = [_text(actor, at, row, key, column) for key, column in new]
    found = [one for one in made if one is not None]
    with whole(BULK) as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))", [str(row_id)])
        row = Row.objects.using(BULK).filter(register_id=register_id, pk=row_id).first()
        if row is None:
            return 0
        Text.objects.using(BULK).bulk_create(found, ignore_conflicts=True)
        _find_by(kept, row)
    return len(found)


def of_row(row_id: UUID) -> dict[str, Text]:
    """The texts of a row's files by the file, as far as whoever asks may see them; what they say is not among it."""
    rows = Text.objects.filter(row_id=row_id).defer("text", "words")
    return {str(one.file_id): one for one in rows}


def _searched(kept: Kept) -> Sequence[Column]:
    return [column for column in kept.definition.fields if column.searched]


def _named(kept: Kept, row: Row) -> dict[UUID, Column]:
    """The files of the row that are searched, each with its field."""
    return {UUID(key): column for column in _searched(kept) for key in row.values.get(column.name) or ()}


def _text(actor: Actor, at: datetime, row: Row, key: UUID, column: Column) -> Text | None:
    """What the file says; none where it is not there for whoever wrote the row."""
    made = Text(
        file_id=key, register_id=row.register_id, row_id=row.pk, union_id=row.union_id, county_id=row.county_id,
        field=column.name, words=[], read_at=at,
    )  # fmt: skip
    day = days.business_day(at)
    try:
        with acting(actor), files.on_disk(actor=actor, at=at, file_id=key) as path:
            most = parameters.value("registers.text_letters", day=day)
            made.text = sheets.read_text(path, limits=limits(day), most=most)
    except NotForYou:
        return None
    except sheets.SheetError as error:
        made.failure = error.code
    made.failure = made.failure or ("" if made.text else EMPTY)
    return made


def _find_by(kept: Kept, row: Row) -> None:
    """The words of each file the row names, with the row's; none of one it names no more."""
    shown = {"public"} if kept.definition.public else {"public", "members"}
    named = _named(kept, row)
    for one in Text.objects.using(BULK).filter(row_id=row.pk):
        column = named.get(one.file_id)
        seen = column is not None and column.see != "keepers"
        one.union_id, one.county_id = row.union_id, row.county_id
        one.words = (
            words.of_file(one.text, row.words, shown=column.see in shown)
            if column is not None and seen and one.text
            else []
        )
        one.save(using=BULK, update_fields=["words", "union_id", "county_id"])
