"""`zhijia up`: everything on this machine, until it is told to stop."""

import os
import signal
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from zhijia.kernel.processes import die_with_parent
from zhijia.web import demo
from zhijia.web.supervisor.lock import InUse
from zhijia.web.supervisor.runner import CannotRun, Failed, Plan, Supervisor


class Command(BaseCommand):
    help = "Database, server, workers, sealer and sweeper under one supervisor; Ctrl-C ends them all."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        cores = os.cpu_count() or 1
        parser.add_argument(
            "--host", default=os.environ.get("ZHIJIA_BIND", "127.0.0.1"), help="address to listen on"
        )
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000", help="or PORT")
        parser.add_argument("--web", type=int, default=max(2, min(cores, 8)), help="web processes")
        parser.add_argument("--workers", type=int, default=max(1, min(cores // 2, 4)), help="job processes")
        parser.add_argument("--with-parent", action="store_true", help="end when the caller ends")
        parser.add_argument(
            "--log-to-terminal", action="store_true", help="log lines here instead of in files"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["with_parent"]:
            die_with_parent(signal.SIGTERM)
        plan = Plan(
            data=settings.DATA,
            host=options["host"],
            port=_port(options["port"]),
            web_workers=options["web"],
            job_workers=options["workers"],
            log_to_terminal=options["log_to_terminal"],
            logins=demo.logins() if settings.DEMO else (),
        )
        try:
            Supervisor(plan).run()
        except (InUse, CannotRun, Failed) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"Zhijia could not be started: {error.strerror}: {error.filename}") from error


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:6]) < 1 << 16:
        raise CommandError(f"{text[:40]} is no port: a number from 1 to 65535, like PORT=8001 make run.")
    return int(text)
