"""The made-up province, as small as it can be."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from tests.ground import databases

from zhijia.kernel import days
from zhijia.web.demo.loading import load
from zhijia.web.demo.plan import Plan

PLAN = Plan(unions=100, members=1000, seed=7)


@pytest.fixture(scope="session")
def loaded(django_db_setup: None, django_db_blocker: Any, server: str) -> Iterator[str]:
    """The name of a database that holds the province, loaded once for all files of a worker, to be copied."""
    empty = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock(), databases.copied(server, empty) as name:
        with databases.pointed(name):
            load(PLAN, at=days.now(), say=lambda text: None)
        yield name


@pytest.fixture(scope="module")
def province(loaded: str, django_db_blocker: Any, server: str) -> Iterator[Plan]:
    """The province for all tests of a file, which leave it as it is: a database of their own."""
    with django_db_blocker.unblock(), databases.copied(server, loaded) as name, databases.pointed(name):
        yield PLAN
