"""A file of the tax office: read and checked line by line, looked at, confirmed; then good lines are taken (DUE-08).

A line that was taken before, in this file or another, by this union or another, is not taken again; one of a payer
nobody knows is taken and waits until somebody finds out whose it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from django.db import IntegrityError, connections
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from zhijia.audit import services as audit
from zhijia.audit.services import Place
from zhijia.dues import cells
from zhijia.dues.models import CollectionFile
from zhijia.dues.services import taking
from zhijia.dues.services.distributing import SHARE
from zhijia.files import services as files
from zhijia.kernel import ciphers, days, sheets
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.models import Book
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.registry.services.imports import reading, words

JOB, OWNER = "dues.take_file", "dues.collection"
_INTO = (
    "COPY dues_collection_line (file_id, row, credit_code, payer, since, until, base, amount, paid_on, problem,"
    " union_id, county_id) FROM STDIN"
)
_KNOWN = """
UPDATE dues_collection_line line SET employer_id = e.id
FROM registry_employer e WHERE line.file_id = %(file)s AND line.problem = '' AND e.credit_code = line.credit_code"""
_TWICE = """
UPDATE dues_collection_line line SET problem = 'twice'
WHERE line.file_id = %(file)s AND line.problem = '' AND EXISTS (
  SELECT FROM dues_collection_line other
  WHERE other.file_id = line.file_id AND other.row < line.row AND other.problem = ''
    AND (other.credit_code, other.since, other.until, other.amount, other.paid_on)
      = (line.credit_code, line.since, line.until, line.amount, line.paid_on))"""
_BEFORE = """
UPDATE dues_collection_line line
SET problem = CASE WHEN c.union_id = line.union_id THEN 'taken_before' ELSE 'taken_elsewhere' END
FROM dues_contribution c
WHERE line.file_id = %(file)s AND line.problem = '' AND c.source = 'tax' AND c.credit_code = line.credit_code
  AND c.paid_on = line.paid_on AND c.since = line.since AND c.until = line.until AND c.amount = line.amount
  AND c.source_id <> line.file_id || '-' || line.row"""
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('dues_collection', 0))"
"""Of all unions: two of them may have been sent the same line."""
_SUMS = """
SELECT count(*), count(*) FILTER (WHERE problem = ''), coalesce(sum(amount) FILTER (WHERE problem = ''), 0)::bigint
FROM dues_collection_line WHERE file_id = %(file)s"""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file as it was read; `problem` is why it cannot be taken."""

    row: int
    credit_code: str
    payer: str
    since: int
    until: int
    base: int
    amount: int
    paid_on: date | None
    problem: str = ""


def check(*, actor: Actor, at: datetime, union: Union, content: BinaryIO, name: str) -> CollectionFile:
    """Read a file and say of each line whether it can be taken. Nothing is taken yet. Raises Refusal for what is no
    such file, and for one that was sent before."""
    actor = access.require(actor, SHARE, union.pk)
    if not Book.objects.filter(pk=union.pk).exists():
        raise Refusal("no_books", _("This union keeps no books here yet. Open them first."))
    today = days.business_day(at)
    limits = reading.limits(today)
    data = content.read(limits.max_bytes + 1)
    lines = _read(data, limits, today)
    place = access.place_of(union)
    file_id = files.store(
        actor=actor, at=at, content=data, name=name, owner=OWNER, owner_id=union.pk, place=place
    )
    try:
        with whole():
            return _written(actor, at, union, file_id, ciphers.sm3(data).hex(), lines)
    except IntegrityError as error:
        if "collection_file_is_taken_once" not in str(error):
            raise
        raise Refusal("sent_before", _("This file was sent before. Nothing was changed.")) from None


def confirm(*, actor: Actor, at: datetime, file_id: int) -> CollectionFile:
    """Take the good lines of a checked file over; a job does it. A second call changes nothing."""
    file = _held(file_id)
    actor = access.require(actor, SHARE, file.union_id)
    if file.state == CollectionFile.State.CONFIRMED:
        return file
    if file.state != CollectionFile.State.CHECKED or not file.good_count:
        raise Refusal("nothing_to_take", _("This file has no line that could be taken."))
    file.state, file.confirmed_by, file.confirmed_at = CollectionFile.State.CONFIRMED, actor.user_id, at
    file.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    _trail(actor, at, "dues.confirm_file", file)
    app.configure_task(JOB, queue="slow", allow_unknown=True).defer(file_id=file.pk)
    return file


def discard(*, actor: Actor, at: datetime, file_id: int) -> CollectionFile:
    """Put a checked file aside; the same one can be sent again."""
    file = _held(file_id)
    actor = access.require(actor, SHARE, file.union_id)
    if file.state == CollectionFile.State.CONFIRMED:
        raise Refusal("file_confirmed", _("This file has been taken over. It cannot be put aside any more."))
    file.state = CollectionFile.State.DISCARDED
    file.save(update_fields=["state"])
    _trail(actor, at, "dues.discard_file", file)
    return file


def take(*, at: datetime, file_id: int) -> int:
    """Take the good lines of a confirmed file over, once however often it is asked for; how many were taken now. A line
    that another file brought since this one was checked is not taken again."""
    with whole() as cursor:
        file = CollectionFile.objects.using("bulk").select_for_update().get(pk=file_id)
        if file.state != CollectionFile.State.CONFIRMED:
            return 0
        union = Union.objects.using("bulk").get(pk=file.union_id)
        cursor.execute(_ONE_AT_A_TIME)
        cursor.execute(_BEFORE, {"file": file.pk})
        if cursor.rowcount:
            _count(cursor, file)
        run_id = uuid4()
        taken = taking.from_file(
            union=union, file_id=file.pk, run_id=run_id, at=at, day=days.business_day(at)
        )
        if taken:
            audit.record(
                actor=Actor(file.confirmed_by, "job", f"collection-{file.pk}"),
                at=at,
                action="dues.filed",
                subject="dues_collection_file",
                subject_id=file.pk,
                place=Place(file.union_id, file.county_id),
                detail={"lines": len(taken), "fen": sum(one.amount for one in taken), "digest": file.digest},
                using="bulk",
            )
        return len(taken)


def may_open(actor: Actor, file: Any) -> bool:
    """Whether somebody may open a stored file of the tax office: who may share contributions there."""
    return access.may(actor, SHARE, int(file.owner_id))


def _read(data: bytes, limits: sheets.Limits, today: date) -> list[Line]:
    headings = [heading for names in cells.COLUMNS.values() for heading in names]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sent"
        path.write_bytes(data)
        try:
            table = sheets.read_table(path, limits=limits, headings=headings)
        except sheets.SheetError as error:
            raise Refusal("sheet", words.of_file(error.code, error.line)) from error
        return list(_lines(table, today))


def _lines(table: sheets.Table, today: date) -> Iterator[Line]:
    places: dict[int, str] = {}
    for number, row in enumerate(table.rows, table.first_row):
        if not places:
            places = cells.columns(row)
        elif any(cell.strip() for cell in row):
            typed = {name: row[place] for place, name in places.items() if place < len(row)}
            if not typed.get("credit_code", "").strip() and not typed.get("since", "").strip():
                continue  # a line of sums at the end
            yield _line(number, typed, today)
    missing = [cells.COLUMNS[name][0] for name in cells.NEEDED if name not in places.values()]
    if missing:
        raise Refusal(
            "headings_missing",
            _("These headings are missing: %(headings)s. Use the template.")
            % {"headings": "、".join(missing)},
        )


def _line(number: int, typed: dict[str, str], today: date) -> Line:
    code = cells.registration(typed.get("credit_code", ""))
    since, until = cells.month(typed.get("since", "")), cells.month(typed.get("until", ""))
    amount, base = cells.fen(typed.get("amount", "")), cells.fen(typed.get("base", "") or "0")
    paid_on = cells.day(typed.get("paid_on", ""))
    problem = ""
    if not code:
        problem = "code_wrong"
    elif since is None or until is None or since > until:
        problem = "months_wrong"
    elif amount is None or amount <= 0 or base is None:
        problem = "amount_wrong"
    elif paid_on is None or paid_on > today:
        problem = "day_wrong"
    return Line(
        number,
        code or typed.get("credit_code", "").strip()[:30],
        typed.get("payer", "").strip()[:120],
        since or 0,
        until or 0,
        base or 0,
        amount or 0,
        paid_on,
        problem,
    )


def _written(
    actor: Actor, at: datetime, union: Union, file_id: UUID, digest: str, lines: list[Line]
) -> CollectionFile:
    file = CollectionFile.objects.using("bulk").create(
        union_id=union.pk,
        county_id=union.stands_in,
        digest=digest,
        file_id=file_id,
        lines_count=len(lines),
        good_count=0,
        amount=0,
        sent_by=actor.user_id,
        sent_at=at,
    )
    database = connections["bulk"]
    with database.wrap_database_errors, database.cursor() as cursor:
        with cursor.copy(_INTO) as copy:
            for line in lines:
                copy.write_row(
                    (
                        *(file.pk, line.row, line.credit_code, line.payer, line.since, line.until, line.base),
                        *(line.amount, line.paid_on, line.problem, union.pk, union.stands_in),
                    )
                )
        for statement in (_KNOWN, _TWICE, _BEFORE):
            cursor.execute(statement, {"file": file.pk})
        _count(cursor, file)
    _trail(actor, at, "dues.take_file", file, using="bulk")
    return file


def _count(cursor: Any, file: CollectionFile) -> None:
    """Write down how many lines the file has, how many of them are good, and their sum (fen)."""
    cursor.execute(_SUMS, {"file": file.pk})
    file.lines_count, file.good_count, file.amount = cursor.fetchone()
    file.save(using="bulk", update_fields=["lines_count", "good_count", "amount"])


def _held(file_id: int) -> CollectionFile:
    file = CollectionFile.objects.select_for_update().filter(pk=file_id).first()
    if file is None:
        raise NotForYou("no_such_file", _("There is no such file at your union."))
    return file


def _trail(actor: Actor, at: datetime, action: str, file: CollectionFile, using: str = "default") -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="dues_collection_file",
        subject_id=file.pk,
        place=Place(file.union_id, file.county_id),
        detail={
            "lines": file.lines_count,
            "good": file.good_count,
            "fen": file.amount,
            "digest": file.digest,
        },
        using=using,
    )
