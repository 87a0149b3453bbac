"""The world of these tests."""

import pytest

from zhijia.ledger.tests.spending_world import build


@pytest.fixture
def books(db):
    return build()
