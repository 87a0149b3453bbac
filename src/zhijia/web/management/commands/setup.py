"""`zhijia setup`: what a start needs before the first request, each step only when it is due."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from zhijia.catalogue import divisions
from zhijia.web.database import addresses
from zhijia.web.demo.loading import is_due
from zhijia.web.supervisor import static

DEMO_SCALE = "0.001"
DEMO_SEED = "7"


class Command(BaseCommand):
    help = "Migrations (embedded database only), static files, the country's divisions, the demo province."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if addresses.outside():
            self._refuse_missing_migrations()
        else:
            self._step("Bringing the tables up to date", self._migrate)
        self._step("Gathering static files", static.gather)
        self._step("Loading the country's divisions", self._load_divisions)
        if settings.DEMO:
            self._load_demo()

    def _step(self, title: str, do: Callable[[], bool]) -> None:
        """Name a step, do it, and say how long it took or that it was not due."""
        began = time.monotonic()
        self.stdout.write(f"{title} … ", ending="")
        self.stdout.flush()
        self.stdout.write(f"{time.monotonic() - began:.1f} s" if do() else "up to date")
        self.stdout.flush()

    def _refuse_missing_migrations(self) -> None:
        missing = _missing("default")
        if missing:
            raise CommandError(
                f"The database lacks {len(missing)} migrations, and a start never runs them on a server "
                "that is not Zhijia's own. Run: zhijia migrate --database owner"
            )

    def _migrate(self) -> bool:
        missing = _missing("owner")
        if missing:
            call_command("migrate", database="owner", interactive=False, verbosity=0)
        return bool(missing)

    def _load_divisions(self) -> bool:
        return divisions.load().read > 0

    def _load_demo(self) -> None:
        if is_due():
            call_command("demo", "load", "--scale", DEMO_SCALE, "--seed", DEMO_SEED)


def _missing(alias: str) -> list[Any]:
    """The migrations this version has and the database lacks."""
    executor = MigrationExecutor(connections[alias])
    return executor.migration_plan(executor.loader.graph.leaf_nodes())
