"""Whoever audits reads what is in scope and writes nothing of any other room: the database refuses it, table by
table."""

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import DatabaseError

from zhijia.auditing.tests.world import build_small
from zhijia.kernel import context
from zhijia.kernel.errors import Refusal
from zhijia.ledger.models import Entry
from zhijia.registry.models import Grant
from zhijia.registry.services import grants
from zhijia.registry.tests import ready
from zhijia.registry.tests import world as registry_world

THEIRS = {"auditing"}
ANYBODY_ADDS = {"audit_entry", "facts_fact", "files_stored_file", "vault_secret", "notices_message"}
"""What whoever does something may add: a line of the trail, a fact, a file, a sealed value, a message."""
PROTECTED = sorted(
    model._meta.db_table
    for model in apps.get_models()
    if model.__module__.startswith("zhijia.")
    and getattr(model, "personal", None) is not None
    and any(field.name == "union_id" for field in model._meta.get_fields())
    and model._meta.app_label not in THEIRS
)


@pytest.fixture
def audits(db):
    made = build_small()
    registry_world.member(made.world, "ding", "factory", serial=1)
    registry_world.correction(made.world, "ding", "occupation", "fitter")
    registry_world.appoint(made.world, "province", "auditor", "admin")
    return made


def _policies(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cmd FROM pg_policies WHERE tablename = %s AND permissive = 'RESTRICTIVE'", [table]
        )
        return {command for (command,) in cursor.fetchall()}


@pytest.mark.parametrize("table", PROTECTED)
def test_a_table_says_that_readers_only_read(db, table):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relrowsecurity FROM pg_class WHERE relname = %s", [table])
        (protected,) = cursor.fetchone()
    if not protected:
        pytest.skip("an open table")
    expected = {"UPDATE", "DELETE"} if table in ANYBODY_ADDS else {"INSERT", "UPDATE", "DELETE"}

    assert _policies(table) == expected


@pytest.mark.parametrize("who", ["chen", "city-committee", "admin"])
def test_an_auditor_writes_no_row_of_another_room(audits, who):
    seen = 0
    for table in PROTECTED:
        if table == "registry_union" or not _policies(table):
            continue
        audits.act(who)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            seen += cursor.fetchone()[0]
        for statement in (
            f"UPDATE {table} SET county_id = county_id WHERE {_not_own(table)}",
            f"DELETE FROM {table} WHERE {_not_own(table)}",
        ):
            assert _written(statement) == 0, statement
    assert seen > 20


def _not_own(table):
    """Rows that are nobody's own: an account changes its own sessions and messages, whoever it is."""
    columns = {field.column for field in _model(table)._meta.concrete_fields}
    return "user_id IS DISTINCT FROM access_user()" if "user_id" in columns else "true"


def _model(table):
    return next(model for model in apps.get_models() if model._meta.db_table == table)


def _written(statement):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.rowcount
    except DatabaseError:
        return 0


@pytest.mark.parametrize("who", ["chen", "admin"])
def test_an_auditor_adds_no_entry_and_no_membership(audits, who):
    union = audits.world.unions["factory"]
    audits.act(who)
    statements = [
        "INSERT INTO ledger_entry (union_id, county_id, day, kind, source, source_id, posted_at, note, purpose)"
        f" VALUES ({union.pk}, {union.county_id}, '2026-11-20', 'voucher', 'test', 'x', now(), '', '')",
        f"INSERT INTO ledger_book (union_id, county_id, opened_on) VALUES (-1, {union.county_id}, '2026-01-01')",
    ]
    for statement in statements:
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement)


def test_the_functions_that_reach_across_unions_do_nothing_for_an_auditor(audits):
    person = audits.world.actors["ding"].person_id
    audits.act("chen")

    with pytest.raises(DatabaseError, match="not for who is asking"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT registry_take_person(%s, %s)", [person, audits.world.unions["couriers"].pk]
            )


def test_an_auditor_reads_the_books_in_scope_and_no_others(audits):
    audits.ledger.income("mill", "elsewhere", 500)
    audits.act("chen")

    assert set(Entry.objects.values_list("union_id", flat=True)) == {audits.world.unions["factory"].pk}


def test_when_the_right_to_audit_has_ended_the_account_writes_as_others_do(audits):
    grant = Grant.objects.get(user_id=audits.world.actors["chen"].user_id)
    with connection.cursor() as cursor:
        context.enter(audits.world.actors["chen"])
        cursor.execute("SELECT access_writes()")
        before = cursor.fetchone()[0]
        ready.behind("UPDATE registry_grant SET valid_to = '2026-01-02' WHERE id = %s", [grant.pk])
        context.enter(audits.world.actors["chen"])
        cursor.execute("SELECT access_writes()")

        assert (before, cursor.fetchone()[0]) == (False, True)


def test_a_role_that_only_reads_stands_beside_none_that_writes(audits):
    registry_world.appoint(audits.world, "province", "security_admin", "giver")
    giver = audits.act("giver")
    chen, unions = audits.world.actors["chen"].user_id, audits.world.unions

    with pytest.raises(Refusal) as told:
        grants.give(
            actor=giver, at=registry_world.AT, user_id=chen, role="treasurer", union_id=unions["mill"].pk
        )
    assert told.value.code == "roles_apart"
    grants.give(actor=giver, at=registry_world.AT, user_id=chen, role="auditor", union_id=unions["mill"].pk)
