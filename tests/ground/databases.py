"""Databases beside the one of the tests: copies of one that nobody works on, made in a moment."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.db import connections

from tests.ground import sweep
from zhijia.web.database import addresses, roles


@contextmanager
def copied(server: str, source: str) -> Iterator[str]:
    """The name of a copy of this database, with the same rights; it is gone afterwards."""
    name = f"{source}_{secrets.token_hex(2)}"
    connections.close_all()
    sweep.let_go(server, source)
    with psycopg.connect(server, autocommit=True) as connection:
        # A thread of an earlier test may have left its session open.
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [source]
        )
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY file_copy")
    try:
        with psycopg.connect(server, dbname=name, autocommit=True) as connection:
            for statement in roles.for_database(name):
                connection.execute(statement.text)  # type: ignore[call-overload]
        yield name
    finally:
        sweep.let_go(server, name)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def pointed(name: str) -> Iterator[None]:
    """All four aliases mean this database; afterwards the one they meant before."""
    before = connections["default"].settings_dict["NAME"]
    _point(name)
    try:
        yield
    finally:
        _point(before)


def _point(name: str) -> None:
    connections.close_all()
    for alias in addresses.ROLES:
        connections[alias].settings_dict["NAME"] = name
        settings.DATABASES[alias]["NAME"] = name
