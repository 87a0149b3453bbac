"""A process that does the work of a load, piece by piece: `python -m zhijia.registry.services.loads.worker FD`.

It speaks with the process that leads by pickled messages over the socket it was started with, and ends with it.
"""

import sys
from multiprocessing.connection import Connection
from typing import Any


def main() -> None:
    """Do what is asked until there is nothing more to ask."""
    line: Connection[Any, Any] = Connection(int(sys.argv[1]))
    setting = line.recv()
    import django

    django.setup()
    from django.conf import settings
    from django.db import connections

    for alias, place in setting.databases.items():
        connections[alias].settings_dict.update(place)
    settings.KEYS = setting.keys
    worker = _worker(setting)
    while True:
        try:
            line.send(worker.done(line.recv()))
        except (EOFError, BrokenPipeError):  # the one that leads has ended, or needs no answer any more
            break
    connections.close_all()


def _worker(setting: Any) -> Any:
    from zhijia.registry.services.loads.work import Worker

    return Worker(setting)


if __name__ == "__main__":
    main()
