"""The title an entry named, or keeps: what stands in its row, as both sides and the employer's own account read it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from zhijia.appraisals.models import Entry
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.catalogue.text import Text
from zhijia.kernel import rows
from zhijia.registers.models import Row
from zhijia.registers.queries import cells
from zhijia.registers.services import lists

HIDDEN = frozenset({"subject", "name", "run"})
"""What a title is given that its entry says already."""


@dataclass(frozen=True, slots=True)
class Named:
    """A title: its list, its number there, what it says, and the day it ended, where it did."""

    list: Text
    number: int
    said: Sequence[tuple[Text, str]]
    ended_on: date | None


def of(entry: Entry, scheme: Appraisal, *, own_employer: bool, at: datetime) -> Named | None:
    """The title of the entry, for whoever reads its list, and for whoever acts for the employer it is about
    (`own_employer`), who reads this row of it alone. None where there is none to read."""
    code, row_id = (
        (entry.named_in, entry.named_row) if entry.named_row else (entry.rechecks_in, entry.rechecks_row)
    )
    if row_id is None:
        return None
    found = _own(entry) if own_employer else _row(row_id)
    if found is None:
        return None
    number, values, ended_on = found
    kept = lists.ready(code, at=at).definition
    given = {
        name: said for title in scheme.titles if title.list == code for name, said in title.given.items()
    }
    chosen = [kept.by_name[name] for name, said in given.items() if said not in HIDDEN and values.get(name)]
    (words,) = cells.lines(chosen, [values])
    said = [(column.label, text) for column, text in zip(chosen, words, strict=True)]
    return Named(kept.label, number, said, ended_on)


def _own(entry: Entry) -> tuple[int, Mapping[str, Any], date | None] | None:
    found = rows.run('SELECT number, "values", ended_on FROM appraisals_own_title(%s)', [entry.pk])
    if not found:
        return None
    number, values, ended_on = found[0]
    return number, json.loads(values), ended_on


def _row(row_id: Any) -> tuple[int, Mapping[str, Any], date | None] | None:
    return Row.objects.filter(pk=row_id).values_list("number", "values", "ended_on").first()
