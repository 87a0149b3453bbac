"""The application served over HTTP inside the test process, and the browser that looks at it."""

import asyncio
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from asgiref.sync import sync_to_async
from django.core.wsgi import get_wsgi_application
from django.db import connections

CHROMIUM = os.environ.get("ZHIJIA_BROWSER", "/usr/bin/chromium")
BROWSER_REQUIRED = os.environ.get("ZHIJIA_BROWSER_REQUIRED") == "1"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = False
    block_on_close = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *words: Any) -> None:
        """The application keeps its own log."""


@contextmanager
def serving() -> Iterator[str]:
    """Serve the application on a free port of 127.0.0.1; at the end wait for its requests to end."""
    server = _Threaded(("127.0.0.1", 0), _Quiet)
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def browser_missing() -> str:
    """Why no journey can be walked here, or "" when a browser is there."""
    return "" if shutil.which(CHROMIUM) else f"no browser at {CHROMIUM}"


def run_waiting_jobs() -> None:
    """Do every job that waits in the queue, as a worker would, and come back."""
    from procrastinate.contrib.django import app

    async def work() -> None:
        # The thread of asgiref outlives a test; its sessions may be of a database that is gone.
        await sync_to_async(connections.close_all)()
        worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        async with worker.open_async():
            await worker.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    failure: list[BaseException] = []

    def in_thread() -> None:
        try:
            asyncio.run(work())
        except BaseException as error:  # handed to the test below
            failure.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=in_thread)
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
