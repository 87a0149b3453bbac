"""The ground under the tests: a PostgreSQL server for each process that runs them, migrated by the owner, used as
the app role.

`db` rolls back; `committed` really commits and is swept afterwards (`committed_for_file` after the last test of a
file); `owner_sql` runs SQL as the owner. The server is the embedded one, or that of `ZHIJIA_TEST_SERVER_URL` (a
superuser's URL).
"""

import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test.signals import language_changed
from django.utils import translation
from psycopg.pq import TransactionStatus
from tests.ground import live as ground_live
from tests.ground import sweep

from zhijia.kernel import days
from zhijia.registry.tests import ready
from zhijia.registry.tests.world import AT
from zhijia.web.database import addresses, roles
from zhijia.web.database.embedded import Server
from zhijia.web.messages import compile_stale

ALIASES = list(addresses.ROLES)
TEST_DATABASE = "zhijia_test"
ON_THE_PROVINCE = re.compile("src/zhijia/web/tests/test_(demo_(access|bodies|choosing|province)|backups).py")
"""Files whose tests stand on the demo province: one worker runs them all, so that one loads it."""


def pytest_runtest_teardown() -> None:
    """The language of a request of one test is not that of the next."""
    translation.deactivate()


def pytest_configure(config: pytest.Config) -> None:
    """The words are compiled once, before the workers (`-n 2`) begin; what Django read of older ones is forgotten."""
    if not hasattr(config, "workerinput") and compile_stale():
        language_changed(setting="LOCALE_PATHS")


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """`--dist loadfile`, but what stands on the province goes to one worker together."""
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "province" if ON_THE_PROVINCE.match(nodeid) else super()._split_scope(nodeid)

    return Together(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if "loaded" in names and not ON_THE_PROVINCE.match(item.nodeid):
            raise pytest.UsageError(f"{item.nodeid} asks for the province: add its file to ON_THE_PROVINCE")
        if names & {"committed", "committed_for_file", "live"}:
            item.add_marker(pytest.mark.database)
        elif "db" in names or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db(databases=["default"]))
            item.add_marker(pytest.mark.database)
        if "page" in names or "browser" in names:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The superuser's connection string of the server this run works on."""
    outside = os.environ.get("ZHIJIA_TEST_SERVER_URL")
    if outside:
        yield outside.replace("{worker}", os.environ.get("PYTEST_XDIST_WORKER", "gw0"))
        return
    embedded = Server(Path(settings.DATA), lambda text: None, durable=False)
    embedded.start()
    yield embedded.admin()
    embedded.stop()


@pytest.fixture(scope="session")
def django_db_setup(server: str, django_db_blocker: Any) -> Iterator[None]:
    """Make the database and its roles, migrate once as the owner, and point all four aliases at it."""
    name = f"{TEST_DATABASE}_{secrets.token_hex(4)}"
    passwords = dict.fromkeys(addresses.ROLES.values(), "test-only")
    with psycopg.connect(server, autocommit=True) as connection:
        # Workers of one run that share an outside server make its roles one after the other.
        connection.execute("SELECT pg_advisory_lock(1)")
        roles.prepare(server, passwords, name)
        host, port = connection.info.host, connection.info.port
    for alias, role in addresses.ROLES.items():
        where = {"NAME": name, "USER": role, "PASSWORD": passwords[role], "HOST": host, "PORT": str(port)}
        connections[alias].settings_dict.update(where)
        settings.DATABASES[alias].update(where)
    with django_db_blocker.unblock():
        call_command("migrate", database="owner", verbosity=0)
        sweep.remember(server, name)
        ready.make_ready(
            psycopg.conninfo.make_conninfo(server, dbname=name),
            partial(sweep.filled_since, server, name),
            partial(sweep.sweep, server, name),
        )
        connections.close_all()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any, server: str) -> Iterator[None]:
    """Real commits on every alias. Afterwards the tables hold again what the migrations put there."""
    with _committing(django_db_blocker, server):
        yield


@pytest.fixture(scope="module")
def committed_for_file(django_db_setup: None, django_db_blocker: Any, server: str) -> Iterator[None]:
    """The same for all tests of a file together: each has to leave what was committed as it found it."""
    with _committing(django_db_blocker, server):
        yield


@contextmanager
def _committing(blocker: Any, server: str) -> Iterator[None]:
    with blocker.unblock():
        yield
        _let_go()
        sweep.sweep(server, connections["default"].settings_dict["NAME"])


def _let_go() -> None:
    """Every connection as if it were new; one that a test left in the middle of something is closed."""
    for connection in connections.all(initialized_only=True):
        if connection.connection is None:
            continue
        if (
            connection.in_atomic_block
            or connection.connection.info.transaction_status != TransactionStatus.IDLE
        ):
            connection.close()
            continue
        connection.connection.execute("RESET ALL; SELECT pg_advisory_unlock_all(); UNLISTEN *")


@pytest.fixture
def transactional_db(committed: None) -> None:
    """Django's own way truncates as the app role, which may not: the same promise as `committed`."""


@pytest.fixture
def owner_sql(django_db_setup: None, server: str) -> Iterator[Callable[..., list[Any]]]:
    """Run SQL as the owner, committed at once: `owner_sql("SELECT …", [values]) -> rows`."""
    with psycopg.connect(_as("owner"), autocommit=True) as connection:

        def run(text: str, values: list[Any] | None = None) -> list[Any]:
            cursor = connection.execute(text, values)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

        yield run


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, datetime]:
    """The hands of the clock, which views and the server of `live` read: `clock["at"]` is now."""
    hands = {"at": AT}
    monkeypatch.setattr(days, "now", lambda: hands["at"])
    return hands


@pytest.fixture
def live(committed: None) -> Iterator[str]:
    """The address of the application, served over HTTP on committed data: `live + "/health"`."""
    with ground_live.serving() as address:
        yield address


@pytest.fixture
def work(committed: None) -> Callable[[], None]:
    """Call it to do every job that waits in the queue."""
    return ground_live.run_waiting_jobs


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium by playwright. Without it a journey is skipped, or fails if ZHIJIA_BROWSER_REQUIRED=1."""
    missing = ground_live.browser_missing()
    if missing and ground_live.BROWSER_REQUIRED:
        pytest.fail(f"A browser is required here, but there is {missing}.")
    if missing:
        pytest.skip(missing)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=ground_live.CHROMIUM, args=ground_live.FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any, live: str) -> Iterator[Any]:
    """A fresh page of 1440 px; its relative addresses lead to `live`."""
    context = browser.new_context(base_url=live, viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Without a browser, say how many journeys nobody walked: the last thing before pytest's own count."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "journey" in report.keywords]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} journeys skipped: {ground_live.browser_missing()}.")


def _as(alias: str) -> str:
    """The connection string of one of the four roles in the test database."""
    at = connections[alias].settings_dict
    return psycopg.conninfo.make_conninfo(
        "", host=at["HOST"], port=at["PORT"], user=at["USER"], password=at["PASSWORD"], dbname=at["NAME"]
    )
