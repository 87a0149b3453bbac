"""Proves that every result is the sum of its marks, by the numbers of its run, and that a title stands for what was
named. Reads every entry, whatever the row policies would show."""

from collections.abc import Sequence
from itertools import islice
from uuid import UUID

from zhijia.appraisals.models import Entry, Mark
from zhijia.appraisals.services import settling, terms, versions
from zhijia.kernel.checks import Checked
from zhijia.kernel.context import whole

_SHOWN = 20
_PIECE = 500
"""So many entries are read at a time, with their marks in one statement."""
_SCORED = (Entry.State.SCORED, Entry.State.PUBLISHED, Entry.State.SETTLED)
_TITLES = """
SELECT e.id FROM appraisals_entry e LEFT JOIN registers_row r ON r.id = e.named_row
WHERE e.named_row IS NOT NULL AND (r.id IS NULL OR r.source <> 'appraisal' OR r.source_id <> e.id::text
  OR (e.withdrawn_at IS NOT NULL) AND r.ended_on IS NULL)
ORDER BY e.id LIMIT %s"""
_TOLD = """
WITH should AS (
  SELECT id::text AS id, 'appraisal.begun' AS kind FROM appraisals_entry
  UNION ALL SELECT id::text, 'appraisal.scored' FROM appraisals_entry WHERE scored_at IS NOT NULL
  UNION ALL SELECT id::text, 'appraisal.named' FROM appraisals_entry WHERE named_row IS NOT NULL
  UNION ALL SELECT id::text, 'appraisal.withdrawn' FROM appraisals_entry WHERE withdrawn_at IS NOT NULL
), told AS (
  SELECT record_id AS id, kind, sum(quantity) AS n FROM facts_fact
  WHERE record = 'appraisal' AND record_id IN (SELECT id::text FROM appraisals_entry)
  GROUP BY 1, 2 HAVING sum(quantity) <> 0
)
SELECT coalesce(should.id, told.id), coalesce(should.kind, told.kind), should.id IS NOT NULL, coalesce(told.n, 0)
FROM should FULL JOIN told USING (id, kind)
WHERE should.id IS NULL OR told.n IS DISTINCT FROM 1 ORDER BY 1, 2 LIMIT %s"""


def results_are_their_marks() -> Checked:
    """Each result, each item's mark in the end, what failed and the veto are what the marks come to."""
    read = 0
    wrong: list[str] = []
    with whole():
        entries = Entry.objects.using("bulk").filter(state__in=_SCORED).select_related("run__version")
        waiting = entries.order_by("pk").iterator(_PIECE)
        while some := list(islice(waiting, _PIECE)):
            read += len(some)
            marks: dict[UUID, list[Mark]] = {entry.pk: [] for entry in some}
            for mark in settling.counting(some, "bulk").order_by("turn", "pk"):
                marks[mark.entry_id].append(mark)
            wrong += [words for entry in some if (words := _differs(entry, marks[entry.pk]))]
    return Checked(read, tuple(wrong[:_SHOWN]))


def _differs(entry: Entry, marks: Sequence[Mark]) -> str:
    """What is wrong with a result, in words; nothing where it is what its marks come to."""
    numbers = terms.of(entry.run)
    again = Entry(grade=entry.grade)
    scheme = versions.definition(entry.run.version)
    settling.write(again, settling.sum_of(marks, scheme, numbers), numbers)
    said = (entry.result, entry.stands, entry.failed, entry.vetoed)
    if said == (again.result, again.stands, again.failed, again.vetoed):
        return ""
    return f"Entry {entry.pk}: its marks come to {again.result}, and it says {entry.result}."


def titles_are_named() -> Checked:
    """Each title that was named is a row that says so, and has ended where it was withdrawn."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM appraisals_entry WHERE named_row IS NOT NULL")
        (read,) = cursor.fetchone()
        cursor.execute(_TITLES, [_SHOWN])
        wrong = tuple(f"Entry {entry}: its title is not the row it names." for (entry,) in cursor.fetchall())
    return Checked(read, wrong)


def entries_are_the_facts() -> Checked:
    """Each entry is told by one fact of each thing that became of it, and by no other."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM appraisals_entry")
        (read,) = cursor.fetchone()
        cursor.execute(_TOLD, [_SHOWN])
        wrong = tuple(
            f"Entry {entry}: {kind} should be told {int(should)} times, and is {told}."
            for entry, kind, should, told in cursor.fetchall()
        )
    return Checked(read, wrong)
