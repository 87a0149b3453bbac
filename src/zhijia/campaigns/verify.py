"""That what drives gave is what the facts say, and that targets add up."""

from zhijia.kernel.checks import Checked
from zhijia.kernel.context import whole

_PIECES = """
SELECT p.id, p.thing, coalesce(sum(f.quantity), 0), coalesce(sum(f.amount), 0), p.amount
FROM campaigns_piece p
LEFT JOIN facts_fact f ON f.record_id = p.id::text AND f.record = 'piece'
  AND f.kind IN ('campaign.reached', 'campaign.returned')
WHERE p.state = 'done' GROUP BY p.id, p.thing, p.amount
HAVING coalesce(sum(f.quantity), 0) <> 1 OR coalesce(sum(f.amount), 0) <> p.amount ORDER BY p.id"""
_STRANGE = """
SELECT f.record_id, f.kind FROM facts_fact f
LEFT JOIN campaigns_piece p ON p.id::text = f.record_id AND p.state = 'done'
WHERE f.kind IN ('campaign.reached', 'campaign.returned') AND p.id IS NULL
  AND EXISTS (SELECT FROM campaigns_drive d WHERE d.id::text = f.dimensions ->> 'drive')
GROUP BY f.record_id, f.kind HAVING sum(f.quantity) <> 0 ORDER BY f.record_id"""
_TALLIES = """
WITH standing AS (
  SELECT drive_id, county_id, union_id, thing, begins_on, ends_on, CASE WHEN state <> 'void' THEN due_on END AS due_on,
    (done_at AT TIME ZONE 'Asia/Shanghai')::date AS done_on, state, late, 1 AS many, amount FROM campaigns_piece
  UNION ALL
  SELECT drive_id, county_id, union_id, '', NULL, NULL, NULL, NULL,
    CASE WHEN left_on IS NULL THEN 'open' ELSE 'void' END, false, 1, 0 FROM campaigns_entry),
there AS (
  SELECT drive_id, county_id, place.union_id, thing, begins_on, ends_on, due_on, done_on, state, late, many, amount
  FROM standing CROSS JOIN LATERAL (VALUES (standing.union_id), (NULL)) AS place (union_id))
SELECT drive_id, thing, state, coalesce('union ' || union_id, 'county ' || county_id), sum(many), sum(kept)
FROM (
  SELECT *, 0 AS kept, 0 AS fen FROM there
  UNION ALL
  SELECT drive_id, county_id, union_id, thing, begins_on, ends_on, due_on, done_on, state, late, 0, 0, many, amount
  FROM campaigns_tally) AS both_sides
GROUP BY drive_id, county_id, union_id, thing, begins_on, ends_on, due_on, done_on, state, late
HAVING sum(many) <> sum(kept) OR sum(amount) <> sum(fen) ORDER BY 1, 2, 3, 4"""
_SHARES = """
SELECT s.drive_id, s.measure, s.year, s.above_id, sum(s.amount), o.amount FROM campaigns_share s
LEFT JOIN campaigns_share o
  ON o.drive_id = s.drive_id AND o.measure = s.measure AND o.year = s.year AND o.union_id = s.above_id
WHERE s.above_id IS NOT NULL GROUP BY 1, 2, 3, 4, o.amount HAVING sum(s.amount) IS DISTINCT FROM o.amount"""
_SPENT = """
WITH went AS (
  SELECT i.source_id, i.union_id, l.fund, i.worth
    - coalesce((SELECT sum(r.worth) FROM assets_return r WHERE r.issue_id = i.id), 0) AS worth
  FROM assets_issue i JOIN assets_lot l ON l.id = i.lot_id WHERE i.source = 'campaign'),
given AS (
  SELECT d.id, d.spent,
    coalesce((SELECT sum(p.amount) FROM campaigns_piece p WHERE p.drive_id = d.id AND p.state = 'done'), 0)
    + coalesce((SELECT sum(w.worth) FROM went w WHERE w.source_id = d.id::text AND w.union_id = d.union_id
      AND w.fund = v.content -> 'budget' ->> 'fund'), 0) AS given
  FROM campaigns_drive d JOIN campaigns_version v ON v.id = d.version_id)
SELECT id, spent, given FROM given WHERE spent <> given ORDER BY id"""
_GOODS = """
SELECT p.id, p.source FROM campaigns_piece p
LEFT JOIN assets_issue i ON i.id = substring(p.source FROM '[0-9]+')::bigint
  AND i.source = 'campaign' AND i.source_id = p.drive_id::text AND i.purpose = p.thing
LEFT JOIN assets_handed h ON h.issue_id = i.id AND h.id = substring(p.source FROM '[0-9]+$')::bigint
WHERE p.source ~ '^issue:' AND (h.id IS NULL
  OR EXISTS (SELECT FROM campaigns_piece o WHERE o.source = p.source AND o.source <> '' AND o.id <> p.id))
ORDER BY p.id"""

_PAID = """
SELECT p.id, p.amount, y.amount FROM campaigns_piece p
LEFT JOIN payments_payment y ON y.source_id = substr(p.source, 9) AND y.source = 'campaign' AND y.purpose = p.thing
  AND campaigns_paid_piece(y.source_id, y.instalment) = p.id
WHERE p.state = 'done' AND p.source ~ '^payment:' AND y.amount IS DISTINCT FROM p.amount ORDER BY p.id"""


def what_was_given_is_the_facts() -> Checked:
    """Each thing done has its one fact with its money, each fact of a drive there is its thing done, what drives spent
    is what they gave, money stands for one payment each of the same sum, and goods for one line each of what was
    handed out for the drive."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM campaigns_piece WHERE state = 'done'")
        (read,) = cursor.fetchone()
        cursor.execute(_PIECES)
        wrong = [
            f"piece {piece} ({thing}): {many} facts, {fen} fen, given {given}"
            for piece, thing, many, fen, given in cursor.fetchall()
        ]
        cursor.execute(_STRANGE)
        wrong += [f"fact {kind} of piece {piece}: nothing was given" for piece, kind in cursor.fetchall()]
        cursor.execute(_SPENT)
        wrong += [f"drive {drive}: spent {spent}, given {given}" for drive, spent, given in cursor.fetchall()]
        cursor.execute(_PAID)
        wrong += [
            f"piece {piece}: given {given}, ordered {fen} fen" for piece, given, fen in cursor.fetchall()
        ]
        cursor.execute(_GOODS)
        wrong += [f"piece {piece}: no line of its own is {source}" for piece, source in cursor.fetchall()]
    return Checked(read, tuple(wrong))


def tallies_are_the_roster() -> Checked:
    """What stands how on each roster, at each union and county, is what the tallies say."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM campaigns_tally")
        (read,) = cursor.fetchone()
        cursor.execute(_TALLIES)
        wrong = [
            f"drive {drive}, {thing or 'places'} {state} at {place}: there {there}, tallied {kept}"
            for drive, thing, state, place, there, kept in cursor.fetchall()
        ]
    return Checked(read, tuple(wrong))


def shares_add_up() -> Checked:
    """What is shared out below a union is its own target."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM campaigns_share")
        (read,) = cursor.fetchone()
        cursor.execute(_SHARES)
        wrong = [
            f"drive {drive}, {measure} {year}, below union {above}: {parts}, not {whole_}"
            for drive, measure, year, above, parts, whole_ in cursor.fetchall()
        ]
    return Checked(read, tuple(wrong))
