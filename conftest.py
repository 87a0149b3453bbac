"""The ground under the tests: one PostgreSQL server a run, migrated by the owner, used as the app role.

`db` rolls back; `committed` really commits and is swept afterwards; `owner_sql` runs SQL as the owner. By default
the server is the embedded one; `ZHIJIA_TEST_SERVER_URL` (a superuser's URL) names another to run on.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from tests.ground import sweep
from zhijia.web.database import addresses, roles
from zhijia.web.database.embedded import Server

ALIASES = list(addresses.ROLES)
TEST_DATABASE = "zhijia_test"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if "committed" in names or "live" in names:
            item.add_marker(pytest.mark.database)
        elif "db" in names or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db(databases=["default"]))
            item.add_marker(pytest.mark.database)
        if "live" in names or "page" in names:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The superuser's connection string of the server this run works on."""
    outside = os.environ.get("ZHIJIA_TEST_SERVER_URL")
    if outside:
        yield outside
        return
    embedded = Server(Path(settings.DATA), lambda text: None, durable=False)
    embedded.start()
    yield embedded.admin()
    embedded.stop()
    embedded.remove()


@pytest.fixture(scope="session")
def django_db_setup(server: str, django_db_blocker: Any) -> Iterator[None]:
    """Make the database and its roles, migrate once as the owner, and point all four aliases at it."""
    name = f"{TEST_DATABASE}_{secrets.token_hex(4)}"
    passwords = {role: "test-only" for role in addresses.ROLES.values()}
    roles.prepare(server, passwords, name)
    with psycopg.connect(server) as connection:
        host, port = connection.info.host, connection.info.port
    for alias, role in addresses.ROLES.items():
        where = {"NAME": name, "USER": role, "PASSWORD": passwords[role], "HOST": host, "PORT": str(port)}
        connections[alias].settings_dict.update(where)
        settings.DATABASES[alias].update(where)
    with django_db_blocker.unblock():
        call_command("migrate", database="owner", verbosity=0)
        sweep.remember(server, name)
        connections.close_all()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any, server: str) -> Iterator[None]:
    """Real commits on every alias. Afterwards the tables are empty again, but for what the migrations put there."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()
        sweep.sweep(server, connections["default"].settings_dict["NAME"])


@pytest.fixture
def transactional_db(committed: None) -> None:
    """Django's own way truncates as the app role, which may not: the same promise as `committed`."""


@pytest.fixture
def owner_sql(django_db_setup: None, server: str) -> Iterator[Callable[..., list[Any]]]:
    """Run SQL as the owner, committed at once: `owner_sql("SELECT …", [values]) -> rows`."""
    with psycopg.connect(_as("owner"), autocommit=True) as connection:

        def run(text: str, values: list[Any] | None = None) -> list[Any]:
            cursor = connection.execute(text, values)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

        yield run


def _as(alias: str) -> str:
    """The connection string of one of the four roles in the test database."""
    at = connections[alias].settings_dict
    return psycopg.conninfo.make_conninfo(
        "", host=at["HOST"], port=at["PORT"], user=at["USER"], password=at["PASSWORD"], dbname=at["NAME"]
    )
