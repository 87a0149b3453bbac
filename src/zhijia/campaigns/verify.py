"""That what drives gave is what the facts say, and that targets add up."""

from zhijia.kernel.checks import Checked
from zhijia.kernel.context import whole

_PIECES = """
SELECT p.id, p.thing, count(f.id), coalesce(sum(f.amount), 0), p.amount
FROM campaigns_piece p
LEFT JOIN facts_fact f ON f.record_id = p.id::text AND f.record = 'piece'
  AND f.kind IN ('campaign.reached', 'campaign.returned')
WHERE p.state = 'done' GROUP BY p.id, p.thing, p.amount
HAVING count(f.id) <> 1 OR coalesce(sum(f.amount), 0) <> p.amount ORDER BY p.id"""
_STRANGE = """
SELECT f.record_id, f.kind FROM facts_fact f
LEFT JOIN campaigns_piece p ON p.id::text = f.record_id AND p.state = 'done'
WHERE f.kind IN ('campaign.reached', 'campaign.returned') AND f.reverses IS NULL AND p.id IS NULL
  AND EXISTS (SELECT FROM campaigns_drive d WHERE d.id::text = f.dimensions ->> 'drive') ORDER BY f.record_id"""
_SHARES = """
SELECT s.drive_id, s.measure, s.year, s.above_id, sum(s.amount), o.amount FROM campaigns_share s
LEFT JOIN campaigns_share o
  ON o.drive_id = s.drive_id AND o.measure = s.measure AND o.year = s.year AND o.union_id = s.above_id
WHERE s.above_id IS NOT NULL GROUP BY 1, 2, 3, 4, o.amount HAVING sum(s.amount) IS DISTINCT FROM o.amount"""
_SPENT = """
SELECT d.id, d.spent, coalesce(sum(p.amount), 0) FROM campaigns_drive d
LEFT JOIN campaigns_piece p ON p.drive_id = d.id AND p.state = 'done'
GROUP BY d.id, d.spent HAVING d.spent <> coalesce(sum(p.amount), 0)"""


def what_was_given_is_the_facts() -> Checked:
    """Each thing done has its one fact with its money, each fact of a drive there is its thing done, and what drives
    spent is what they gave."""
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
