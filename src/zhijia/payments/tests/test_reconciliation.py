"""The three books: ours, the bank's file, and the bank's own ledger. What differs is found, and worked through."""

import json
import time
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.ledger.services.posting import Source
from zhijia.payments import channels, gate
from zhijia.payments.banking import signing
from zhijia.payments.banking.files import BankLine, DayStatement
from zhijia.payments.models import BankAccount, BankEvent, Difference, Gate, Payment, Receipt, Statement
from zhijia.payments.reconciliation import fetching, incoming, settling, verify
from zhijia.payments.services import asking, paying_in, sending
from zhijia.payments.services.paying_in import Payer
from zhijia.payments.tests.bank import running
from zhijia.payments.tests.world import CHANNEL, build, refused

PLANTED = {
    "bank_paid": "time_out_after_paying",
    "bank_not": "say_paid_without_paying",
    "amount": "pay_other_amount",
    "twice": "pay_twice",
    "returned": "pay_then_return",
}


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    with running(tmp_path_factory.mktemp("bank")) as bank:
        yield bank


@pytest.fixture
def bank(tmp_path):
    with running(tmp_path) as bank:
        yield bank


@pytest.fixture
def payments(committed, bank):
    with transaction.atomic():
        made = build()
    channels.announce(CHANNEL, lambda: bank.channel(0.5))
    yield made
    Gate.objects.using("bulk").update(is_open=True, timeline=0)


def treasurer(payments):
    return payments.act("factory-treasurer")


def sent(payments, bank, moods):
    """A payment in each of these moods, sent; by mood."""
    with transaction.atomic():
        made = {mood: payments.order(mood) for mood in moods}
        batch = payments.release(payments.batch())
    for mood, payment in made.items():
        if mood:
            bank.tell(mood, reference=payment.reference, seconds=1, amount=4_999)
    sending.send(batch_id=batch.pk, clock=days.now)
    return made


def state(payment):
    return Payment.objects.using("bulk").get(pk=payment.pk).state


def tomorrow():
    return days.now() + timedelta(days=1)


def reconcile(at=None):
    """The daily round of tomorrow morning: today is over then."""
    return fetching.everything(at=at or tomorrow())


def differences():
    open_ones = Difference.objects.using("bulk").filter(settled_at__isnull=True)
    return {row.kind: row for row in open_ones.select_related("payment", "line")}


def wait_for(condition):
    limit = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.05)


def plant(payments, bank):
    """Five differences and a line nobody ordered; by mood."""
    made = sent(payments, bank, ["", *PLANTED.values()])
    bank.tell("pass", seconds=2)
    returned = made["pay_then_return"].reference
    wait_for(lambda: any(line["reference"] == returned and line["amount"] > 0 for line in bank.lines()))
    bank.channel().send(
        channels.Instruction(
            "FEE-1", 35, "工商银行", "9558800000000000001", "", "手续费", "1302000000000000001"
        )
    )
    return made


def test_what_agrees_is_no_difference(payments, bank):
    made = sent(payments, bank, [""])

    assert reconcile() > 0
    assert differences() == {}
    assert state(made[""]) == "paid"


def test_every_planted_difference_is_found_once_and_nothing_else(payments, bank):
    made = plant(payments, bank)

    reconcile()
    reconcile()

    found = differences()
    assert set(found) == {*PLANTED, "unknown_line"}
    assert {kind: found[kind].payment_id for kind in PLANTED} == {
        kind: made[mood].pk for kind, mood in PLANTED.items()
    }
    assert Difference.objects.using("bulk").count() == len(PLANTED) + 1
    assert (found["amount"].ours, found["amount"].theirs) == (5_000, 4_999)
    assert found["unknown_line"].theirs == 35


def test_the_banks_word_is_taken_over_and_posted(payments, bank):
    made = plant(payments, bank)
    reconcile()
    found = differences()

    with transaction.atomic():
        for kind in ("bank_paid", "returned"):
            settling.take_over(actor=treasurer(payments), at=days.now(), difference_id=found[kind].pk)

    assert state(made["time_out_after_paying"]) == "paid"
    assert state(made["pay_then_return"]) == "returned"
    paid = Payment.objects.using("bulk").get(pk=made["time_out_after_paying"].pk)
    assert paid.entry_id is not None
    reconcile()
    assert set(differences()) == {"bank_not", "amount", "twice", "unknown_line"}


@pytest.mark.parametrize("kind", ["bank_not", "amount", "twice", "unknown_line"])
def test_what_has_to_be_found_out_is_not_taken_over(payments, bank, kind):
    plant(payments, bank)
    reconcile()

    with refused("cannot_be_taken_over"), transaction.atomic():
        settling.take_over(actor=treasurer(payments), at=days.now(), difference_id=differences()[kind].pk)


def test_what_was_explained_stays_settled_and_says_by_whom(payments, bank):
    plant(payments, bank)
    reconcile()
    fee = differences()["unknown_line"]

    with refused("reason_missing"), transaction.atomic():
        settling.explain(actor=treasurer(payments), at=days.now(), difference_id=fee.pk, reason=" ")
    with transaction.atomic():
        settling.explain(
            actor=treasurer(payments), at=days.now(), difference_id=fee.pk, reason="手续费，已记账"
        )
    reconcile()

    assert "unknown_line" not in differences()
    settled = Difference.objects.using("bulk").get(pk=fee.pk)
    assert (settled.answer, settled.settled_by) == ("手续费，已记账", treasurer(payments).user_id)


def test_a_difference_that_is_none_any_more_settles_by_itself(payments, bank):
    made = sent(payments, bank, ["time_out_after_paying"])
    reconcile()
    assert set(differences()) == {"bank_paid"}

    asking.ask(at=tomorrow(), more=lambda: True)
    reconcile()

    assert state(made["time_out_after_paying"]) == "paid"
    assert differences() == {}


def test_what_the_bank_never_had_goes_again_once_the_day_is_over(payments, bank):
    """Not found, and the whole day's file is without it: only then it is sent again, and paid once."""
    made = sent(payments, bank, ["time_out_before_paying"])["time_out_before_paying"]
    asking.ask(at=tomorrow(), more=lambda: True)
    fetching.fetch(account=payments.account, at=days.now(), through=days.business_day(days.now()))
    assert Payment.objects.using("bulk").get(pk=made.pk).file_agreed_on is None

    reconcile()
    asking.go_on(clock=tomorrow, more=lambda: True)

    assert state(made) == "paid"
    assert [line["amount"] for line in bank.lines() if line["reference"] == made.reference] == [-5_000]


def test_what_is_under_way_is_compared_however_long_ago_it_was_sent(payments, bank):
    """After the days for which what has ended is compared again (payments.reconcile_days): found by the faults."""
    much_later = days.now() + timedelta(days=47)
    reconcile(much_later)
    made = sent(payments, bank, ["time_out_before_paying"])["time_out_before_paying"]
    asking.ask(at=tomorrow(), more=lambda: True)

    reconcile(much_later + timedelta(days=1))
    asking.go_on(clock=tomorrow, more=lambda: True)

    assert state(made) == "paid"


@pytest.mark.parametrize("who", ["mill-treasurer", "luyang", "chair", "cashier"])
def test_nobody_else_settles_a_difference(payments, bank, who):
    sent(payments, bank, ["time_out_after_paying"])
    reconcile()
    number = differences()["bank_paid"].pk

    with pytest.raises(NotForYou), transaction.atomic():
        settling.take_over(actor=payments.act(who), at=days.now(), difference_id=number)
    client = Client()
    client.force_login(User.objects.get(pk=payments.world.actors[who].user_id))
    assert client.get(reverse("payments:reconciliation", args=[payments.union.code])).status_code == 404
    assert client.post(reverse("payments:settle", args=[number]), {"reason": "x"}).status_code == 404
    assert set(differences()) == {"bank_paid"}


# Statements.
def line(number, amount, after, reference="", note="", bank_number=""):
    return BankLine(
        number,
        bank_number or f"B{number}",
        days.now(),
        amount,
        after,
        "某人",
        "4563000000000000011",
        reference,
        note,
    )


def statement(*lines, opening=1_000, ago=0):
    day = days.business_day(days.now()) - timedelta(days=ago)
    closing = lines[-1].after if lines else opening
    return DayStatement("1302000000000000001", day, opening, closing, tuple(lines))


def take(payments, told):
    return fetching.take(
        actor=treasurer(payments), at=days.now(), account=payments.account, told=told, came_by="csv"
    )


def test_a_statement_read_again_may_have_grown(payments):
    first, second = line(2, 50, 1_050), line(3, 70, 1_120)
    take(payments, statement(first))
    take(payments, statement(first, second))
    take(payments, statement(first, second))

    kept = Statement.objects.using("bulk").get()
    assert (kept.count, kept.closing, kept.lines.using("bulk").count()) == (2, 1_120, 2)
    assert Receipt.objects.using("bulk").count() == 2


@pytest.mark.parametrize(
    ("before", "told", "code"),
    [
        (statement(line(2, 50, 1_050)), statement(line(2, 60, 1_060)), "statement_differs"),
        (statement(line(2, 50, 1_050)), statement(), "statement_differs"),
        (statement(line(2, 50, 1_050), ago=2), statement(opening=1_000), "statement_missing"),
        (statement(opening=900), statement(line(2, 50, 1_050), ago=2), "statement_does_not_fit"),
        (None, statement(ago=-1), "day_to_come"),
        (
            None,
            DayStatement("1302000000000000009", days.business_day(days.now()), 0, 0, ()),
            "another_account",
        ),
    ],
)
def test_a_statement_that_does_not_follow_is_refused(payments, before, told, code):
    if before is not None:
        take(payments, before)

    with refused(code):
        take(payments, told)


# Money in.
def expected(payments, amount=12_300):
    with transaction.atomic():
        return paying_in.expect(
            actor=treasurer(payments), at=days.now(), union=payments.union, source=Source("test", str(amount)),
            payer=Payer("晨光公司"), amount=amount, fund="own", role="dues_income", title="会费",
        )  # fmt: skip


def comes(bank, amount, note):
    bank.post(
        "/incoming",
        account="1302000000000000001",
        amount=amount,
        name="晨光公司",
        other="4563000000000000011",
        note=note,
    )


def test_what_came_in_is_matched_by_its_reference_and_amount(payments, bank):
    one = expected(payments)
    for amount, note in ((12_300, f"会费{one.reference}"), (12_299, f"会费{one.reference}"), (700, "谢谢")):
        comes(bank, amount, note)
    reconcile()
    reconcile()

    with transaction.atomic():
        actor = treasurer(payments)
        assert incoming.match_fitting(actor=actor, at=tomorrow(), union_id=payments.union.pk) == 1
        assert incoming.match_fitting(actor=actor, at=tomorrow(), union_id=payments.union.pk) == 0

    one.refresh_from_db(using="bulk")
    assert (one.received, Receipt.objects.using("bulk").count()) == (12_300, 3)
    matched = Receipt.objects.using("bulk").get(receivable=one)
    assert matched.entry_id is not None
    assert differences() == {}


def test_leftovers_are_assigned_by_hand(payments, bank):
    one = expected(payments)
    comes(bank, 5_000, "会费")
    reconcile()
    receipt = Receipt.objects.using("bulk").get()

    with refused("nothing_expected"), transaction.atomic():
        incoming.assign(
            actor=treasurer(payments), at=tomorrow(), receipt_id=receipt.pk, reference="000000000000"
        )
    with transaction.atomic():
        incoming.assign(
            actor=treasurer(payments), at=tomorrow(), receipt_id=receipt.pk, reference=one.reference
        )

    one.refresh_from_db(using="bulk")
    assert one.received == 5_000


# The gate.
def closed_by_a_restore():
    Gate.objects.using("bulk").update(timeline=999)


def test_after_a_restore_nothing_is_sent_until_all_was_compared(payments, bank):
    closed_by_a_restore()
    made = sent(payments, bank, [""])[""]
    assert (gate.is_open(using="bulk"), state(made)) == (False, "ready")

    reconcile(days.now())
    asking.go_on(clock=days.now, more=lambda: True)

    assert (gate.is_open(using="bulk"), state(made)) == (True, "paid")


def test_the_gate_stays_closed_while_something_differs(payments, bank):
    """The bank has a payment that the database, set back, knows nothing of."""
    closed_by_a_restore()
    bank.channel().send(
        channels.Instruction(
            "ZJ00000099999ABCD01", 35, "某人", "9558800000000000001", "", "", "1302000000000000001"
        )
    )

    reconcile(days.now())

    assert not gate.is_open(using="bulk")
    with transaction.atomic():
        settling.explain(
            actor=treasurer(payments),
            at=days.now(),
            difference_id=differences()["unknown_line"].pk,
            reason="已补记",
        )
    reconcile(days.now())
    assert gate.is_open(using="bulk")


def test_closed_by_hand_it_is_opened_by_hand(payments, bank):
    with transaction.atomic():
        actor = treasurer(payments)
    gate.close(actor=actor, at=days.now(), reason="银行来电")

    reconcile(days.now())

    assert not gate.is_open(using="bulk")
    with pytest.raises(NotForYou), transaction.atomic():
        settling.open_gate(actor=treasurer(payments), at=days.now())


# What the bank tells by itself.
def tell(bank, payment, said="paid", number="e1", key=None, age=0, **more):
    body = {"id": number, "reference": payment.reference, "state": said, "amount": payment.amount, "bank_number": "B9",
            "at": days.now().isoformat(), "reason": ""} | more  # fmt: skip
    content = json.dumps(body).encode()
    moment = str(int(days.now().timestamp()) - age)
    headers = {
        signing.TIME: moment,
        signing.SIGNATURE: signing.sign(key or bank.connection.key, moment, content),
    }
    return Client().post(
        reverse("payments:bank_events"), content, content_type="application/json", headers=headers
    )


@pytest.fixture
def known_bank(bank, settings):
    settings.BANK_URL, settings.BANK_KEY = bank.connection.address, bank.connection.key.hex()
    return bank


def test_of_a_batch_file_taken_in_by_half_the_rest_goes_again_and_each_is_paid_once(payments, known_bank):
    accounts = BankAccount.objects.using("bulk")
    before = accounts.get().channel
    with transaction.atomic():
        made = [payments.order(str(number)) for number in range(4)]
        batch = payments.release(payments.batch())
    accounts.update(channel="csv")
    known_bank.tell("half_of_batch")
    with transaction.atomic():
        _name, content = sending.file_of(actor=payments.act("cashier"), at=days.now(), batch_id=batch.pk)
    result = known_bank.take_file(content, "csv")
    with transaction.atomic():
        sending.read_results(actor=payments.act("cashier"), at=days.now(), batch_id=batch.pk, content=result)
    assert [state(one) for one in made] == ["paid", "paid", "sending", "sending"]

    accounts.update(channel=before)
    asking.ask(at=tomorrow(), more=lambda: True)
    reconcile()
    asking.go_on(clock=tomorrow, more=lambda: True)

    assert {state(one) for one in made} == {"paid"}
    lines = [line["reference"] for line in known_bank.lines() if line["reference"]]
    assert sorted(lines) == sorted(one.reference for one in made)


def test_an_event_is_taken_once_and_worked_in(payments, known_bank, work):
    made = sent(payments, known_bank, ["time_out_after_paying"])["time_out_after_paying"]

    answers = [tell(known_bank, made) for _ in range(3)]
    work()

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert BankEvent.objects.using("bulk").get().outcome == "taken"
    assert state(made) == "paid"


@pytest.mark.parametrize("wrong", [{"key": b"x" * 32}, {"age": 301}])
def test_a_forged_or_old_event_changes_nothing_and_is_on_the_trail(
    payments, known_bank, owner_sql, work, wrong
):
    made = sent(payments, known_bank, ["time_out_after_paying"])["time_out_after_paying"]

    assert tell(known_bank, made, **wrong).status_code == 401
    work()

    assert state(made) == "unknown"
    assert not BankEvent.objects.using("bulk").exists()
    assert owner_sql("SELECT count(*) FROM audit_entry WHERE detail::text LIKE '%%forged_event%%'") == [(1,)]


@pytest.mark.parametrize(
    "wrong",
    [{"said": "lost"}, {"amount": "5000"}, {"amount": True}, {"at": "2026-11-20"}, {"number": ""}, {"number": "x" * 65},
     {"reason": "a\x00b"}, {"bank_number": None}],
)  # fmt: skip
def test_an_event_nobody_can_read_is_refused(payments, known_bank, wrong):
    made = sent(payments, known_bank, ["time_out_after_paying"])["time_out_after_paying"]

    assert tell(known_bank, made, **wrong).status_code == 422


@pytest.mark.parametrize(
    "order", [["paid", "accepted"], ["accepted", "paid"], ["failed", "paid"], ["paid", "failed"]]
)
def test_in_whatever_order_events_come_a_paid_payment_is_paid(payments, known_bank, work, order):
    made = sent(payments, known_bank, ["time_out_after_paying"])["time_out_after_paying"]

    for said in order:
        tell(known_bank, made, said, number=f"event-{said}")
        work()

    assert state(made) == "paid"


def test_an_event_of_another_amount_is_left_to_reconciliation(payments, known_bank, work):
    made = sent(payments, known_bank, ["time_out_after_paying"])["time_out_after_paying"]

    tell(known_bank, made, amount=1)
    work()

    assert (state(made), BankEvent.objects.using("bulk").get().outcome) == ("unknown", "amount")


def test_what_the_bank_said_stays_as_it_said_it(payments, bank, owner_sql):
    plant(payments, bank)
    reconcile()

    for statement_ in (
        "DELETE FROM payments_statement_line",
        "UPDATE payments_statement_line SET amount = 1",
        "DELETE FROM payments_difference",
        "UPDATE payments_difference SET kind = 'twice'",
        "UPDATE payments_statement SET opening = 1",
    ):
        with pytest.raises(Exception, match="payments_"):
            owner_sql(statement_)


def test_another_union_sees_no_line_of_the_bank(payments, bank):
    plant(payments, bank)
    reconcile()

    for who, seen in (("factory-treasurer", True), ("mill-treasurer", False)):
        with transaction.atomic(), connections["default"].cursor() as cursor:
            payments.act(who)
            for table in ("statement", "statement_line", "difference"):
                cursor.execute(f"SELECT count(*) > 0 FROM payments_{table}")
                assert cursor.fetchone()[0] is seen


def test_the_page_shows_what_differs_with_what_to_do(payments, bank):
    plant(payments, bank)
    reconcile()
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=payments.world.actors["factory-treasurer"].user_id))
    address = reverse("payments:reconciliation", args=[payments.union.code])

    shown = client.get(address).content.decode()

    assert shown.count("What to do about it") == len(PLANTED) + 1
    assert "The bank booked it twice" in shown
    assert client.get(reverse("payments:reconciliation_here")).url == address


def test_a_union_that_read_no_statement_is_not_told_that_all_agrees(payments, known_bank):
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=payments.world.actors["factory-treasurer"].user_id))

    shown = client.get(reverse("payments:reconciliation", args=[payments.union.code])).content.decode()

    assert "No statement of the bank has been read in yet." in shown
    assert "say the same" not in shown


def test_a_statement_is_read_in_on_the_page(payments, known_bank):
    sent(payments, known_bank, [""])
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=payments.world.actors["factory-treasurer"].user_id))
    address = reverse("payments:reconciliation", args=[payments.union.code])
    day = days.business_day(days.now())
    _status, content = known_bank.channel()._called(
        "GET", f"/statements/1302000000000000001/{day}?profile=fixed"
    )
    from django.core.files.uploadedfile import SimpleUploadedFile

    def post(content, profile="fixed"):
        file = SimpleUploadedFile("s.txt", content)
        return client.post(address, {"account": payments.account.pk, "profile": profile, "file": file})

    assert post(content[:-5]).status_code == 422
    assert post(content, "csv").status_code == 422
    assert post(content).status_code == 302
    assert Statement.objects.using("bulk").get().count == 1


def test_verify_names_what_nobody_noticed(payments, bank, owner_sql):
    made = plant(payments, bank)
    reconcile()
    assert verify.payments_are_the_banks().differences == ()
    late = made["time_out_after_paying"].pk

    for table, change in (
        ("payments_difference", f"DELETE FROM payments_difference WHERE payment_id = {late}"),
        (
            "payments_statement_line",
            "UPDATE payments_statement_line SET amount = amount - 1"
            " WHERE id = (SELECT min(id) FROM payments_statement_line)",
        ),
    ):
        owner_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            owner_sql(change)
        finally:
            owner_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    told = verify.payments_are_the_banks().differences
    assert len(told) == 2
    assert f"Payment {late} is unknown" in told[1]


def test_a_refusal_is_a_sentence(payments, bank):
    with pytest.raises(Refusal) as refusal, transaction.atomic():
        settling.take_over(actor=treasurer(payments), at=days.now(), difference_id=999_999)
    assert str(refusal.value)
