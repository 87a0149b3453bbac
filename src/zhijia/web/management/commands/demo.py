"""`zhijia demo load --scale S --seed N`: a province of made-up people in the real divisions of Anhui."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from zhijia.web import demo


class Command(BaseCommand):
    help = "Load a demo province: `zhijia demo load --scale 0.001 --seed 7`."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["load"])
        parser.add_argument("--scale", type=float, default=0.001, help="of 115,400 unions and 10,131,300 members")
        parser.add_argument("--seed", type=int, default=7, help="the same seed makes the same province")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("A demo cannot be loaded where the production switch is on.")
        demo.load(scale=options["scale"], seed=options["seed"], say=self._say)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
