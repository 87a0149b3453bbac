"""`zhijia office simulate`: the made-up office of the demo that checks names and numbers."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _


class Command(BaseCommand):
    help = "Run the simulated authority: `zhijia office simulate --slow 0.3 --errors 0.05`."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["simulate"])
        parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
        parser.add_argument("--slow", type=float, default=0.3, help="seconds an answer takes")
        parser.add_argument(
            "--errors", type=float, default=0.05, help="share of questions answered by an error"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(_("The simulated office runs only where ZHIJIA_DEMO=1 is set."))
        from zhijia.web.demo.office import Moods, serve

        serve(Moods(slow=options["slow"], errors=options["errors"]), options["port"])
