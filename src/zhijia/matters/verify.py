"""Proves that every case is told by its facts, once for being opened and once for how it ended, and that an open case
is somewhere. Reads every case, whatever the row policies would show."""

from zhijia.kernel.checks import Checked
from zhijia.kernel.context import whole

_SHOWN = 20
_TOLD = """
WITH whole AS (SELECT DISTINCT part_of_id AS id FROM matters_case WHERE part_of_id IS NOT NULL), should AS (
  SELECT c.id, c.code, CASE WHEN w.id IS NULL THEN 'matter.opened' ELSE 'matter.together' END AS kind
  FROM matters_case c LEFT JOIN whole w USING (id) WHERE c.opened_at IS NOT NULL
  UNION ALL SELECT id, code, 'matter.' || state FROM matters_case
  WHERE closed_at IS NOT NULL AND id NOT IN (SELECT id FROM whole)
), told AS (
  SELECT record_id::uuid AS id, kind, dimensions ->> 'matter' AS code, sum(quantity) AS n FROM facts_fact
  WHERE record = 'case' AND kind IN
    ('matter.opened', 'matter.granted', 'matter.refused', 'matter.withdrawn', 'matter.merged', 'matter.together')
  GROUP BY 1, 2, 3 HAVING sum(quantity) <> 0
)
SELECT id, kind, should.id IS NOT NULL, coalesce(told.n, 0) FROM should FULL JOIN told USING (id, kind, code)
WHERE should.id IS NULL OR told.n IS DISTINCT FROM 1 ORDER BY id, kind LIMIT %s"""
_LETTERS = """
WITH should AS (
  SELECT id::text AS id, 'matter.served' AS kind FROM matters_served WHERE served_at IS NOT NULL
  UNION ALL SELECT id::text, 'matter.answered' FROM matters_served WHERE answered_at IS NOT NULL
), told AS (
  SELECT record_id AS id, kind, sum(quantity) AS n FROM facts_fact
  WHERE record = 'served' AND kind IN ('matter.served', 'matter.answered')
  GROUP BY 1, 2 HAVING sum(quantity) <> 0
)
SELECT id, kind, should.id IS NOT NULL, coalesce(told.n, 0) FROM should FULL JOIN told USING (id, kind)
WHERE should.id IS NULL OR told.n IS DISTINCT FROM 1 ORDER BY id, kind LIMIT %s"""
_NOWHERE = """
SELECT c.id, c.state, count(s.id) FROM matters_case c
LEFT JOIN matters_step s ON s.case_id = c.id AND s.state IN ('active', 'paused', 'waiting')
WHERE c.state IN ('open', 'paused', 'refused', 'withdrawn', 'merged')
  AND NOT EXISTS (SELECT FROM matters_case p WHERE p.part_of_id = c.id)
GROUP BY c.id, c.state HAVING (count(s.id) = 1) <> (c.state IN ('open', 'paused')) ORDER BY c.id LIMIT %s"""


_TOGETHER = """
SELECT w.id, w.state, count(*) FILTER (WHERE p.closed_at IS NULL) FROM matters_case w
JOIN matters_case p ON p.part_of_id = w.id
GROUP BY w.id, w.state HAVING (count(*) FILTER (WHERE p.closed_at IS NULL) > 0) <> (w.state = 'open')
ORDER BY w.id LIMIT %s"""


def letters_are_the_facts() -> Checked:
    """Each letter that was served is told once by a fact, and once more when it was answered."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM matters_served WHERE served_at IS NOT NULL")
        (read,) = cursor.fetchone()
        cursor.execute(_LETTERS, [_SHOWN])
        wrong = tuple(
            f"Letter {served}: {kind} should be told {int(should)} times, and is {told}."
            for served, kind, should, told in cursor.fetchall()
        )
    return Checked(read, wrong)


def cases_are_the_facts() -> Checked:
    """Each case that was opened has one fact of it, each that ended one of how, and no fact is without its case."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM matters_case")
        (read,) = cursor.fetchone()
        cursor.execute(_TOLD, [_SHOWN])
        wrong = tuple(
            f"Case {case}: {kind} should be told {int(should)} times, and is {told}."
            for case, kind, should, told in cursor.fetchall()
        )
    return Checked(read, wrong)


def open_cases_are_somewhere() -> Checked:
    """Each open case is at one step, and none that ended without a grant is at one."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM matters_step")
        (read,) = cursor.fetchone()
        cursor.execute(_NOWHERE, [_SHOWN])
        wrong = tuple(f"Case {case} is {state}, at {at} steps." for case, state, at in cursor.fetchall())
    return Checked(read, wrong)


def wholes_end_with_their_parts() -> Checked:
    """Each case of several items is open as long as one of its parts is, and no longer."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM matters_case WHERE part_of_id IS NOT NULL")
        (read,) = cursor.fetchone()
        cursor.execute(_TOGETHER, [_SHOWN])
        wrong = tuple(
            f"Case {case} is {state}, with {still} open parts." for case, state, still in cursor.fetchall()
        )
    return Checked(read, wrong)
