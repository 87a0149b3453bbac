"""Whoever writes, and however: the database keeps the promises itself."""

from uuid import uuid4

import psycopg
import pytest
from django.db import connections, transaction

from zhijia.ledger import verify
from zhijia.ledger.tests.world import DAY, build

LEG = "ledger_leg (entry_id, number, account_id, union_id, county_id, day, amount)"


@pytest.fixture
def ledger(committed):
    with transaction.atomic():
        made = build()
        made.income("factory", "1", 1_000)
    return made


@pytest.fixture
def as_role():
    def connect(alias):
        at = connections[alias].settings_dict
        return psycopg.connect(
            host=at["HOST"], port=at["PORT"], user=at["USER"], password=at["PASSWORD"], dbname=at["NAME"]
        )

    return connect


def _enter(connection, ledger, alias):
    """The app role works for the treasurer."""
    if alias == "default":
        actor = ledger.world.actors["factory-treasurer"]
        connection.execute("SELECT set_config('zhijia.user', %s, false)", [str(actor.user_id)])


def _entry(connection, union):
    return connection.execute(
        "INSERT INTO ledger_entry (union_id, county_id, day, kind, source, source_id, purpose, note, posted_at)"
        " VALUES (%s, %s, %s, 'voucher', 'test', %s, '', '', now()) RETURNING id",
        [union.pk, union.stands_in, DAY, str(uuid4())],
    ).fetchone()[0]


def _insert(connection, rows):
    marks = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(rows))
    connection.execute(f"INSERT INTO {LEG} VALUES {marks}", [value for row in rows for value in row])


def _select(connection, rows):
    connection.execute("CREATE TEMP TABLE waiting AS TABLE ledger_leg WITH NO DATA")
    marks = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(rows))
    into = LEG.replace("ledger_leg", "waiting")
    connection.execute(f"INSERT INTO {into} VALUES {marks}", [value for row in rows for value in row])
    names = LEG.partition("(")[2].rstrip(")")
    connection.execute(f"INSERT INTO {LEG} SELECT {names} FROM waiting")


def _copy(connection, rows):
    with connection.cursor().copy(f"COPY {LEG} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


WAYS = {"insert": _insert, "select": _select, "copy": _copy}
ROLES = ["default", "bulk", "owner"]


def _rows(ledger, entry, amounts, union="factory"):
    place = ledger.world.unions[union]
    accounts = [ledger.account(union, "102"), ledger.account(union, "402"), ledger.account(union, "501")]
    return [
        (entry, number, accounts[number - 1], place.pk, place.stands_in, DAY, amount)
        for number, amount in enumerate(amounts, 1)
    ]


@pytest.mark.parametrize("alias", ROLES)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("amounts", [(10, -9), (10, 10), (10,), (10, -5, -4)])
def test_an_entry_that_does_not_balance_is_refused(ledger, as_role, alias, way, amounts):
    with as_role(alias) as connection:
        _enter(connection, ledger, alias)
        entry = _entry(connection, ledger.world.unions["factory"])
        with transaction.atomic():
            rows = _rows(ledger, entry, amounts)

        with pytest.raises(
            (
                psycopg.errors.IntegrityError,
                psycopg.errors.FeatureNotSupported,
                psycopg.errors.InsufficientPrivilege,
            )
        ) as refused:
            WAYS[way](connection, rows)

        if not isinstance(
            refused.value, (psycopg.errors.FeatureNotSupported, psycopg.errors.InsufficientPrivilege)
        ):
            assert refused.value.diag.constraint_name == "entry_balances"
        connection.rollback()
    assert verify.entries_balance().differences == ()
    assert verify.balances_are_the_legs().differences == ()


@pytest.mark.parametrize("alias", ROLES)
def test_a_balanced_entry_is_taken_in_each_role(ledger, as_role, alias):
    with as_role(alias) as connection:
        _enter(connection, ledger, alias)
        entry = _entry(connection, ledger.world.unions["factory"])
        with transaction.atomic():
            rows = _rows(ledger, entry, (10, -10))
        _insert(connection, rows)
        connection.commit()

    assert verify.entries_balance().rows_read == 4
    assert verify.balances_are_the_legs().differences == ()


@pytest.mark.parametrize("alias", ROLES)
def test_legs_that_come_later_are_refused(ledger, as_role, alias):
    with as_role(alias) as connection:
        _enter(connection, ledger, alias)
        (entry,) = connection.execute("SELECT id FROM ledger_entry").fetchone()
        with transaction.atomic():
            rows = _rows(ledger, entry, (10, -10))

        with pytest.raises(psycopg.errors.IntegrityError):
            _insert(connection, rows)
        connection.rollback()
        later = [(row[0], row[1] + 2, *row[2:]) for row in rows]
        _enter(connection, ledger, alias)
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            _insert(connection, later)
        assert refused.value.diag.constraint_name == "entry_comes_whole"
        connection.rollback()


@pytest.mark.parametrize("alias", ROLES)
def test_an_entry_without_legs_does_not_last(ledger, as_role, alias):
    with as_role(alias) as connection:
        _enter(connection, ledger, alias)
        _entry(connection, ledger.world.unions["factory"])

        with pytest.raises(psycopg.errors.ForeignKeyViolation) as refused:
            connection.commit()

        assert refused.value.diag.constraint_name == "entry_has_legs"


@pytest.mark.parametrize("alias", ROLES)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_leg SET amount = amount + 1",
        "UPDATE ledger_leg SET amount = 0",
        "UPDATE ledger_leg SET account_id = account_id + 1",
        "UPDATE ledger_leg SET day = day - 1",
        "DELETE FROM ledger_leg",
        "DELETE FROM ledger_leg WHERE amount < 0",
        "TRUNCATE ledger_leg CASCADE",
        "UPDATE ledger_entry SET day = day - 1",
        "UPDATE ledger_entry SET note = 'x'",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry, ledger_leg",
        "DELETE FROM ledger_month",
        "DELETE FROM ledger_account",
        "UPDATE ledger_account SET fund = 'own'",
        "DELETE FROM ledger_book",
    ],
)
def test_what_was_written_stays(ledger, as_role, alias, statement):
    with as_role(alias) as connection:
        _enter(connection, ledger, alias)

        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported)):
            connection.execute(statement)
        connection.rollback()
    assert verify.balances_are_the_legs().differences == ()


@pytest.mark.parametrize("alias", ["default", "bulk"])
def test_nobody_at_work_sets_a_balance(ledger, as_role, alias):
    for statement in ("UPDATE ledger_account SET balance = 1", "UPDATE ledger_month SET debit = 1"):
        with as_role(alias) as connection:
            _enter(connection, ledger, alias)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
            connection.rollback()


def test_an_account_begins_with_nothing(ledger, as_role):
    with as_role("owner") as connection:
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            connection.execute(
                "INSERT INTO ledger_account (union_id, county_id, chart, code, fund, title, sign, guarded, spends,"
                " opened_on, balance) VALUES (1, 1, 'union_2021', '102', 'own', '', 1, true, false, '2026-01-01', 5)"
            )
        assert refused.value.diag.constraint_name == "account_begins_empty"
        connection.rollback()


def test_a_planted_difference_is_named(ledger, owner_sql):
    owner_sql("ALTER TABLE ledger_leg DISABLE TRIGGER USER")
    owner_sql("UPDATE ledger_leg SET amount = amount + 7 WHERE number = 1")
    owner_sql("ALTER TABLE ledger_leg ENABLE TRIGGER USER")

    assert "out by 7 fen" in verify.entries_balance().differences[0]
    assert "its balance says 1000" in verify.balances_are_the_legs().differences[0]


def test_an_entry_of_two_funds_is_proved_in_each_of_them(ledger, owner_sql):
    with transaction.atomic():
        own, donated = (ledger.account("factory", "102", fund) for fund in ("own", "donation"))
        income, gifts = (ledger.account("factory", "402", fund) for fund in ("own", "donation"))
        both = ledger.post("factory", "2", (own, 30), (income, -30), (donated, 40), (gifts, -40))
        ledger.income("factory", "3", 5)
    assert verify.entries_balance().differences == ()

    owner_sql("ALTER TABLE ledger_leg DISABLE TRIGGER USER")
    owner_sql(f"UPDATE ledger_leg SET amount = 33 WHERE entry_id = {both} AND number = 1")
    owner_sql(f"UPDATE ledger_leg SET amount = -43 WHERE entry_id = {both} AND number = 4")
    owner_sql("ALTER TABLE ledger_leg ENABLE TRIGGER USER")

    found = verify.entries_balance()
    assert found.rows_read == 8
    assert sorted(said.partition(" at ")[0] for said in found.differences) == [
        f"Entry {both} is out by -3 fen", f"Entry {both} is out by 3 fen"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "planted",
    [
        "UPDATE ledger_leg SET day = day - 1 WHERE number = 1",
        "UPDATE ledger_leg SET account_id = 0 WHERE number = 1",
    ],
)
def test_a_leg_astray_is_named(ledger, owner_sql, planted):
    owner_sql("ALTER TABLE ledger_leg DISABLE TRIGGER USER")
    owner_sql(planted)
    owner_sql("ALTER TABLE ledger_leg ENABLE TRIGGER USER")

    assert any("has no entry of its day" in said for said in verify.entries_balance().differences)
