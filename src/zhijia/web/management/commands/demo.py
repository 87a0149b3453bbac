"""`zhijia demo load --scale S --seed N`: a province of made-up people in the real divisions of Anhui."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from zhijia.kernel import days


class Command(BaseCommand):
    help = "Load a demo province: `zhijia demo load --scale 0.001 --seed 7`."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["load"])
        parser.add_argument(
            "--scale", type=float, default=0.001, help="of 115,400 unions and 10,131,300 members"
        )
        parser.add_argument("--seed", type=int, default=7, help="the same seed makes the same province")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                _(
                    "A demo is loaded only where ZHIJIA_DEMO=1 is set, and never where the production"
                    " switch is on."
                )
            )
        from zhijia.web.demo.loading import load
        from zhijia.web.demo.plan import Plan

        plan = Plan.at_scale(options["scale"], options["seed"])
        load(plan, at=days.now(), say=self._say)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
