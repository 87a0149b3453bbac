"""The four database roles and what each may do (`docs/adr/0002-database-roles.md`).

The statements are written once: `prepare` runs them, `script` prints them for whoever keeps the server.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql

from zhijia.web.database.addresses import DATABASE


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the database, its attributes and its time-outs (none of them may wait for ever)."""

    name: str
    attributes: str
    statement: str
    lock: str
    idle: str


OWNER = Role("zhijia_owner", "BYPASSRLS", statement="0", lock="5s", idle="5min")
APP = Role("zhijia_app", "NOBYPASSRLS", statement="10s", lock="3s", idle="30s")
BULK = Role("zhijia_bulk", "BYPASSRLS", statement="30min", lock="10s", idle="5min")
SEALER = Role("zhijia_sealer", "NOBYPASSRLS", statement="60s", lock="3s", idle="60s")
ALL = (OWNER, APP, BULK, SEALER)


@dataclass(frozen=True, slots=True)
class Statement:
    """Run unless the query `unless` finds a row. `{password}` stands for the verifier of `role`."""

    text: str
    unless: str = ""
    role: str = ""


def for_server(database: str = DATABASE) -> Iterator[Statement]:
    """What is done once a server, connected to its maintenance database as a superuser."""
    for role in ALL:
        yield Statement(
            f"CREATE ROLE {role.name} LOGIN", unless=f"SELECT 1 FROM pg_roles WHERE rolname = '{role.name}'"
        )
        limits = f"NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION {role.attributes}"
        yield Statement(f"ALTER ROLE {role.name} LOGIN {limits}")
        yield Statement(f"ALTER ROLE {role.name} PASSWORD {{password}}", role=role.name)
        yield Statement(f"ALTER ROLE {role.name} SET search_path = public")
        yield Statement(f"ALTER ROLE {role.name} SET statement_timeout = '{role.statement}'")
        yield Statement(f"ALTER ROLE {role.name} SET lock_timeout = '{role.lock}'")
        yield Statement(f"ALTER ROLE {role.name} SET idle_in_transaction_session_timeout = '{role.idle}'")
    yield Statement(
        f"CREATE DATABASE {database} OWNER {OWNER.name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'",
        unless=f"SELECT 1 FROM pg_database WHERE datname = '{database}'",
    )


def for_database(database: str = DATABASE) -> Iterator[Statement]:
    """What is done once a database, connected to it as a superuser, before the first migration."""
    users = f"{APP.name}, {BULK.name}, {SEALER.name}"
    mine = f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER.name}"
    yield Statement(f"ALTER DATABASE {database} OWNER TO {OWNER.name}")
    yield Statement(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
    yield Statement(f"GRANT CONNECT ON DATABASE {database} TO {users}")
    yield Statement(f"GRANT TEMPORARY ON DATABASE {database} TO {BULK.name}")
    yield Statement("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    yield Statement(f"GRANT ALL ON SCHEMA public TO {OWNER.name}")
    yield Statement(f"GRANT USAGE ON SCHEMA public TO {users}")
    yield Statement(f"{mine} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP.name}")
    yield Statement(f"{mine} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {BULK.name}")
    yield Statement(f"{mine} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {users}")
    yield Statement(f"{mine} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC")
    yield Statement(f"{mine} IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO {users}")


def prepare(admin: str, passwords: Mapping[str, str], database: str = DATABASE) -> None:
    """Make roles, database and rights with the superuser's connection string `admin`; again changes nothing.

    `passwords` holds one for each role; the server only ever sees their SCRAM verifiers.
    """
    with psycopg.connect(admin, autocommit=True) as connection:
        for statement in for_server(database):
            _run(connection, statement, passwords)
    with psycopg.connect(admin, dbname=database, autocommit=True) as connection:
        for statement in for_database(database):
            _run(connection, statement, passwords)


def script(database: str = DATABASE) -> str:
    """The same statements for psql; it asks for the four passwords as variables and can be run again."""
    variables = " ".join(f"-v {role.name}=…" for role in ALL)
    lines = [f"-- As a superuser: psql {variables} -d postgres -f prepare.sql", r"\set ON_ERROR_STOP on"]
    lines += [_printed(statement) for statement in for_server(database)]
    lines.append(rf"\connect {database}")
    lines += [_printed(statement) for statement in for_database(database)]
    return "\n".join(lines) + "\n"


def _run(connection: psycopg.Connection, statement: Statement, passwords: Mapping[str, str]) -> None:
    if statement.unless and connection.execute(statement.unless).fetchone():
        return
    text = sql.SQL(statement.text)
    if statement.role:
        secret = connection.pgconn.encrypt_password(
            passwords[statement.role].encode(), statement.role.encode(), b"scram-sha-256"
        )
        connection.execute(text.format(password=sql.Literal(secret.decode())))
    else:
        connection.execute(text)


def _printed(statement: Statement) -> str:
    if statement.role:
        return statement.text.format(password=f":'{statement.role}'") + ";"
    if statement.unless:
        quoted = statement.text.replace("'", "''")
        return rf"SELECT '{quoted}' WHERE NOT EXISTS ({statement.unless}) \gexec"
    return statement.text + ";"
