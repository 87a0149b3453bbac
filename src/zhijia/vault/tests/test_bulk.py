"""Whole columns, the turning of keys in use, the proof, and what a stolen dump tells."""

from datetime import UTC, date, datetime
from uuid import UUID

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connections, transaction

from zhijia.audit.models import Entry
from zhijia.audit.services import Place
from zhijia.kernel import ciphers, codes, copies
from zhijia.kernel.actors import Actor, system
from zhijia.kernel.context import acting
from zhijia.kernel.ids import new_id
from zhijia.vault import jobs, kinds, verify
from zhijia.vault import services as vault
from zhijia.vault.models import Secret
from zhijia.vault.places import SEALING
from zhijia.vault.services.looking import unseal

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
NUMBER, PHONE, ADDRESS = "registry_person.id_number", "registry_person.phone", "registry_person.address"
ANNA = Actor(user_id=5, channel="page", request_id="r1", stepped_up=True)
JOB = system("job-1")


def numbers(count):
    return [codes.synthetic_resident_id(date(1985, 6, 1), order) for order in range(count)]


def keep(values, kind=NUMBER, rows=None):
    rows = rows or [new_id() for _ in values]
    place = Place(union_id=10, county_id=3)
    secrets = [vault.NewSecret(row, value, place, 5) for row, value in zip(rows, values, strict=True)]
    vault.seal_many(kind, secrets, at=AT)
    return rows


def read(kind, row):
    with acting(ANNA):
        return vault.read_inside(kind, row)


def test_many_values_are_kept_found_and_open_one_by_one(committed):
    values = numbers(300)
    rows = keep(values)

    assert vault.find_many(NUMBER, [*values, "nobody"]) == dict(zip(values, rows, strict=True))
    assert vault.find(NUMBER, values[7]) == rows[7]
    assert read(NUMBER, rows[299]) == values[299]


def test_many_values_replace_earlier_ones_and_leave_empty_ones_out(committed):
    rows = keep(["16900000001", "16900000002"], PHONE)

    keep(["16900000003", ""], PHONE, rows)

    assert [read(PHONE, row) for row in rows] == ["16900000003", "16900000002"]


def test_many_values_are_refused_when_another_row_holds_one(committed):
    keep(numbers(2))

    with pytest.raises(IntegrityError):
        keep(numbers(3)[1:])
    assert verify.check().rows_read == 2


def test_prepared_columns_open_and_are_found(committed):
    values, rows = numbers(3), [new_id() for _ in range(3)]
    with transaction.atomic(using="bulk"), connections["bulk"].cursor() as cursor:
        columns = vault.prepare(NUMBER, rows, values)
        for place, row in enumerate(rows):
            cursor.execute(
                "INSERT INTO vault_secret"
                " (kind, row_id, blind, blind_version, sealed, key_id, user_id, sealed_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, 5, %s)",
                [columns.kind, row, columns.blind(place), columns.blind_version, columns.sealed[place],
                 columns.key_id, AT],
            )  # fmt: skip

    assert vault.find_many(NUMBER, values) == dict(zip(values, rows, strict=True))
    assert [read(NUMBER, row) for row in rows] == values


@pytest.mark.parametrize("known", [False, True])
def test_a_sealed_column_opens_and_is_found(committed, known):
    values, rows = numbers(3), [new_id() for _ in range(3)]
    cells = np.array(values, "S18").view(np.uint8).reshape(3, 18)
    people = np.frombuffer(b"".join(row.bytes for row in rows), np.uint8).reshape(3, 16)
    place = copies.int4(np.full(3, 10))
    with transaction.atomic(using="bulk"), connections["bulk"].cursor() as cursor:
        made = vault.sealed_rows(
            NUMBER, people=people, values=cells, unions=place, counties=place, at=AT,
            blinds=vault.index_column(NUMBER, cells) if known else None,
        )  # fmt: skip
        with cursor.copy(vault.INTO) as copy:
            copy.write(copies.HEAD + made + copies.END)

    assert vault.find_many(NUMBER, values) == dict(zip(values, rows, strict=True))
    held = Secret.objects.using("bulk").filter(kind=1)
    assert {secret.row_id: unseal(secret) for secret in held} == dict(zip(rows, values, strict=True))


def test_a_column_costs_the_same_statements_however_long(committed, django_assert_num_queries):
    keep(["16900000001"], PHONE)
    with django_assert_num_queries(8, using="bulk"):
        keep([f"1690000{place:04d}" for place in range(5)], PHONE)
    with django_assert_num_queries(8, using="bulk"):
        keep([f"1690001{place:04d}" for place in range(2000)], PHONE)


def test_keys_turn_while_the_vault_is_in_use(committed, ring):
    values = numbers(30)
    rows = keep(values[:20])
    phones = keep(["16900000001"] * 20, PHONE, rows)
    addresses = keep(["安徽省合肥市蜀山区望江西路99号"], ADDRESS)

    vault.turn_keys(actor=JOB, at=AT)
    later = keep(values[20:])
    assert vault.find_many(NUMBER, values) == dict(zip(values, [*rows, *later], strict=True))
    assert vault.find(NUMBER, values[0]) == rows[0]
    assert read(NUMBER, rows[0]) == values[0]
    with pytest.raises(IntegrityError):
        keep([values[3]])
    with pytest.raises(IntegrityError), transaction.atomic():
        vault.seal(NUMBER, new_id(), values[3], at=AT)
    with acting(ANNA):
        vault.seal(NUMBER, rows[3], values[3], at=AT, user_id=5)

    done = vault.rotate(actor=JOB, at=AT, batch=7)

    assert done.values == 40
    assert done.keys_destroyed == 1 + sum(kind.search is not kinds.Search.NONE for kind in kinds.KINDS)
    assert [key.id for key in ring.all(SEALING)] == [2]
    assert vault.find_many(NUMBER, values) == dict(zip(values, [*rows, *later], strict=True))
    assert sorted(vault.find_all(PHONE, "16900000001")) == sorted(phones)
    assert read(ADDRESS, addresses[0]).endswith("99号")
    checked = verify.check()
    assert (checked.rows_read, checked.differences) == (51, ())
    with transaction.atomic(using="bulk"):
        kinds_of_lines = set(Entry.objects.using("bulk").values_list("action", flat=True))
    assert {"vault.turn_keys", "vault.rotate"} <= kinds_of_lines


def test_a_second_rotation_has_nothing_to_do(committed):
    keep(numbers(3))
    vault.turn_keys(actor=JOB, at=AT)
    vault.rotate(actor=JOB, at=AT)

    again = vault.rotate(actor=JOB, at=AT)

    assert (again.values, again.keys_destroyed) == (0, 0)


def test_a_broken_value_stops_a_rotation_and_nothing_is_destroyed(committed, ring, owner_sql):
    rows = keep(numbers(3))
    vault.turn_keys(actor=JOB, at=AT)
    owner_sql(
        "UPDATE vault_secret SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1) WHERE row_id = %s",
        [rows[1]],
    )

    with pytest.raises(ciphers.CannotOpen):
        vault.rotate(actor=JOB, at=AT)

    assert [key.id for key in ring.all(SEALING)] == [1, 2]
    assert read(NUMBER, rows[0]) == numbers(1)[0]


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        ("sealed = set_byte(sealed, 30, get_byte(sealed, 30) # 1)", "it does not open in its place"),
        ("blind = gen_random_uuid()", "its index is another value's"),
        ("key_id = 9", "the key's number beside it is another"),
        ("kind = 999", "its kind is unknown"),
        ("blind_version = 9", "its key is not in the ring"),
        ("sealed = set_byte(sealed, 2, 9)", "its key is not in the ring"),
    ],
)
def test_verify_finds_one_wrong_row_outside_every_scope(committed, owner_sql, damage, why):
    rows = keep(numbers(40))
    owner_sql(f"UPDATE vault_secret SET {damage} WHERE row_id = %s", [rows[17]])

    checked = verify.check()

    (sentence,) = checked.differences
    assert checked.rows_read == 40
    assert str(rows[17]) in sentence
    assert sentence.endswith(why)


def test_a_dump_of_every_table_holds_no_clear_value(committed, owner_sql):
    canaries = {
        NUMBER: numbers(1)[0],
        PHONE: "16912345678",
        ADDRESS: "望江西路九十九号",
        "registry_person.email": "canary@example.org",
    }
    rows = {kind: keep([value], kind)[0] for kind, value in canaries.items()}
    with acting(ANNA):
        for kind, row in rows.items():
            vault.masked(kind, row)
            vault.reveal(ANNA, kind, row, reason="a drill", at=AT)
    vault.turn_keys(actor=JOB, at=AT)
    vault.rotate(actor=JOB, at=AT)

    tables = owner_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    dump = "\n".join(line for (table,) in tables for (line,) in owner_sql(f'SELECT t::text FROM "{table}" t'))

    assert str(rows[NUMBER]) in dump
    for value in canaries.values():
        assert value not in dump
        assert value.encode().hex() not in dump


def test_the_same_value_in_two_rows_and_kinds_looks_unlike(committed, owner_sql):
    keep(["6222000000000016"] * 2, "registry_person.card")
    keep(["6222000000000016"], "registry_person.account")

    stored = owner_sql("SELECT DISTINCT blind, kind FROM vault_secret")
    sealed = owner_sql("SELECT DISTINCT sealed FROM vault_secret")

    assert len(stored) == 2
    assert len({blind for blind, _ in stored}) == 2
    assert len(sealed) == 3


def test_nobody_finds_a_value_without_the_index_key(committed, ring):
    keep(numbers(5))
    guess = ciphers.index(ciphers.Key(1, bytes(16)), numbers(1)[0])

    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT row_id FROM vault_find(%s, %s)", [1, [guess, UUID(int=0)]])

        assert cursor.fetchall() == []


def test_many_wrong_rows_are_counted_and_a_few_named(committed, owner_sql):
    keep(numbers(30))
    owner_sql("UPDATE vault_secret SET blind = gen_random_uuid()")

    checked = verify.check()

    assert len(checked.differences) == verify.SHOWN + 1
    assert checked.differences[-1] == "vault_secret: 10 more rows are wrong"


def test_the_command_turns_and_rotates(committed, ring, capsys):
    keep(numbers(2))

    call_command("vault", "turn")
    call_command("vault", "rotate")

    assert "2 values brought over" in capsys.readouterr().out
    assert [key.id for key in ring.all(SEALING)] == [2]


def test_the_command_says_when_a_value_does_not_open(committed, owner_sql):
    keep(numbers(1))
    owner_sql("UPDATE vault_secret SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)")
    call_command("vault", "turn")

    with pytest.raises(CommandError, match="Nothing was destroyed"):
        call_command("vault", "rotate")


def test_the_job_rotates(committed, ring):
    keep(numbers(2))
    vault.turn_keys(actor=JOB, at=AT)

    jobs.rotate(request_id="job-2")

    assert [key.id for key in ring.all(SEALING)] == [2]


def test_look_ups_take_an_index_under_the_policies(committed, owner_sql):
    owner_sql(
        "INSERT INTO vault_secret (kind, row_id, blind, blind_version, sealed, key_id, user_id, sealed_at)"
        " SELECT 1 + place % 2, gen_random_uuid(), gen_random_uuid(), 1, 'x', 1, 5, now()"
        " FROM generate_series(1, 60000) AS place"
    )
    owner_sql("ANALYZE vault_secret")
    row, other = new_id(), new_id()

    with acting(ANNA), connections["default"].cursor() as cursor:
        for which in (1, 2):
            cursor.execute(
                "EXPLAIN SELECT * FROM vault_secret WHERE kind = %s AND row_id = ANY (%s)",
                [which, [row, other]],
            )
            assert "Index Cond: ((kind = " in (plan := "\n".join(line for (line,) in cursor.fetchall()))
            assert "row_id = ANY" in plan.partition("Index Cond")[2]
    function = owner_sql("SELECT prosrc FROM pg_proc WHERE proname = 'vault_find'")[0][0]
    for which in (1, 2):
        asked = function.replace("which", str(which)).replace("wanted", f"'{{{row}}}'::uuid[]")
        plan = "\n".join(line for (line,) in owner_sql(f"EXPLAIN {asked}"))
        assert "Seq Scan" not in plan
        assert ("secret_held_once_where_unique" if which == 1 else "vault_secret_by_blind") in plan
