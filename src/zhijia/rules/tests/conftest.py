"""The small world's tables for the tests of SQL."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from zhijia.rules.tests import tables


@pytest.fixture
def standing(
    django_db_setup: None, django_db_blocker: Any, owner_sql: tables.OwnerSql
) -> Iterator[tables.OwnerSql]:
    """The tables, empty, for the app role to read; what runs SQL as their owner. Each statement commits by itself."""
    with django_db_blocker.unblock(), tables.standing(owner_sql):
        yield owner_sql
        connections.close_all()
