"""Proves that every row is told by its facts, once for being added and once for its end; that its past runs up to it
without a gap; and that what is kept of what rows name is what they say. Reads every row, whatever the row policies
would show."""

from zhijia.kernel.checks import Checked
from zhijia.kernel.context import whole
from zhijia.registers.models import List
from zhijia.registers.services import linking, lists

_SHOWN = 20
_TOLD = """
WITH should AS (
  SELECT id::text AS id, 'register.row_added' AS kind FROM registers_row
  UNION ALL SELECT id::text, 'register.row_ended' FROM registers_row WHERE ended_on IS NOT NULL
), told AS (
  SELECT record_id AS id, kind, sum(quantity) AS n FROM facts_fact
  WHERE record = 'row' AND kind IN ('register.row_added', 'register.row_ended') GROUP BY 1, 2 HAVING sum(quantity) <> 0
)
SELECT id, kind, should.id IS NOT NULL, coalesce(told.n, 0) FROM should FULL JOIN told USING (id, kind)
WHERE should.id IS NULL OR told.n IS DISTINCT FROM 1 ORDER BY id, kind LIMIT %s"""
_GAPS = """
WITH been AS (
  SELECT row_id AS id, version, recorded_from AS since, recorded_to AS until FROM registers_past
  UNION ALL SELECT id, version, changed_at, NULL FROM registers_row
), steps AS (
  SELECT id, version, since, lag(until) OVER w AS before, lag(version) OVER w AS earlier FROM been
  WINDOW w AS (PARTITION BY id ORDER BY version)
)
SELECT id, version FROM steps
WHERE version <> coalesce(earlier, 0) + 1 OR (earlier IS NOT NULL AND since IS DISTINCT FROM before)
ORDER BY id LIMIT %s"""
_LINKS = """
WITH said AS ({named})
SELECT coalesce(s.id, l.row_id), coalesce(s.field, l.field), s.id IS NOT NULL
FROM said s FULL JOIN (SELECT * FROM registers_link WHERE register_id = %(list)s) l
  ON l.row_id = s.id AND l.field = s.field AND l.kind = s.kind AND l.target = s.target
WHERE s.id IS NULL OR l.id IS NULL ORDER BY 1, 2 LIMIT %(most)s"""


def rows_are_the_facts() -> Checked:
    """Each row has one fact of being added, each that ended one of its end, and no fact is without its row."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM registers_row")
        (read,) = cursor.fetchone()
        cursor.execute(_TOLD, [_SHOWN])
        wrong = tuple(
            f"Row {row}: {kind} should be told {int(should)} times, and is {told}."
            for row, kind, should, told in cursor.fetchall()
        )
    return Checked(read, wrong)


def pasts_are_whole() -> Checked:
    """Each row has been every version before the one it is, each up to the moment at which the next one began."""
    with whole() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM registers_row) + (SELECT count(*) FROM registers_past)")
        (read,) = cursor.fetchone()
        cursor.execute(_GAPS, [_SHOWN])
        wrong = tuple(
            f"Row {row}: its past does not lead up to version {version}."
            for row, version in cursor.fetchall()
        )
    return Checked(read, wrong)


def links_are_the_values() -> Checked:
    """What is kept of what rows name is what their values name."""
    read, wrong = 0, []
    for row in List.objects.using("bulk").select_related("version").filter(version__isnull=False):
        kept = lists.of(row)
        with whole() as cursor:
            cursor.execute("SELECT count(*) FROM registers_row WHERE register_id = %s", [kept.id])
            read += cursor.fetchone()[0]
            cursor.execute(_LINKS.format(named=linking.EVERY), linking.asked(kept) | {"most": _SHOWN})
            wrong += [
                f"Row {row_id}: what {name or 'its case'} names is {'not kept' if said else 'kept and not said'}."
                for row_id, name, said in cursor.fetchall()
            ]
    return Checked(read, tuple(wrong[:_SHOWN]))
