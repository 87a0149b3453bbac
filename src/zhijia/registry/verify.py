"""Proves that members are what the facts say, that every row stands where its union does, and that no grant was
changed behind our back. Reads every row, whatever the row policies would show."""

import numpy as np

from zhijia.kernel.checks import Checked
from zhijia.kernel.context import whole
from zhijia.kernel.initials import initials_of
from zhijia.registry.models import Grant
from zhijia.registry.services import grants

_SHOWN = 20
_CHUNK = 50_000
_NAMES = "DECLARE names CURSOR FOR SELECT id, name, name_initials FROM registry_person"
_MEMBERS = """
WITH told AS (
  SELECT union_id,
    sum(CASE WHEN kind IN ('member.joined', 'member.transferred_in') THEN quantity ELSE -quantity END) AS n
  FROM facts_fact
  WHERE kind IN ('member.joined', 'member.transferred_in', 'member.left', 'member.transferred_out')
  GROUP BY union_id
), held AS (
  SELECT union_id, count(*) AS n FROM registry_membership WHERE valid_to IS NULL GROUP BY union_id
)
SELECT union_id, coalesce(held.n, 0), coalesce(told.n, 0) FROM held FULL JOIN told USING (union_id)
WHERE coalesce(held.n, 0) <> coalesce(told.n, 0) ORDER BY union_id LIMIT %s"""
_MISPLACED = """
SELECT row.id FROM {table} row LEFT JOIN registry_union u ON u.id = row.union_id
WHERE row.union_id IS NOT NULL AND (u.id IS NULL OR u.county_id IS DISTINCT FROM row.county_id)
ORDER BY row.id LIMIT %s"""
_PEOPLE = """
SELECT p.id FROM registry_person p JOIN registry_membership m ON m.person_id = p.id AND m.valid_to IS NULL
WHERE p.union_id IS DISTINCT FROM m.union_id ORDER BY p.id LIMIT %s"""
_ORPHANS = """
SELECT m.id FROM registry_membership m LEFT JOIN registry_person p ON p.id = m.person_id
WHERE p.id IS NULL ORDER BY m.id LIMIT %s"""
_SEALED = """
SELECT s.row_id FROM vault_secret s JOIN registry_person p ON p.id = s.person_id
WHERE (s.union_id, s.county_id) IS DISTINCT FROM (p.union_id, p.county_id) ORDER BY s.row_id LIMIT %s"""
_TREE = """
SELECT e.union_id FROM registry_parent e
JOIN registry_union child ON child.id = e.union_id JOIN registry_union above ON above.id = e.parent_id
WHERE e.tree = 'organisation' AND e.valid_to IS NULL
  AND NOT (above.tree_left < child.tree_left AND child.tree_right <= above.tree_right)
ORDER BY e.union_id LIMIT %s"""
_WITH_A_PERSON = (
    ("registry_membership", "true"),
    ("registry_card", "row.ended_at IS NULL"),
    ("vault_secret", "true"),
    ("accounts_user", "true"),
)
_LEFT_BEHIND = """
SELECT row.person_id FROM {table} row JOIN registry_merge m ON m.gone_id = row.person_id AND m.undone_at IS NULL
WHERE {condition} ORDER BY row.person_id LIMIT %s"""
_TWO_PARENTS = """
SELECT a.union_id, a.tree FROM registry_parent a
JOIN registry_parent b ON b.union_id = a.union_id AND b.tree = a.tree AND b.id > a.id
WHERE daterange(a.valid_from, a.valid_to) && daterange(b.valid_from, b.valid_to) ORDER BY 1, 2 LIMIT %s"""
_ROUND = """
WITH RECURSIVE above (union_id, tree, id, steps) AS (
  SELECT union_id, tree, parent_id, 1 FROM registry_parent WHERE valid_to IS NULL
  UNION ALL SELECT above.union_id, above.tree, e.parent_id, above.steps + 1 FROM above
  JOIN registry_parent e ON e.union_id = above.id AND e.tree = above.tree AND e.valid_to IS NULL
  WHERE above.id <> above.union_id AND above.steps < 50
)
SELECT DISTINCT union_id, tree FROM above WHERE id = union_id ORDER BY 1, 2 LIMIT %s"""
_OTHER_INTERVALS = """
SELECT e.union_id, e.tree FROM registry_parent e
LEFT JOIN registry_tree_place child ON (child.union_id, child.tree) = (e.union_id, e.tree)
LEFT JOIN registry_tree_place above ON (above.union_id, above.tree) = (e.parent_id, e.tree)
WHERE e.tree <> 'organisation' AND e.valid_to IS NULL
  AND NOT coalesce(above.tree_left < child.tree_left AND child.tree_right <= above.tree_right, false)
ORDER BY 1, 2 LIMIT %s"""
_BESIDE = """
WITH placed AS (
  SELECT id AS union_id, 'organisation' AS tree, tree_left, tree_right FROM registry_union
  UNION ALL SELECT union_id, tree, tree_left, tree_right FROM registry_tree_place
), next AS (
  SELECT p.union_id, p.tree, p.tree_left,
    lag(p.tree_right) OVER (PARTITION BY p.tree, e.parent_id ORDER BY p.tree_left) AS taken
  FROM placed p LEFT JOIN registry_parent e ON e.union_id = p.union_id AND e.tree = p.tree AND e.valid_to IS NULL
)
SELECT union_id, tree FROM next WHERE tree_left < taken ORDER BY 1, 2 LIMIT %s"""
_HEADS = """
SELECT p.union_id, p.tree FROM registry_tree_place p JOIN registry_union u ON u.id = p.union_id
LEFT JOIN registry_parent e ON e.union_id = p.union_id AND e.tree = p.tree AND e.valid_to IS NULL
LEFT JOIN registry_tree_place above ON above.union_id = e.parent_id AND above.tree = p.tree
WHERE p.head_id <> CASE WHEN u.level <= 4 OR e.id IS NULL THEN p.union_id ELSE coalesce(above.head_id, 0) END
ORDER BY 1, 2 LIMIT %s"""
_TREE_TOTALS = """
WITH told AS (
  SELECT p.tree, p.head_id, t.kind, sum(t.quantity) AS quantity, sum(t.amount) AS amount, sum(t.facts) AS facts
  FROM registry_tree_place p JOIN facts_union_total t USING (union_id) GROUP BY p.tree, p.head_id, t.kind
)
SELECT head_id, tree, kind FROM told FULL JOIN registry_tree_total kept USING (tree, head_id, kind)
WHERE (coalesce(told.quantity, 0), coalesce(told.amount, 0), coalesce(told.facts, 0))
  <> (coalesce(kept.quantity, 0), coalesce(kept.amount, 0), coalesce(kept.facts, 0))
ORDER BY 1, 2, 3 LIMIT %s"""
_COUNTIES = """
WITH told AS (
  SELECT county_id,
    sum(CASE WHEN kind IN ('member.joined', 'member.transferred_in', 'member.county_in') THEN quantity
      ELSE -quantity END) AS n
  FROM facts_fact WHERE kind IN ('member.joined', 'member.transferred_in', 'member.left', 'member.transferred_out',
    'member.county_in', 'member.county_out')
  GROUP BY county_id
), held AS (
  SELECT county_id, count(*) AS n FROM registry_membership WHERE valid_to IS NULL GROUP BY county_id
)
SELECT county_id, coalesce(held.n, 0), coalesce(told.n, 0) FROM held FULL JOIN told USING (county_id)
WHERE coalesce(held.n, 0) <> coalesce(told.n, 0) ORDER BY county_id LIMIT %s"""
_PLACED = (
    "registry_person",
    "registry_membership",
    "registry_transfer_leg",
    "registry_post",
    "registry_term",
    "registry_election",
    "registry_candidate",
    "registry_certificate",
    "registry_quality_issue",
    "registry_transfer_batch",
    "registry_leave_proposal",
    "registry_representative",
)


def members_are_the_facts() -> Checked:
    """In every union and in every county the open memberships are as many as the facts add up to."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM registry_membership")
        (read,) = cursor.fetchone()
        cursor.execute(_MEMBERS, [_SHOWN])
        wrong = [
            f"Union {union}: {held} members, but the facts say {told}."
            for union, held, told in cursor.fetchall()
        ]
        cursor.execute(_COUNTIES, [_SHOWN])
        wrong += [
            f"County {county}: {held} members, but the facts say {told}."
            for county, held, told in cursor.fetchall()
        ]
    return Checked(read, tuple(wrong))


def rows_stand_in_their_place() -> Checked:
    """Every protected row stands at a union that exists and in that union's county; a person stands at the union of
    the open membership, their sealed values beside them; every interval of the tree lies in its parent's."""
    wrong = []
    read = 0
    with whole() as cursor:
        for table in _PLACED:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - names from the tuple above
            read += cursor.fetchone()[0]
            cursor.execute(_MISPLACED.format(table=table), [_SHOWN])
            wrong += [
                f"{table} {row_id} stands outside its union's county." for (row_id,) in cursor.fetchall()
            ]
        for statement, sentence in (
            (_PEOPLE, "registry_person {} stands at another union than the membership."),
            (_ORPHANS, "registry_membership {} is nobody's."),
            (_SEALED, "vault_secret {} stands elsewhere than its person."),
            (_TREE, "registry_union {} lies outside its parent's interval."),
        ):
            cursor.execute(statement, [_SHOWN])
            wrong += [sentence.format(row_id) for (row_id,) in cursor.fetchall()]
    return Checked(read, tuple(wrong))


def initials_are_those_of_the_names() -> Checked:
    """Everybody is found by the first letters of the name they have; in chunks of bounded memory."""
    wrong: list[str] = []
    read = 0
    with whole() as cursor:
        cursor.execute(_NAMES)
        while True:
            cursor.execute("FETCH FORWARD %s FROM names", [_CHUNK])
            rows = cursor.fetchall()
            if not rows:
                return Checked(read, tuple(wrong[:_SHOWN]))
            read += len(rows)
            ids, names, kept = zip(*rows, strict=True)
            differ = np.flatnonzero(initials_of(np.array(names)).astype(np.str_) != np.array(kept))
            wrong += [f"registry_person {ids[place]} has the initials of another name." for place in differ]


def trees_are_whole() -> Checked:
    """No union had two parents in a tree on one day, and none hangs under itself. What is kept of today's trees is what
    the edges say: intervals beside and in each other, heads, and totals that are the sums of the unions'."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM registry_parent")
        (read,) = cursor.fetchone()
        cursor.execute(_TWO_PARENTS, [_SHOWN])
        wrong = [f"Union {union} had two parents on one day ({tree})." for union, tree in cursor.fetchall()]
        cursor.execute(_ROUND, [_SHOWN])
        wrong += [f"Union {union} hangs under itself ({tree})." for union, tree in cursor.fetchall()]
        for statement, sentence in (
            (_OTHER_INTERVALS, "Union {} lies outside its parent's interval ({})."),
            (_BESIDE, "Union {} lies in the interval of another beside it ({})."),
            (_HEADS, "Union {} has the head of another branch ({})."),
            (_TREE_TOTALS, "The total of head {} is not the sum of its unions' ({}, {})."),
        ):
            cursor.execute(statement, [_SHOWN])
            wrong += [sentence.format(*row) for row in cursor.fetchall()]
    return Checked(read, tuple(wrong))


def grants_are_sealed() -> Checked:
    """Every grant fits its keyed digest (S-28)."""
    with whole():
        held = list(Grant.objects.using("bulk").order_by("pk"))
    wrong = [f"registry_grant {grant.pk} was changed behind our back." for grant in held if not _fits(grant)]
    return Checked(len(held), tuple(wrong[:_SHOWN]))


def _fits(grant: Grant) -> bool:
    return grant.seal == grants.seal_of(grant)


def merged_registrations_stand_empty() -> Checked:
    """Nothing that follows a person stands with a registration that was merged into another: no membership, no
    sealed value, no account, no valid card."""
    wrong = []
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM registry_merge WHERE undone_at IS NULL")
        (read,) = cursor.fetchone()
        for table, condition in _WITH_A_PERSON:
            cursor.execute(_LEFT_BEHIND.format(table=table, condition=condition), [_SHOWN])
            wrong += [
                f"{table} {row_id} stands with a merged registration." for (row_id,) in cursor.fetchall()
            ]
    return Checked(read, tuple(wrong))
