"""Taking contributions over: once for each source, put in custody in the books, and on the list of what is to be
shared. Those of a tax office's file come in columns on `bulk`; a transfer that was matched to a bill comes one by one,
posted by the room that matched it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import numpy as np
from django.db import connections
from django.utils.translation import gettext_lazy as _

from zhijia.dues.models import Contribution
from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel.errors import Refusal
from zhijia.ledger.models import Book
from zhijia.ledger.services import accounts, bulk
from zhijia.ledger.services.bulk import Entries
from zhijia.registry.models import Union

FUND, KIND, SOURCE = "own", "contribution", "dues_contribution"
_COLUMNS = (
    "union_id, county_id, source, source_id, employer_id, other_union_id, other_county_id, payer, credit_code, since,"
    " until, base, amount, paid_on, run_id, taken_at"
)
_TAKE = f"""
INSERT INTO dues_contribution ({_COLUMNS})
SELECT line.union_id, line.county_id, 'tax', line.file_id || '-' || line.row, line.employer_id, payer.id,
  coalesce(payer.county_id, payer.id), line.payer, line.credit_code, line.since, line.until, line.base, line.amount,
  line.paid_on, %(run)s, %(at)s
FROM dues_collection_line line
LEFT JOIN LATERAL (
  SELECT c.union_id FROM registry_coverage c
  WHERE c.employer_id = line.employer_id AND c.valid_from <= line.paid_on
    AND (c.valid_to IS NULL OR c.valid_to > line.paid_on)
  ORDER BY c.valid_from, c.id LIMIT 1) AS cover ON true
LEFT JOIN registry_union payer ON payer.id = cover.union_id
WHERE line.file_id = %(file)s AND line.problem = ''
ORDER BY line.row
ON CONFLICT DO NOTHING"""  # noqa: S608 - columns of ours
_WAIT = """
INSERT INTO dues_waiting (contribution_id, union_id, county_id)
SELECT id, union_id, county_id FROM dues_contribution WHERE run_id = %s"""
_TAKEN = """
SELECT id, amount, paid_on, coalesce(other_union_id, 0), coalesce(other_county_id, 0)
FROM dues_contribution WHERE run_id = %s ORDER BY id"""


@dataclass(frozen=True, slots=True)
class Taken:
    """A contribution as it came in: its number, sum, day, and the payer's union and county (0: unknown)."""

    id: int
    amount: int
    paid_on: date
    payer: int
    county: int


def from_file(*, union: Union, file_id: int, run_id: UUID, at: datetime, day: date) -> list[Taken]:
    """Take every good line of a file over, once, in the running transaction of `bulk`. What was paid on closed days is
    posted on the first open one: late files open nothing again. Raises Refusal where the union keeps no books."""
    with connections["bulk"].cursor() as cursor:
        cursor.execute(_TAKE, {"run": run_id, "at": at, "file": file_id})
        cursor.execute(_WAIT, [run_id])
        cursor.execute(_TAKEN, [run_id])
        taken = [Taken(*row) for row in cursor.fetchall()]
    post(union=union, taken=taken, run_id=run_id, at=at, day=day)
    facts.record_many((told(one, Contribution.Source.TAX) for one in taken if one.payer), run_id)
    return taken


def post(*, union: Union, taken: Sequence[Taken], run_id: UUID, at: datetime, day: date) -> None:
    """Put these in custody in the union's books: an entry each, on its day or the first open one, by `day`."""
    if not taken:
        return
    book = Book.objects.using("bulk").filter(pk=union.pk).first()
    if book is None:
        raise Refusal("no_books", _("This union keeps no books here yet. Open them first."))
    first = max(book.opened_on, book.closed_through + timedelta(days=1) if book.closed_through else date.min)
    bank, custody = (
        int(accounts.for_many(unions=[union.pk], role=role, fund=FUND, day=day)[0])
        for role in ("bank", "custody")
    )
    many = len(taken)
    amounts = np.array([one.amount for one in taken], np.int64)
    entries = Entries(
        kind=KIND,
        source=SOURCE,
        purpose="received",
        unions=np.full(many, union.pk),
        counties=np.full(many, union.stands_in),
        days=np.array([min(max(one.paid_on, first), day) for one in taken], "datetime64[D]"),
        source_ids=[str(one.id) for one in taken],
        first=np.arange(many) * 2,
        accounts=np.tile(np.array([bank, custody]), many),
        amounts=np.stack([amounts, -amounts], axis=1).reshape(-1),
    )
    bulk.post_many(entries, at=at, run_id=run_id)


def told(one: Taken, source: str) -> NewFact:
    """The fact that it came in, at the union it came from."""
    return NewFact(
        kind="contribution.received",
        union_id=one.payer,
        county_id=one.county,
        day=one.paid_on,
        amount=one.amount,
        dimensions={"source": source},
        record="dues_contribution",
        record_id=one.id,
    )
