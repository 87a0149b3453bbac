"""The ground itself: who the suite is, and that nothing of one test is left to the next."""

import pytest
from django.db import connection, connections
from django.db.utils import ProgrammingError


def _one(alias: str, text: str) -> object:
    with connections[alias].cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchone()[0]


def test_the_suite_is_neither_superuser_nor_owner_nor_above_the_policies(db):
    attributes = "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user"

    assert _one("default", "SELECT current_user") == "zhijia_app"
    assert _one("default", attributes) is False


@pytest.mark.parametrize(
    ("alias", "role", "bypasses"),
    [
        ("default", "zhijia_app", False),
        ("bulk", "zhijia_bulk", True),
        ("owner", "zhijia_owner", True),
        ("sealer", "zhijia_sealer", False),
    ],
)
def test_each_connection_is_its_own_role(committed, alias, role, bypasses):
    assert _one(alias, "SELECT current_user") == role
    assert _one(alias, "SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user") is bypasses
    assert _one(alias, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


@pytest.mark.parametrize(
    "statement", ["TRUNCATE procrastinate_workers", "DROP TABLE procrastinate_workers", "CREATE TABLE t ()"]
)
def test_the_app_role_may_not_change_the_schema_or_empty_a_table(db, statement):
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    "setting", ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]
)
def test_nothing_the_app_role_does_may_wait_for_ever(db, setting):
    assert _one("default", f"SELECT setting::int > 0 FROM pg_settings WHERE name = '{setting}'") is True


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_commits_the_next_does_not_find(committed, turn):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers")
        assert cursor.fetchone()[0] == 0
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


def test_the_owner_can_be_asked_to_run_sql(owner_sql):
    assert owner_sql("SELECT current_user") == [("zhijia_owner",)]
