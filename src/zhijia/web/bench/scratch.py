"""A database of its own for a bench: a fresh embedded server in a temporary folder, gone afterwards.

The bench's process works on it through Django's usual connections; the user's data is not touched.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from zhijia.web.database import addresses, roles
from zhijia.web.database.embedded import Server
from zhijia.web.database.pointing import point

Say = Callable[[str], None]


@contextmanager
def scratch(say: Say) -> Iterator[dict[str, str]]:
    """Start a server with the settings of service, make roles and tables, and point the four connections at
    it. Answers the environment in which another process of ours works on the same database."""
    data = Path(tempfile.mkdtemp(prefix="zhijia-bench-"))
    before = {alias: dict(connections[alias].settings_dict) for alias in addresses.ROLES}
    keys = settings.KEYS
    server = Server(data, say)
    try:
        server.start()
        passwords = addresses.keep(data, server.socket)
        roles.prepare(server.admin(), passwords)
        point(addresses.embedded_urls(data))
        settings.KEYS = str(data / "keys.json")
        call_command("migrate", database="owner", verbosity=0)
        yield {
            **_without_addresses(),
            "ZHIJIA_DATA": str(data),
            "ZHIJIA_KEYS": settings.KEYS,
            "ZHIJIA_SECRET_KEY": settings.SECRET_KEY,
            "ZHIJIA_DEMO": "1",
        }
    finally:
        connections.close_all()
        for alias, kept in before.items():
            connections[alias].settings_dict.update(kept)
        settings.KEYS = keys
        server.stop()
        shutil.rmtree(server.socket, ignore_errors=True)
        shutil.rmtree(data, ignore_errors=True)


def _without_addresses() -> dict[str, str]:
    """This process's environment but for the addresses of databases."""
    return {name: value for name, value in os.environ.items() if name not in addresses.VARIABLES.values()}
