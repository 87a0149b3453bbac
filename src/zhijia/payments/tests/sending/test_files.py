"""A batch goes by file, and is answered by one."""

from dataclasses import replace

import pytest
from django.db import transaction

from zhijia.kernel import context
from zhijia.kernel.errors import NeedsStepUp, NotForYou
from zhijia.payments import channels
from zhijia.payments.channels import Answer, Said
from zhijia.payments.models import BankAccount
from zhijia.payments.services import sending
from zhijia.payments.tests.sending.given import State, now, released, send
from zhijia.payments.tests.world import AT, refused


class Files:
    """A bank that takes files: one line a payment, each paid."""

    def write(self, instructions):
        return "\n".join(f"{one.reference} {one.account}" for one in instructions).encode()

    def read_results(self, content):
        return [Answer(line.split()[0], Said.PAID, "F1", AT) for line in content.decode().splitlines()]


@pytest.fixture
def by_file(payments):
    channels.announce("test-file", Files, by_file=True)
    BankAccount.objects.using("bulk").update(channel="test-file")
    return payments


def test_a_batch_goes_by_file_and_the_same_file_is_fetched_again(by_file):
    (payment,), batch = released(by_file)
    send(batch)
    assert now(payment).state == State.READY

    files = []
    for _turn in range(2):
        with transaction.atomic():
            cashier = by_file.act("cashier")
            files.append(sending.file_of(actor=cashier, at=AT, batch_id=batch.pk)[1])
    with transaction.atomic():
        sending.read_results(actor=by_file.act("cashier"), at=AT, batch_id=batch.pk, content=files[0])

    assert files[0] == files[1] == f"{payment.reference} 4563510000000000011".encode()
    assert (now(payment).state, now(payment).attempt) == (State.PAID, 1)


def test_a_file_of_other_payments_changes_nothing(by_file):
    (payment,), batch = released(by_file)

    with transaction.atomic(), refused("of_another_batch"):
        sending.read_results(actor=by_file.act("cashier"), at=AT, batch_id=batch.pk, content=b"ZJ0 1")

    assert now(payment).state == State.READY


def test_account_numbers_leave_only_after_step_up_and_never_for_another_union(by_file):
    _some, batch = released(by_file)

    weak = replace(by_file.world.actors["cashier"], stepped_up=False)

    with transaction.atomic(), context.acting(weak), pytest.raises(NeedsStepUp):
        sending.file_of(actor=weak, at=AT, batch_id=batch.pk)
    with transaction.atomic(), pytest.raises(NotForYou):
        sending.file_of(actor=by_file.act("mill-treasurer"), at=AT, batch_id=batch.pk)
