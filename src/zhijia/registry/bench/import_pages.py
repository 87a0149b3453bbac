"""What people who work feel of an import: pages asked with one under way and without, in turn."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.kernel import benches
from zhijia.kernel.benches import Options, Result
from zhijia.kernel.context import whole
from zhijia.kernel.errors import Refusal
from zhijia.kernel.processes import leash
from zhijia.registry.models import Person, Union

ROWS = 200_000
"""Rows of the roster that is imported meanwhile, at most."""
QUIET_ASKS = 40
"""How often each page is asked for in a round without an import."""
PROMISED = 2.0
"""p95 with an import under way, in times of that without."""
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
"""Pages name files as they lie in the source: nobody gathered them for a bench."""
AGAINST = "p95 of the same page without an import, same process, same run; the page that suffers most"


class World(Protocol):
    """What is needed of the bench's world."""

    county: Union
    login: str

    def union(self) -> Union:
        """A new union."""

    def roster(self, rows: int) -> tuple[Path, object]:
        """A file of people nobody knows."""


def during(world: World, options: Options, *, rows: int) -> Result:
    """p95 of each page while the command imports a roster in a process of its own, and without; three rounds."""
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}):
        logging.getLogger("zhijia.request").setLevel(logging.WARNING)
        return _during(world, options, rows)


def _during(world: World, options: Options, rows: int) -> Result:
    began = time.monotonic()
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(User.objects.get(login=world.login))
    pages = _pages(world)
    without: dict[str, list[float]] = {name: [] for name in pages}
    meanwhile: dict[str, list[float]] = {name: [] for name in pages}
    for name, path in pages.items():
        _ask(client, name, path)
    for _round in range(benches.ROUNDS):
        for _time in range(QUIET_ASKS):
            for name, path in pages.items():
                without[name].append(_ask(client, name, path))
        importing = _import(world, options, rows)
        while importing.poll() is None:
            for name, path in pages.items():
                meanwhile[name].append(_ask(client, name, path))
        if importing.returncode:
            raise Refusal("bench_import", f"The import beside the pages ended with {importing.returncode}.")
    told = {name: (_p95(without[name]), _p95(meanwhile[name])) for name in pages}
    worst = max(told, key=lambda name: told[name][1] / told[name][0])
    options.say(f"Pages during an import: {told[worst][1] / told[worst][0]:.2f} times, {worst}.")
    return Result(
        bench="pages during an import",
        rows=rows,
        seconds=time.monotonic() - began,
        rate=1 / told[worst][1],
        limit=1 / told[worst][0],
        against=AGAINST,
        p95_ms=told[worst][1] * 1000,
        peak_mb=0,
        detail={
            "page": worst,
            "kept": told[worst][1] <= PROMISED * told[worst][0],
            "asked": len(meanwhile[worst]),
            "p95_ms": {name: [round(1000 * each, 1) for each in both] for name, both in told.items()},
        },
    )


def _pages(world: World) -> Mapping[str, str]:
    with whole():
        somebody = Person.objects.using("bulk").filter(county_id=world.county.pk).exclude(name="")
        person = somebody.order_by("id")[:1].get()
    return {
        "members table": reverse("registry:members", args=[world.county.code]),
        "person page": reverse("registry:person", args=[person.pk]),
        "union tree": reverse("registry:unions"),
        "province home": reverse("web:home_province"),
    }


def _ask(client: Client, name: str, path: str) -> float:
    """The seconds a page takes. Raises Refusal when it does not come."""
    began = time.perf_counter()
    answer = client.get(path)
    took = time.perf_counter() - began
    if answer.status_code != 200:
        raise Refusal("bench_page", f"The page {name} answered {answer.status_code}.")
    return took


def _import(world: World, options: Options, rows: int) -> subprocess.Popen[bytes]:
    file, _made = world.roster(rows)
    command = [sys.executable, "-m", "zhijia.web", "import", "members", str(file)]
    command += ["--union", world.union().code, "--as", world.login, "--json"]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        env=dict(options.environment or os.environ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=leash(),
    )


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)]
