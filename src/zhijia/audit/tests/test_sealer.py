"""The sealer misses nothing, seals nothing twice, and an export of what it sealed betrays every change."""

import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from zhijia.audit import chain, export, sealer, services, verification, verify
from zhijia.audit.models import Block, Entry, Seal
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal

AT = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
ACTOR = Actor(user_id=7, channel="page", request_id="r")


def write(many=1, **named):
    for number in range(many):
        services.record(
            actor=ACTOR, at=AT, action="a.b", subject="s", subject_id=number, detail={"n": 0.1}, **named
        )


def sealed_ids():
    return sorted(entry for block in Block.objects.using("bulk").all() for entry in block.ids)


def all_ids():
    return sorted(Entry.objects.using("bulk").values_list("id", flat=True))


def other_session():
    at = connections["default"].settings_dict
    return psycopg.connect(
        host=at["HOST"], port=at["PORT"], user=at["USER"], password=at["PASSWORD"], dbname=at["NAME"]
    )


INSERT = (
    "INSERT INTO audit_entry (at, action, subject, subject_id, channel, request_id, address, device, reason,"
    " detail) VALUES (now(), 'a.b', 's', 'late', 'page', '', '', '', '', '{}')"
)


def test_everything_committed_is_sealed_once(committed):
    write(25)

    first = sealer.seal_once(at=AT, stripes=3, batch=10)
    again = sealer.seal_once(at=AT, stripes=3, batch=10)

    assert (first, again) == (25, 0)
    assert sealed_ids() == all_ids()
    assert Seal.objects.using("bulk").count() == 3


def test_a_transaction_that_commits_after_a_later_one_is_not_missed(committed):
    with other_session() as slow:
        slow.execute(INSERT)
        write()
        while_it_runs = sealer.seal_once(at=AT)
        slow.commit()
    after = sealer.seal_once(at=AT)

    assert (while_it_runs, after) == (0, 2)
    assert sealed_ids() == all_ids()
    late, early = Entry.objects.using("bulk").order_by("-transaction")
    assert late.transaction > early.transaction
    assert early.subject_id == "late"


def test_a_transaction_that_numbers_its_lines_late_is_not_missed(committed):
    with other_session() as slow:
        slow.execute("SELECT pg_current_xact_id()")
        write()
        sealer.seal_once(at=AT)
        slow.execute(INSERT)
        slow.commit()
    sealer.seal_once(at=AT, batch=1)

    first, second = Entry.objects.using("bulk").order_by("transaction")
    assert first.id > second.id
    assert sealed_ids() == all_ids()


def test_the_stripes_may_change_between_two_seals(committed, tmp_path):
    write(5)
    sealer.seal_once(at=AT, stripes=4)
    write(5)
    sealer.seal_once(at=AT, stripes=2)

    assert export.export(tmp_path / "trail") == 10
    assert verification.verify(tmp_path / "trail", [sealer.root()]).ok


def test_a_second_sealer_waits_for_its_turn(committed):
    write()
    with transaction.atomic(using="bulk"), connections["bulk"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [sealer.LOCK])
        busy = sealer.seal_once(at=AT)

    assert (busy, sealer.seal_once(at=AT)) == (0, 1)


def test_a_batch_that_fails_leaves_nothing_and_the_next_run_goes_on(committed, monkeypatch):
    write(5)
    monkeypatch.setattr(sealer, "seal_line_fields", lambda seal: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sealer.seal_once(at=AT)
    monkeypatch.undo()

    assert not Block.objects.using("bulk").exists()
    assert sealer.seal_once(at=AT) == 5


def test_another_cluster_is_noticed_and_goes_on_after_resume(committed, owner_sql, tmp_path):
    write()
    sealer.seal_once(at=AT)
    owner_sql(
        "INSERT INTO audit_seal SELECT number + 1, at, horizon + 1000000, last_transaction + 1000000,"
        " last_id, 0, heads, root, root FROM audit_seal"
    )

    with pytest.raises(Exception, match="run zhijia audit resume"), transaction.atomic():
        write()
    with pytest.raises(Refusal) as refused:
        sealer.seal_once(at=AT)
    assert refused.value.code == "trail_of_another_cluster"
    sealer.resume(at=AT)
    write()

    assert sealer.seal_once(at=AT) == 1


def test_a_line_forged_into_the_sealed_order_is_found_by_verify(committed, server):
    write(3)
    sealer.seal_once(at=AT)
    assert verify.check().differences == ()

    as_superuser(
        server,
        "INSERT INTO audit_entry SELECT (e).* FROM (SELECT jsonb_populate_record("
        "NULL::audit_entry, to_jsonb(a) || '{\"id\": 999999}') AS e FROM audit_entry a LIMIT 1) AS f",
    )

    checked = verify.check()
    assert checked.rows_read == 4
    assert "4 entries, and 3 were sealed" in checked.differences[0]


def as_superuser(server, *statements):
    with psycopg.connect(server, dbname=connections["default"].settings_dict["NAME"]) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def kept(committed):
    """Three seals of a trail, and the root an outsider keeps."""
    for _ in range(3):
        write(6)
        sealer.seal_once(at=AT, stripes=2)
    return sealer.root()


MIDDLE = "(SELECT ids[2] FROM audit_block WHERE seal = 2 AND stripe = 0)"
SWAP = "UPDATE audit_entry SET subject_id = CASE id WHEN {a} THEN 'y' ELSE 'x' END WHERE id IN ({a}, {b})"


@pytest.mark.parametrize(
    ("problem", "statements"),
    [
        ("edited", [f"UPDATE audit_entry SET user_id = 8 WHERE id = {MIDDLE}"]),
        ("edited", [f"UPDATE audit_entry SET detail = '{{\"n\": 0.10}}' WHERE id = {MIDDLE}"]),
        ("deleted", [f"DELETE FROM audit_entry WHERE id = {MIDDLE}"]),
        (
            "inserted",
            [
                "INSERT INTO audit_entry SELECT (e).* FROM (SELECT jsonb_populate_record(NULL::audit_entry,"
                f" to_jsonb(a) || '{{\"id\": 999999}}') AS e FROM audit_entry a WHERE id = {MIDDLE}) AS f"
            ],
        ),
    ],
)
def test_a_superusers_change_of_an_entry_is_named(kept, server, tmp_path, problem, statements):
    with connections["bulk"].cursor() as cursor:
        cursor.execute(f"SELECT {MIDDLE}")
        (middle,) = cursor.fetchone()

    as_superuser(server, *statements)
    export.export(tmp_path / "trail")
    report = verification.verify(tmp_path / "trail", [kept])

    assert report.fault.problem == problem
    assert report.fault.record == f"entry {999999 if problem == 'inserted' else middle}"


def test_two_entries_that_change_places_are_named(kept, tmp_path):
    export.export(tmp_path / "trail")
    lines = (tmp_path / "trail").read_bytes().splitlines(keepends=True)
    first, second = (n for n, line in enumerate(lines) if b'"kind":"entry"' in line and n > 10 and n < 13)
    lines[first], lines[second] = lines[second], lines[first]
    (tmp_path / "trail").write_bytes(b"".join(lines))

    report = verification.verify(tmp_path / "trail", [kept])

    assert report.fault.problem == "moved"
    assert report.fault.line == first + 1
    assert report.fault.record == f"entry {json.loads(lines[first])['id']}"


def test_entries_that_change_places_in_the_database_are_named(kept, server, tmp_path):
    with connections["bulk"].cursor() as cursor:
        cursor.execute("SELECT ids[1], ids[2] FROM audit_block WHERE seal = 2 AND stripe = 0")
        a, b = cursor.fetchone()

    as_superuser(
        server,
        f"UPDATE audit_entry SET id = -1 WHERE id = {a}",
        f"UPDATE audit_entry SET id = {a} WHERE id = {b}",
        f"UPDATE audit_entry SET id = {b} WHERE id = -1",
    )
    export.export(tmp_path / "trail")

    assert verification.verify(tmp_path / "trail").fault.record == f"entry {a}"


@pytest.mark.parametrize("left", ["seal", "block", "entry"])
def test_a_cut_tail_is_found_by_the_kept_root(kept, server, tmp_path, left):
    export.export(tmp_path / "trail")
    lines = (tmp_path / "trail").read_bytes().splitlines(keepends=True)
    last = max(n for n, line in enumerate(lines[:-1]) if f'"kind":"{left}"'.encode() in line)
    (tmp_path / "trail").write_bytes(b"".join(lines[: last + 1]))

    report = verification.verify(tmp_path / "trail", [kept])

    expected = {"seal": ("seal 3", "cut"), "entry": ("seal 3", "cut")}
    if left == "block":
        assert report.fault.problem == "deleted"
    else:
        assert (report.fault.record, report.fault.problem) == expected[left]


def test_a_tail_cut_in_the_database_is_found_by_the_kept_root(kept, server, tmp_path):
    as_superuser(
        server,
        "DELETE FROM audit_entry WHERE id IN (SELECT unnest(ids) FROM audit_block WHERE seal = 3)",
        "DELETE FROM audit_block WHERE seal = 3",
        "DELETE FROM audit_seal WHERE number = 3",
    )
    export.export(tmp_path / "trail")

    assert verification.verify(tmp_path / "trail").ok
    fault = verification.verify(tmp_path / "trail", [kept]).fault
    assert (fault.record, fault.problem) == ("seal 3", "cut")


def test_a_chain_written_anew_is_found_by_the_kept_root(kept, server, tmp_path):
    as_superuser(
        server,
        f"UPDATE audit_entry SET user_id = 8 WHERE id = {MIDDLE}",
        "DELETE FROM audit_block",
        "DELETE FROM audit_seal",
    )
    sealer.seal_once(at=AT, stripes=2, batch=6)
    export.export(tmp_path / "trail")

    assert verification.verify(tmp_path / "trail").ok
    fault = verification.verify(tmp_path / "trail", [kept]).fault
    assert (fault.record, fault.problem) == ("seal 3", "rewritten")


def test_a_root_kept_earlier_still_fits_a_longer_trail(kept, tmp_path):
    write(3)
    sealer.seal_once(at=AT)
    export.export(tmp_path / "trail")

    report = verification.verify(tmp_path / "trail", [kept, sealer.root()])

    assert report.ok
    assert (report.entries, report.seals, report.root) == (21, 4, sealer.root())


@pytest.mark.parametrize("kind", ["block", "seal"])
def test_a_changed_block_or_seal_is_named(kept, tmp_path, kind):
    export.export(tmp_path / "trail")
    text = (tmp_path / "trail").read_text()
    line = next(n for n, line in enumerate(text.splitlines()) if f'"kind":"{kind}"' in line)
    changed = text.splitlines()
    fields = json.loads(changed[line])
    fields["previous"] = "11" * (32 if kind == "block" else 40)
    changed[line] = chain.canonical(fields).decode()
    (tmp_path / "trail").write_text("\n".join(changed) + "\n")

    fault = verification.verify(tmp_path / "trail").fault

    assert fault.line == line + 1
    assert fault.record.startswith(kind)


def test_every_changed_byte_of_an_export_is_noticed(kept, tmp_path):
    export.export(tmp_path / "trail")
    whole = (tmp_path / "trail").read_bytes()
    for place in range(0, len(whole), 37):
        changed = bytearray(whole)
        changed[place] ^= 1
        (tmp_path / "trail").write_bytes(changed)

        assert not verification.verify(tmp_path / "trail", [kept]).ok, place


def test_the_same_trail_gives_the_same_bytes(kept, tmp_path):
    export.export(tmp_path / "one")
    export.export(tmp_path / "two")

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_file_is_checked_without_settings_or_database(kept, tmp_path):
    export.export(tmp_path / "trail")
    clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(sealer.__file__).parents[2])}

    def run(*arguments):
        command = [sys.executable, "-m", "zhijia.audit.verification", str(tmp_path / "trail"), *arguments]
        return subprocess.run(command, env=clean, capture_output=True, text=True, timeout=60, check=False)

    good = run("--root", kept, "--json")
    other = run("--root", kept[:-2] + "00", "--json")
    wrong = run("--root", "12")

    assert (good.returncode, json.loads(good.stdout)["ok"]) == (0, True)
    assert (other.returncode, json.loads(other.stdout)["fault"]["record"]) == (1, "seal 3")
    assert (wrong.returncode, wrong.stderr) == (2, "A root has 80 hexadecimal digits.\n")


def test_the_command_exports_verifies_and_prints_the_root(kept, tmp_path):
    def run(*arguments):
        out = io.StringIO()
        call_command("audit", *arguments, stdout=out)
        return out.getvalue()

    file = str(tmp_path / "trail")
    write(2)

    assert "20 entries" in run("export", file)
    root = run("root").strip()
    assert "Whole: 20 entries" in run("verify", file, "--root", root, "--root", kept)
    (tmp_path / "trail").write_bytes(b"no trail\n")
    with pytest.raises(CommandError, match="not a record"):
        run("verify", file)


@pytest.mark.parametrize("content", [b"", b"[]\n", b'{"kind":"entry"}\n', b"\x00\xff\n", b"1" * 9000 + b"\n"])
def test_a_file_that_is_no_trail_gets_a_sentence(tmp_path, content):
    (tmp_path / "trail").write_bytes(content)

    assert verification.verify(tmp_path / "trail").fault.line == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "block"},
        {"kind": "block", "stripe": [], "number": 1, "seal": 1},
        {
            "kind": "block",
            "stripe": 0,
            "number": 1,
            "seal": 1,
            "previous": "00" * 32,
            "ids": [1],
            "digests": [],
        },
        {"kind": "seal", "seal": 1, "heads": 3},
    ],
)
def test_a_forged_record_that_makes_no_sense_is_named_too(tmp_path, fields):
    name = "root" if fields["kind"] == "seal" else "hash"
    line = chain.canonical({**fields, name: chain.digest_of(fields).hex()})
    (tmp_path / "trail").write_bytes(chain.canonical(chain.FORMAT) + b"\n" + line + b"\n")

    assert verification.verify(tmp_path / "trail").fault.line == 2
