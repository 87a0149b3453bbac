"""`zhijia bank`: the simulated bank, which is a program of its own. Nothing of it is imported here."""

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from zhijia.web.demo.words import at_the_bank


class Command(BaseCommand):
    help = "Run the simulated bank: `zhijia bank --port 8020 --script told.json`."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", default="0", help="0 takes a free one")
        parser.add_argument(
            "--data", type=Path, default=settings.DATA / "bank", help="the folder of its books"
        )
        parser.add_argument("--script", type=Path, help="a JSON list of what it is told at the start")
        parser.add_argument("--events", default="", help="the address that is told what became of transfers")

    def handle(self, *args: Any, **options: Any) -> None:
        """Become the bank: this process ends with it."""
        if not settings.DEMO:
            raise CommandError(_("The simulated bank runs only where ZHIJIA_DEMO=1 is set."))
        events = options["events"] or f"{settings.ADDRESS}/payments/bank/events/"
        said = ["--port", str(options["port"]), "--data", str(options["data"]), "--events", events]
        for number, holder, fen in at_the_bank():
            said += ["--account", number, holder, str(fen)]
        if options["script"]:
            said += ["--script", str(options["script"])]
        os.execv(sys.executable, [sys.executable, "-m", "zhijia_bank", *said])  # noqa: S606 - a program of ours
