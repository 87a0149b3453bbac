"""What the bank gave back for a name is paid anew only while the name stands."""

from datetime import datetime

import pytest
from django.db import transaction

from zhijia.appraisals.models.rounds import Award
from zhijia.appraisals.services.rounds import naming
from zhijia.appraisals.tests.rounds.bank import Bank, now
from zhijia.appraisals.tests.rounds.test_refusals import broken
from zhijia.appraisals.tests.rounds.test_way import judged
from zhijia.appraisals.tests.rounds.world import Fair, fair
from zhijia.kernel import rows as statements
from zhijia.payments.channels import Answer, Said
from zhijia.payments.models import Payment
from zhijia.payments.services import answering, batching, wanting
from zhijia.payments.tests.world import refused

State = Payment.State


@pytest.fixture
def made(committed: None) -> Fair:
    with transaction.atomic():
        there = fair(4)
    return there


def failed(made: Fair) -> tuple[Bank, Award, Payment, datetime]:
    """A craftsman is named and paid, and the bank refuses it."""
    with transaction.atomic():
        bank = Bank(made)
        bank.named(0)
        first, *_others = judged(made)
        made.batch(first)
        at = made.to_names()
        made.act()
        award = Award.objects.get()
    (payment,) = bank.send(at, lambda one: Answer(one.reference, Said.FAILED, reason="name"))
    assert payment.state == State.FAILED
    return bank, award, payment, at


def withdrawn(made: Fair, award: Award, at: datetime) -> None:
    with transaction.atomic():
        naming.withdraw(actor=made.act(), at=at, award_id=award.pk, reason="弄虚作假")


def test_what_the_bank_refused_is_not_paid_anew_once_the_name_was_withdrawn(made: Fair) -> None:
    bank, award, payment, at = failed(made)
    withdrawn(made, award, at)
    assert now(payment).state == State.FAILED, "the bank may pay it late until its file agrees"
    answering.agree(bank_account_id=bank.account.pk, day=at.date(), seen=[])

    with transaction.atomic(), refused("not_wanted_any_more"):
        batching.anew(actor=made.act("treasurer"), at=at, payment_id=payment.pk)
    with transaction.atomic():
        made.act("treasurer")
        with broken("award_is_paid_while_it_stands"):
            Payment.objects.filter(pk=payment.pk).update(state=State.WAITING, round=2)
    with transaction.atomic():
        batching.stop(actor=made.act("treasurer"), at=at, payment_id=payment.pk, reason="撤销")
    assert now(payment).state == State.STOPPED


def test_what_the_bank_refused_is_paid_anew_while_the_name_stands(made: Fair) -> None:
    bank, _award, payment, at = failed(made)
    answering.agree(bank_account_id=bank.account.pk, day=at.date(), seen=[])

    with transaction.atomic():
        batching.anew(actor=made.act("treasurer"), at=at, payment_id=payment.pk)
    bank.send(at)

    assert now(payment).state == State.PAID


def test_what_the_bank_refused_and_its_file_shows_unpaid_is_stopped_with_the_name(made: Fair) -> None:
    bank, award, payment, at = failed(made)
    answering.agree(bank_account_id=bank.account.pk, day=at.date(), seen=[])

    withdrawn(made, award, at)

    assert now(payment).state == State.STOPPED


def test_which_names_were_withdrawn_is_told_to_who_works_or_pays_where_they_are_paid_and_to_nobody_else(
    made: Fair,
) -> None:
    _bank, award, _payment, at = failed(made)
    withdrawn(made, award, at)

    for name, told in {
        "luyang": [(str(award.pk),)],
        "treasurer": [(str(award.pk),)],
        "mill": [],
        "factory": [],
    }.items():
        with transaction.atomic():
            made.act(name)
            assert statements.run("SELECT appraisals_unwanted(%s::text[])", [[str(award.pk)]]) == told, name


@pytest.mark.parametrize("source", ["999999999999", "", "x", "1.5", "0{}", "9" * 30])
def test_what_names_no_award_is_not_wanted(made: Fair, source: str) -> None:
    _bank, award, payment, _at = failed(made)
    standing, strange = now(payment), now(payment)
    strange.pk, strange.source_id = 0, source.format(award.pk)

    with transaction.atomic():
        made.act("treasurer")
        assert list(wanting.unwanted([standing, strange])) == [0]
    assert list(wanting.unwanted([standing, strange], using="bulk")) == [0]
