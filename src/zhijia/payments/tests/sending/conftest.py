"""The world of these tests."""

import pytest
from django.db import transaction

from zhijia.payments.tests.world import build


@pytest.fixture
def payments(committed):
    with transaction.atomic():
        made = build()
    return made
