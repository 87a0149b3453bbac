"""Statements planned once a connection: what becomes of the plan when its table, its name or its connection does."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import NotSupportedError, ProgrammingError, connection, transaction

from zhijia.kernel import rows

Sql = Callable[..., list[Any]]
TABLE = "kernel_rows_try"
ASK = f"SELECT id, word FROM {TABLE} WHERE id = %s"
OFTEN = rows.PLANNED_FROM + 2


@pytest.fixture
def table(committed: None, owner_sql: Sql) -> Iterator[Sql]:
    """A table of two words, a fresh connection, and a statement that is planned on it."""
    owner_sql(f"CREATE TABLE {TABLE} (id int, word varchar(20)); GRANT SELECT ON {TABLE} TO zhijia_app")
    owner_sql(f"INSERT INTO {TABLE} VALUES (1, 'one'), (2, 'two')")
    connection.close()
    for _time in range(OFTEN):
        assert rows.run(ASK, [1]) == [(1, "one")]
    yield owner_sql
    owner_sql(f"DROP TABLE {TABLE}")
    connection.close()


def _planned() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall()]


def _changes(owner_sql: Sql) -> None:
    owner_sql(f"ALTER TABLE {TABLE} ALTER COLUMN word TYPE varchar(40)")


def test_a_statement_is_planned_once_and_answers_each_question_for_itself(table: Sql) -> None:
    assert [statement for statement in _planned() if TABLE in statement]
    assert [rows.run(ASK, [number])[0][1] for number in (2, 1, 2, 1)] == ["two", "one", "two", "one"]


def test_a_plan_whose_table_has_changed_is_made_anew(table: Sql) -> None:
    _changes(table)

    assert [rows.run(ASK, [2]) for _time in range(OFTEN)] == [[(2, "two")]] * OFTEN


def test_a_plan_whose_table_has_changed_ends_one_transaction_and_no_second(table: Sql) -> None:
    _changes(table)

    with pytest.raises(NotSupportedError), transaction.atomic():
        rows.run(ASK, [2])

    with transaction.atomic():
        assert rows.run(ASK, [2]) == [(2, "two")]


def test_a_connection_whose_plan_failed_in_a_transaction_that_went_on_ends_with_the_request(
    table: Sql,
) -> None:
    _changes(table)
    connection.close_at = None  # it would be kept
    with transaction.atomic():
        with pytest.raises(NotSupportedError), transaction.atomic():
            rows.run(ASK, [2])

    connection.close_if_unusable_or_obsolete()

    assert connection.connection is None
    with transaction.atomic():
        assert rows.run(ASK, [2]) == [(2, "two")]


def test_a_policy_that_is_made_holds_a_plan_from_before_it(table: Sql) -> None:
    table(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    assert rows.run(ASK, [1]) == []

    table(f"CREATE POLICY first ON {TABLE} FOR SELECT USING (id = 1)")
    assert [rows.run(ASK, [number]) for number in (1, 2)] == [[(1, "one")], []]

    with transaction.atomic():
        rows.run("SELECT set_config('row_security', 'off', true)")
        with pytest.raises(ProgrammingError), transaction.atomic():  # as for `context.whole`: not fewer rows
            rows.run(ASK, [1])
    assert [rows.run(ASK, [number]) for number in (1, 2)] == [[(1, "one")], []]


def test_after_an_error_in_a_transaction_each_question_has_its_own_answer(table: Sql) -> None:
    with transaction.atomic():
        with pytest.raises(ProgrammingError), transaction.atomic():
            rows.run(f"SELECT nothing_of_that_name FROM {TABLE}")
        assert [rows.run(ASK, [number])[0][1] for number in (2, 1, 2, 1)] == ["two", "one", "two", "one"]


def test_a_plan_that_somebody_else_let_go_is_made_anew(table: Sql) -> None:
    with connection.cursor() as cursor:  # as a pooler does between two clients: the driver does not read it
        cursor.execute("DO $$BEGIN EXECUTE 'DEALLOCATE ALL'; END$$")

    assert rows.run(ASK, [1]) == [(1, "one")]

    with connection.cursor() as cursor:
        cursor.execute("DISCARD ALL")
    assert rows.run(ASK, [2]) == [(2, "two")]


def test_behind_a_pooler_no_plan_is_kept(table: Sql, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setattr(psycopg.ConnectionInfo, "backend_pid", 1)

    for _time in range(OFTEN):
        assert rows.run(ASK, [1]) == [(1, "one")]

    assert not _planned()
