"""What was paid stands in the books, which are handed over to nobody meanwhile; who gets it is told."""

from datetime import UTC, datetime

from django.db import transaction

from zhijia.ledger.models import Account, Entry, Leg
from zhijia.ledger.queries import sources
from zhijia.ledger.services import mergers
from zhijia.notices.models import Message
from zhijia.payments.channels import Answer, Said
from zhijia.payments.services import answering, asking, batching
from zhijia.payments.tests.sending.given import DAY, State, always, lost, now, released, send, spent
from zhijia.payments.tests.world import AT, OWN, refused
from zhijia.registry.tests import world as registry_world


def test_what_the_books_refuse_is_paid_all_the_same_and_posted_later(payments, owner_sql):
    (payment,), batch = released(payments)
    owner_sql("UPDATE ledger_account SET closed_on = '2026-11-01' WHERE code = '503'")
    send(batch)
    stuck = now(payment)
    owner_sql("UPDATE ledger_account SET closed_on = NULL WHERE code = '503'")

    asking.go_on(clock=lambda: AT, more=always)

    assert (stuck.state, stuck.unposted, stuck.entry_id) == (
        State.PAID, "leg_stands_on_an_open_account", None,
    )  # fmt: skip
    assert (now(payment).unposted, spent()) == ("", {"102": -5_000, "503": 5_000})


def test_books_are_not_handed_over_while_a_payment_waits(payments):
    with transaction.atomic():
        registry_world.appoint(payments.world, "province", "treasurer", "above")
        waiting = payments.order()
    over = {"union": payments.world.unions["factory"], "into": payments.world.unions["mill"], "day": DAY}

    with refused("money_under_way"), transaction.atomic():
        mergers.hand_over(actor=payments.act("above"), at=AT, **over)
    with transaction.atomic():
        batching.stop(
            actor=payments.act("factory-treasurer"), at=AT, payment_id=waiting.pk, reason="合并前停付"
        )
    with transaction.atomic():
        assert mergers.hand_over(actor=payments.act("above"), at=AT, **over)


def test_books_are_not_handed_over_while_money_is_on_its_way(payments):
    with transaction.atomic():
        registry_world.appoint(payments.world, "province", "treasurer", "above")
    (_payment,), batch = released(payments)
    payments.bank.says[""] = lost
    unions = payments.world.unions

    def hand_over():
        with transaction.atomic():
            actor = payments.act("above")
            mergers.hand_over(actor=actor, at=AT, union=unions["factory"], into=unions["mill"], day=DAY)

    with refused("money_under_way"):
        hand_over()
    send(batch)
    with refused("money_under_way"):
        hand_over()
    answering.take(at=AT, answers=[Answer(payments.bank.seen[0].reference, Said.PAID, "B1", AT)])

    hand_over()

    held = Account.objects.using("bulk").get(union_id=unions["mill"].pk, code="102", fund="own")
    assert held.balance == 1_000_000 - 5_000


def test_whoever_gets_the_money_is_told_what_for_and_when_it_arrives(payments):
    with transaction.atomic():
        payments.member("ding", 1, OWN)
    _some, batch = released(payments, person="ding")
    payments.bank.says[""] = lambda instruction: Answer(
        instruction.reference, Said.PAID, "B1", datetime(2026, 11, 20, 3, tzinfo=UTC)
    )

    send(batch)

    said = Message.objects.using("bulk").get(kind="payment_paid")
    assert said.person_id == payments.world.actors["ding"].person_id
    assert said.values == {"title": "慰问金", "amount": "50.00", "day": "2026-11-22"}


def test_the_accounts_of_the_books_hold_what_the_bank_has(payments):
    some, batch = released(payments, many=3, amount=700)
    send(batch)

    bank = Account.objects.using("bulk").get(union_id=payments.union.pk, code="102", fund="own")
    assert bank.balance == 1_000_000 - 2_100
    assert Leg.objects.using("bulk").filter(account=bank, amount=-700).count() == len(some)


def test_the_books_say_what_was_paid_for_and_name_no_person(payments):
    with transaction.atomic():
        payments.member("ding", 1, OWN)
        firm, person = payments.order("1"), payments.order("2", person="ding")
        batch = payments.release(payments.batch())
    send(batch)
    entries = [now(one).entry_id for one in (firm, person)]

    with transaction.atomic():
        told = sources.told(payments.act("factory-treasurer"), Entry.objects.filter(pk__in=entries))
        hidden = sources.told(payments.act("mill-treasurer"), Entry.objects.filter(pk__in=entries))

    assert [told[entry].words for entry in entries] == ["慰问金 · 晨光商店", "慰问金"]
    assert hidden == {}
