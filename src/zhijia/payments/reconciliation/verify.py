"""Proves that statements add up and that what the bank booked is known here, or written down as a difference."""

from zhijia.kernel.checks import Checked
from zhijia.kernel.context import whole

_SHOWN = 20
_STATEMENTS = """
SELECT s.id, s.day, s.opening, s.closing, coalesce(sum(l.amount), 0)::bigint, s.count, count(l.id)
FROM payments_statement s LEFT JOIN payments_statement_line l ON l.statement_id = s.id
GROUP BY s.id HAVING s.opening + coalesce(sum(l.amount), 0) <> s.closing OR count(l.id) <> s.count
ORDER BY s.id LIMIT %s"""
_BOOKED = """
WITH ours AS (
  SELECT substr(reference, 3, 11)::bigint AS payment_id, left(reference, 17) AS base, min(id) AS line, count(*) AS times
  FROM payments_statement_line
  WHERE amount < 0 AND reference ~ '^ZJ[0-9]{11}[A-Z2-9]{4}[0-9]{2}$'
  GROUP BY 1, 2
)
SELECT p.id, p.state, ours.line, ours.times FROM ours
JOIN payments_payment p ON p.id = ours.payment_id AND left(p.reference, 17) = ours.base
WHERE (p.state NOT IN ('paid', 'returned') OR ours.times > 1)
  AND NOT EXISTS (SELECT FROM payments_difference d WHERE d.payment_id = p.id)
ORDER BY p.id LIMIT %s"""


def payments_are_the_banks() -> Checked:
    """Each statement goes from its first balance to its last, line by line, and every payment the bank has booked is
    paid here once, or stands among the differences."""
    with whole() as cursor:
        cursor.execute("SELECT count(*) FROM payments_statement_line")
        (read,) = cursor.fetchone()
        cursor.execute(_STATEMENTS, [_SHOWN])
        differences = [
            f"Statement {number} of {day}: {opening} and {moved} fen make no {closing} ({found} of {many} lines)."
            for number, day, opening, closing, moved, many, found in cursor.fetchall()
        ]
        cursor.execute(_BOOKED, [_SHOWN])
        differences += [
            f"Payment {payment} is {state}; the bank booked it {times} times (line {line}), and nobody has noticed."
            for payment, state, line, times in cursor.fetchall()
        ]
    return Checked(read, tuple(differences))
