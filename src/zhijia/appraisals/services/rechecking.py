"""The title a re-check looks at: whether it is still held, and how it is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import override

from zhijia.appraisals.models import Entry
from zhijia.catalogue import ports
from zhijia.catalogue.appraisal_rules import Title
from zhijia.kernel.actors import Actor
from zhijia.registers.models import Row
from zhijia.registers.services import lists

AGAIN = frozenset({"today", "until", "score", "grade"})
"""What a title's row says anew once it was looked at again: of what its definition gives, the days and the result."""


def held_title(entry: Entry, at: datetime) -> Row | None:
    """The title an entry looks at again, while it is held."""
    if entry.rechecks_row is None:
        return None
    kept = lists.ready(entry.rechecks_in, at=at)
    return Row.objects.filter(register_id=kept.id, pk=entry.rechecks_row, ended_on__isnull=True).first()


def is_of(row: Row, title: Title) -> bool:
    """Whether the row is one of this title, and so stays where its grade is reached again."""
    return all(str(row.values.get(name, "")) == said for name, said in title.fixed.items())


def keep(actor: Actor, at: datetime, entry: Entry, title: Title, typed: Mapping[str, Any]) -> None:
    """The title stays: its re-check is kept, the next one is counted from today, and its row says the new result. The
    day on which it was first named stays."""
    kept = lists.ready(title.list, at=at)
    since = kept.definition.filling("since")
    anew = {
        name: typed[name]
        for name, said in title.given.items()
        if said in AGAIN and (since is None or name != since.name)
    }
    ports.call(
        "registers.titles.keep",
        actor=actor, at=at, code=title.list, row_id=entry.rechecks_row, due=title.review, typed=anew,
        note=entry.run.title,
    )  # fmt: skip


def in_chinese(words: Promise, **values: object) -> str:
    """A sentence of the platform's own that is written down, in the language of what people write beside it."""
    with override("zh-hans"):
        return str(words % values)
