"""Indexes of an empty register are put away before a load and made again after it, from the catalogue's own words.

Meanwhile nobody but a load may write there: what keeps a person from being there twice is put away too.
"""

import threading
from collections.abc import Sequence
from queue import Empty, Queue
from typing import Any

from django.db import connections, transaction

from zhijia.catalogue import ports
from zhijia.registry.models import Load, LoadPiece
from zhijia.registry.services.loads.clock import INDEXING, TOLD_EVERY, Progress, Say
from zhijia.vault import kinds

TABLES = (
    "vault_secret",
    "registry_person",
    "registry_membership_change",
    "registry_membership",
    "facts_fact",
)
"""The tables a load writes to, the largest first."""
OF_PEOPLE = ("registry_person", "registry_membership", "registry_membership_change")
CONNECTIONS = 2
_DEFINED = """
SELECT c.relname, i.relname, k.conname, k.contype = 'p', c.relkind = 'p', pg_get_indexdef(x.indexrelid),
  pg_get_constraintdef(k.oid)
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x')
WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (%s)
ORDER BY array_position(%s, c.relname::text), i.relname
"""
_NAMES = ("table", "name", "constraint", "primary", "partitioned", "index", "definition")
_RIGHTS = """
SELECT table_name, privilege_type FROM information_schema.role_table_grants
WHERE table_schema = 'public' AND table_name = ANY (%s) AND grantee = %s
  AND privilege_type IN ('INSERT', 'UPDATE', 'DELETE')
"""
_ANYBODY = "SELECT " + " OR ".join(f"EXISTS (SELECT FROM {table})" for table in OF_PEOPLE)  # noqa: S608
_LESS = """
INSERT INTO facts_delta (kind, union_id, county_id, month, quantity, amount, facts)
SELECT kind, union_id, county_id, month, -sum(quantity), -sum(amount), -count(*) FROM facts_fact WHERE run_id = %s
GROUP BY kind, union_id, county_id, month
"""
_HELD = "SELECT conname FROM pg_constraint WHERE conname = ANY (%s)"
_THERE = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = ANY (%s)"


def is_empty() -> bool:
    """Whether the register holds nobody: then a load can put its indexes away."""
    with connections["owner"].cursor() as cursor:
        return not _anybody(cursor)


def defined() -> list[dict[str, Any]]:
    """Every index of the tables a load writes to, in the catalogue's own words."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(_DEFINED, [list(TABLES), list(TABLES)])
        return [dict(zip(_NAMES, row, strict=True)) for row in cursor.fetchall()]


def put_away(load: Load) -> bool:
    """Put the indexes away, remember them beside the run and let it write, in one transaction; False when somebody has
    come in the meantime."""
    writer = connections["default"].settings_dict["USER"]
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table in sorted(TABLES):
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        if _anybody(cursor):
            return False
        found = defined()
        cursor.execute(_RIGHTS, [list(TABLES), writer])
        rights = cursor.fetchall()
        load.put_away = {"indexes": found, "rights": rights, "writer": writer}
        load.empty, load.state = True, Load.State.WRITING
        load.save(using="owner", update_fields=["put_away", "empty", "state"])
        for one in found:
            cursor.execute(
                f'ALTER TABLE {one["table"]} DROP CONSTRAINT "{one["constraint"]}"'
                if one["constraint"]
                else f'DROP INDEX "{one["name"]}"'
            )
        for table, right in rights:
            cursor.execute(f'REVOKE {right} ON {table} FROM "{writer}"')
        ports.call_all("registry.filling", cursor=cursor, tables=TABLES)
    return True


def bring_back(load: Load, say: Say) -> None:
    """Make what was put away again, on a few connections at once; what is there already stays. Then let people
    write again. Raises what the database says when an index cannot be made."""
    kept = load.put_away
    if not kept:
        return
    with connections["owner"].cursor() as cursor:
        cursor.execute(_THERE, [[one["name"] for one in kept["indexes"]]])
        there = {name for (name,) in cursor.fetchall()}
    missing = [one for one in kept["indexes"] if one["name"] not in there]
    build(missing, say)
    constraints = [one for one in kept["indexes"] if one["constraint"] and not one["partitioned"]]
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(_HELD, [[one["constraint"] for one in constraints]])
        held = {name for (name,) in cursor.fetchall()}
        for one in constraints:
            if one["constraint"] not in held:
                cursor.execute(
                    f'ALTER TABLE {one["table"]} ADD CONSTRAINT "{one["constraint"]}"'
                    f' {"PRIMARY KEY" if one["primary"] else "UNIQUE"} USING INDEX "{one["name"]}"'
                )
        for table, right in kept["rights"]:
            cursor.execute(f'GRANT {right} ON {table} TO "{kept["writer"]}"')
        ports.call_all("registry.filled", cursor=cursor, tables=TABLES)
        load.put_away = {}
        load.save(using="owner", update_fields=["put_away"])
        for table in TABLES:
            cursor.execute(f"ANALYZE {table}")


def take_out(load: Load) -> None:
    """Take out what a load wrote into an empty register, in one transaction that also says so: whoever was in these
    tables came by it, since nobody else could write there. Its facts go too, which nobody's record names any more;
    their sums are taken off."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table in sorted(TABLES):
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f"TRUNCATE {', '.join(OF_PEOPLE)}")
        numbers = [kinds.get(name).number for name in kinds.of_table(OF_PEOPLE[0])]
        cursor.execute("DELETE FROM vault_secret WHERE kind = ANY (%s)", [numbers])
        run = f"load:{load.pk}"
        cursor.execute(_LESS, [run])
        cursor.execute("ALTER TABLE facts_fact DISABLE TRIGGER facts_fact_only_grows")
        cursor.execute("DELETE FROM facts_fact WHERE run_id = %s", [run])
        cursor.execute("ALTER TABLE facts_fact ENABLE TRIGGER facts_fact_only_grows")
        LoadPiece.objects.using("owner").filter(load_id=load.pk).delete()
        load.state = Load.State.ABANDONED
        load.save(using="owner", update_fields=["state"])


def build(indexes: Sequence[dict[str, Any]], say: Say) -> None:
    """Make these indexes. The key of a partitioned table goes first: it wants its table for itself."""
    waiting: Queue[dict[str, Any]] = Queue()
    for one in sorted(indexes, key=lambda one: not (one["partitioned"] and one["constraint"])):
        waiting.put(one)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            with connections["owner"].cursor() as cursor:
                cursor.execute("SET lock_timeout = 0")
                while not failures:
                    cursor.execute(_statement(waiting.get_nowait()))
        except Empty:
            pass
        except Exception as failure:
            failures.append(failure)
        finally:
            connections["owner"].close()

    threads = [threading.Thread(target=work) for _number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    say(Progress(INDEXING, 0, len(indexes)))
    while any(thread.is_alive() for thread in threads):
        threads[0].join(TOLD_EVERY)
        threads[1].join(TOLD_EVERY)
        say(Progress(INDEXING, max(0, len(indexes) - waiting.qsize() - CONNECTIONS), len(indexes)))
    if failures:
        raise failures[0]


def _statement(one: dict[str, Any]) -> str:
    if one["constraint"] and one["partitioned"]:
        return f'ALTER TABLE {one["table"]} ADD CONSTRAINT "{one["constraint"]}" {one["definition"]}'
    return str(one["index"]).replace(" ON ONLY ", " ON ", 1)


def _anybody(cursor: Any) -> bool:
    cursor.execute(_ANYBODY)
    return bool(cursor.fetchone()[0])
