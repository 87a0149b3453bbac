"""The simulated bank, and a union that pays through it."""

import pytest
from django.db import transaction

from zhijia.payments import channels
from zhijia.payments.models import Gate
from zhijia.payments.tests.bank import running
from zhijia.payments.tests.world import CHANNEL, build


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


@pytest.fixture
def known_bank(bank, settings):
    settings.BANK_URL, settings.BANK_KEY = bank.connection.address, bank.connection.key.hex()
    return bank
