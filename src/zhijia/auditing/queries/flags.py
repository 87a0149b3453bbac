"""What other rooms know of entries that makes them worth a look: flags on vouchers nobody has settled, and payees
who were paid again and again. It falls on entries, never on persons. Row policies hold."""

from collections.abc import Sequence

from django.db import connections

SAME_PAYEE = "same_payee"
_FLAGS = """
SELECT v.entry_id, f.code, f.prohibition FROM ledger_voucher v
JOIN ledger_flag f ON f.voucher_id = v.id AND f.settled_at IS NULL
WHERE v.entry_id = ANY (%(numbers)s)"""
_PAYEES = """
SELECT array_agg(paid.id) FROM (
  SELECT v.entry_id AS id, v.payee AS payee FROM ledger_voucher v
  WHERE v.entry_id = ANY (%(numbers)s) AND v.payee <> ''
  UNION ALL
  SELECT entry.id, p.payee_id::text FROM ledger_entry entry
  JOIN payments_payment p
    ON p.id = CASE entry.source WHEN 'payment' THEN split_part(entry.source_id, '.', 1)::bigint END
  WHERE entry.id = ANY (%(numbers)s) AND entry.source = 'payment' AND p.payee_id IS NOT NULL
) AS paid GROUP BY paid.payee HAVING count(*) >= %(times)s"""


def declared(numbers: Sequence[int], *, times: int) -> dict[int, tuple[str, ...]]:
    """The flags of each of these entries that has any: findings and prohibitions of its voucher, and `same_payee`
    where its payee was paid so many times among them."""
    found: dict[int, set[str]] = {}
    with connections["default"].cursor() as cursor:
        cursor.execute(_FLAGS, {"numbers": list(numbers)})
        for number, code, prohibition in cursor.fetchall():
            found.setdefault(number, set()).update(filter(None, (code, prohibition)))
        cursor.execute(_PAYEES, {"numbers": list(numbers), "times": times})
        for (paid,) in cursor.fetchall():
            for number in paid:
                found.setdefault(number, set()).add(SAME_PAYEE)
    return {number: tuple(sorted(flags)) for number, flags in found.items()}
