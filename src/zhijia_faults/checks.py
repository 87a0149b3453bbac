"""The promises, looked at after each fault in journal, database and the bank's own ledger. A break is a sentence."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import connections

from zhijia.audit import export, sealer, verification
from zhijia.kernel import days
from zhijia.ledger import verify
from zhijia.payments import rules as moves
from zhijia.payments.models import Difference, Payment
from zhijia.payments.reconciliation import rules
from zhijia_faults.money import FEN, Money

ENDED = ("paid", "failed", "returned")
_FIRST = 1_000_000
_NOT_BY_TWO = """
SELECT id FROM payments_payment WHERE state <> 'waiting' AND (first_by = second_by
  OR first_by IN (ordered_by, account_by) OR second_by IN (ordered_by, account_by))"""
_WAYS = {word for _state, word in moves.MOVES} | {"ordered", "released", "sending", "unknown", "again"}


def after_each(money: Money) -> list[str]:
    """What is broken of I1, I2, I4, I5 and I10, by everything done so far."""
    ledger = money.bank.get("/ledger")
    return [
        *_books_balance(),
        *_books_and_bank_agree(money, ledger),
        *_paid_once(money, ledger),
        *_vouchers_stand(money),
        *_legal_ways(money),
        *_one_line_a_change(money),
        *_made_and_released_by_others(),
        *[f"reconciliation leaves a difference: {row.kind} of payment {row.payment_id}" for row in _open()],
        *[f"a page answered {line['status']}" for line in money.journal.read("strange")],
    ]


def at_the_end(money: Money) -> list[str]:
    """The trail is sealed whole and its chain holds (I5)."""
    while sealer.seal_once(at=days.now()):
        pass
    path = money.stack.data / "trail"
    export.export(path)
    report = verification.verify(path)
    return [f"the trail: {report.fault.in_words}"] if report.fault else []


def _books_balance() -> Iterator[str]:
    for check in (verify.entries_balance, verify.balances_are_the_legs):
        yield from check().differences


def _books_and_bank_agree(money: Money, ledger: dict[str, Any]) -> Iterator[str]:
    """I1: what the books say is at the bank is what the bank has, but for vouchers, which went to the books alone."""
    (books,) = _rows("SELECT balance FROM ledger_account WHERE id = %s", money.at_bank)[0]
    vouchers = sum(line["fen"] for line in money.journal.read("posted"))
    bank = next(row["balance"] for row in ledger["accounts"])
    if books - vouchers != bank:
        yield f"the books have {books - vouchers} fen at the bank, the bank has {bank}"
    moved = sum(line["amount"] for line in ledger["lines"])
    if bank != FEN + _FIRST + moved:
        yield "the bank's own ledger does not add up"


def _paid_once(money: Money, ledger: dict[str, Any]) -> Iterator[str]:
    """I2: at most one line of the bank goes out for a payment, exactly one for a paid one, none for a failed one."""
    lines: dict[str, list[int]] = defaultdict(list)
    for line in ledger["lines"]:
        lines[rules.base(line["reference"])].append(line["amount"])
    stands = {row.pk: row for row in Payment.objects.using("bulk").all()}
    for told in money.journal.read("released"):
        payment = stands.get(told["payment"])
        if payment is None:
            yield f"payment {told['payment']} was acknowledged and is gone"
            continue
        here = sorted(lines[rules.base(payment.reference)])
        wanted = {"paid": [-told["amount"]], "returned": [-told["amount"], told["amount"]], "failed": []}
        if payment.state not in ENDED:
            yield f"payment {payment.pk} is {payment.state} still"
        elif here != wanted[payment.state]:
            yield f"payment {payment.pk} is {payment.state}, the bank booked {here} of {told['amount']}"
        if (payment.state == "paid") != (payment.entry_id is not None and payment.back_entry_id is None):
            yield f"payment {payment.pk} is {payment.state} and posted differently"


def _vouchers_stand(money: Money) -> Iterator[str]:
    """Every acknowledged voucher stands once, with its amount, and none that nobody was told of."""
    rows = _rows("SELECT e.source_id, e.id, l.amount FROM ledger_entry e JOIN ledger_leg l ON l.entry_id = e.id"
                 " WHERE e.source = 'voucher' AND l.amount > 0")  # fmt: skip
    stands = {source: (number, fen) for source, number, fen in rows}
    told = money.journal.read("posted")
    for line in told:
        number, fen = stands.get(line["key"], (0, 0))
        if fen != line["fen"] or not line["location"].endswith(f"/{number}/"):
            yield f"the voucher acknowledged as {line['fen']} fen at {line['location']} is {number}, {fen}"
    if len(rows) != len(told):
        yield f"{len(rows)} vouchers stand, {len(told)} were acknowledged"


def _legal_ways(money: Money) -> Iterator[str]:
    """I4: what happened to each payment follows from what happened before."""
    ways: dict[int, list[str]] = defaultdict(list)
    for number, happened in _rows("SELECT payment_id, happened FROM payments_event ORDER BY id"):
        ways[number].append(happened)
    for line in money.journal.read("released"):
        way = ways[line["payment"]]
        if way[:2] != ["ordered", "released"] or not set(way) <= _WAYS or way.count("paid") > 1:
            yield f"payment {line['payment']} went {' > '.join(way)}"


def _one_line_a_change(money: Money) -> Iterator[str]:
    """I5: each order, each voucher and each payment that is paid has its one line on the trail."""
    rows = _rows("SELECT action, subject_id, count(*) FROM audit_entry"
                 " WHERE action IN ('payment.order', 'payment.paid', 'ledger.post') GROUP BY 1, 2")  # fmt: skip
    lines = Counter({(action, subject): many for action, subject, many in rows})
    for line in money.journal.read("released"):
        many = lines["payment.order", str(line["payment"])]
        if many != 1:
            yield f"the order of payment {line['payment']} is on the trail {many} times"
    paid = Payment.objects.using("bulk").filter(state__in=("paid", "returned")).values_list("pk", flat=True)
    for number in paid:
        if lines["payment.paid", str(number)] > 1:
            yield f"payment {number} was paid {lines['payment.paid', str(number)]} times by the trail"
    for line in money.journal.read("posted"):
        number = line["location"].rstrip("/").rpartition("/")[2]
        if lines["ledger.post", number] != 1:
            yield f"the voucher {number} is on the trail {lines['ledger.post', number]} times"


def _made_and_released_by_others() -> Iterator[str]:
    """I10: whoever ordered a payment or named its account never released it, and two people did."""
    for (number,) in _rows(_NOT_BY_TWO):
        yield f"payment {number} was released by whoever made it"


def _open() -> list[Difference]:
    return list(Difference.objects.using("bulk").filter(settled_at__isnull=True))


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connections["bulk"].cursor() as cursor:
        cursor.execute(sql, list(values) or None)
        return list(cursor.fetchall())
