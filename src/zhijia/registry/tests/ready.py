"""Worlds that hundreds of tests begin with: built once a run, by the services, and put back by one statement.

Before the first test `make_ready` calls every builder marked `@once_a_run`, notes the rows and takes them away.
From then on calling the builder puts those rows back in the transaction of whoever calls, triggers off, and
answers a copy of what the builder answered.

`behind` and `add` write in the running transaction what no session of the app may write.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.db.models.sql import InsertQuery

from zhijia.kernel import context
from zhijia.kernel.actors import Actor

SPREAD = 1_000
"""So far apart the numbers of two tables begin: one taken for the other finds nothing."""
MADE = """
  CREATE SCHEMA ready;
  GRANT USAGE ON SCHEMA ready TO PUBLIC;
  CREATE TABLE ready.part (world text, relation text, columns text, rows jsonb);
  CREATE FUNCTION ready.put_back(wanted text) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET session_replication_role = replica SET search_path = pg_catalog AS $$
    DECLARE part record;
    BEGIN
      FOR part IN SELECT * FROM ready.part WHERE world = wanted LOOP
        EXECUTE format('INSERT INTO public.%1$I (%2$s) OVERRIDING SYSTEM VALUE'
          ' SELECT %2$s FROM jsonb_populate_recordset(NULL::public.%1$I, $1)', part.relation, part.columns)
        USING part.rows;
      END LOOP;
    END $$;
  CREATE FUNCTION ready.behind(said text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
    BEGIN
      EXECUTE said;
    END $$
"""
SEQUENCES = """
  SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass,
    %s * row_number() OVER (ORDER BY sequencename))
  FROM pg_sequences WHERE schemaname = 'public' AND data_type <> 'smallint'::regtype AND last_value IS NULL
"""
COLUMNS = """
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
  WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""

Built = TypeVar("Built")
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What a builder answered, who was acting then, and the database and the keys it was built for."""

    built: Any
    actor: Actor
    place: tuple[str, str]


_builders: dict[str, Callable[[], Any]] = {}
_ready: dict[str, _Standing] = {}


def once_a_run(builder: Callable[[], Built]) -> Callable[[], Built]:
    """The builder (of no arguments, working on the default connection), called in earnest only where nothing is
    ready: outside of a run of the tests, in another database, under other keys."""
    name = f"{builder.__module__}.{builder.__qualname__}"
    _builders[name] = builder

    @wraps(builder)
    def put_back() -> Built:
        standing = _ready.get(name)
        if standing is None or standing.place != _place():
            return builder()
        with connection.cursor() as cursor:
            cursor.execute("SELECT ready.put_back(%s)", [name])
        context.enter(standing.actor)
        return copy.deepcopy(standing.built)

    return put_back


def make_ready(admin: str, filled: Callable[[], set[str]], sweep: Callable[[], None]) -> None:
    """Call every builder there is and note what it put into an empty database. `admin` is a superuser's connection
    string to it, `filled` answers the tables that hold rows since the migrations, `sweep` empties them again."""
    with psycopg.connect(admin, autocommit=True) as superuser:
        superuser.execute(MADE)
        if not _builders:
            return
        superuser.execute(SEQUENCES, [SPREAD])
        for name, builder in _builders.items():
            with transaction.atomic():
                built, actor = builder(), _acting()
            for table in sorted(filled()):
                ((columns,),) = superuser.execute(COLUMNS, [f'public."{table}"']).fetchall()
                superuser.execute(
                    f'INSERT INTO ready.part SELECT %s, %s, %s, jsonb_agg(to_jsonb(t)) FROM public."{table}" t',
                    [name, table, columns],
                )
            sweep()
            _ready[name] = _Standing(built, actor, _place())


def behind(said: str, values: Sequence[Any] = ()) -> None:
    """Run this statement in the transaction of the test as one the guards of the app role do not stop: what a
    reorganisation would have done, without doing one."""
    with connection.cursor() as cursor:
        text = psycopg.ClientCursor(cursor.connection).mogrify(said, values)
        cursor.execute("SELECT ready.behind(%s)", [text])


def add(row: Row) -> Row:
    """Put this row there as one the guards of the app role do not stop: what two people wrote, or a load."""
    key = row._meta.pk
    fields = [field for field in row._meta.local_concrete_fields if field is not key or row.pk is not None]
    query = InsertQuery(type(row))
    query.insert_values(fields, [row])
    ((said, values),) = query.get_compiler(connection=connection).as_sql()
    behind(said, values)
    if row.pk is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT lastval()")
            row.pk = cursor.fetchone()[0]
    row._state.adding = False
    return row


def _place() -> tuple[str, str]:
    return str(connection.settings_dict["NAME"]), str(settings.KEYS)


def _acting() -> Actor:
    """Whom the row policies of this transaction see."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('zhijia.user', true), ''),"
            " coalesce(current_setting('zhijia.request', true), '')"
        )
        user, request = cursor.fetchone()
    return Actor(int(user) if user else None, "page", request)
