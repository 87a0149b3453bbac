"""The trail as far as an auditor's unions reach, as a table to take along. It holds no value of anybody."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.audit import queries
from zhijia.kernel.actors import Actor
from zhijia.registry.models import Union
from zhijia.registry.services.exports.tables import BATCH, Column, ExportTable, Row

COLUMNS = (
    Column("at", _("When"), "moment"),
    Column("action", _("What was done"), "code", code_list="trail_actions"),
    Column("subject", _("Kind of record")),
    Column("subject_id", _("Number of the record")),
    Column("user_id", _("Account"), "whole"),
    Column("channel", _("By which way"), "code", code_list="channels"),
    Column("request_id", _("Number of the request")),
    Column("union_id", _("Number of the union"), "whole"),
)
USUAL = tuple(column.code for column in COLUMNS)


def columns() -> tuple[Column, ...]:
    """What happened, when, by whom; neither reasons nor addresses."""
    return COLUMNS


def filters(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What the page of the trail can be narrowed to."""
    return {code: str(sent[code]) for code in ("action", "subject_id", "request_id") if sent.get(code)}


def count(actor: Actor, union: Union, narrowed: Mapping[str, Any], most: int) -> int:
    """How many entries, counted no further than `most`."""
    return len(queries.entries_for(actor, queries.Filters(**narrowed), rows=most).entries)


def rows(actor: Actor, union: Union, narrowed: Mapping[str, Any]) -> Iterator[list[Row]]:
    """The entries the row policies show, newest first, batch after batch."""
    after: int | None = None
    while True:
        page = queries.entries_for(actor, queries.Filters(**narrowed), after=after, rows=BATCH)
        if page.entries:
            yield [Row({code: getattr(entry, code) for code in USUAL}) for entry in page.entries]
        if page.after is None:
            return
        after = page.after


TABLE = ExportTable(
    code="trail",
    label=_("Trail"),
    permission="trail.view",
    columns=columns,
    rows=rows,
    count=count,
    filters=filters,
    usual=USUAL,
)
