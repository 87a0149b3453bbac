"""`zhijia divisions load [--levels 5] [--province 34 …]`: the country's administrative divisions."""

from typing import Any

from django.core.management import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from zhijia.catalogue import divisions


class Command(BaseCommand):
    """Brings the list that comes with the package into the database; the same list again changes nothing."""

    help = "Load the administrative divisions: `zhijia divisions load`."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["load"])
        parser.add_argument("--levels", type=int, choices=range(1, 6), default=5, help="5: down to villages")
        parser.add_argument(
            "--province", action="append", default=[], help="two digits; all when none is named"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        done = divisions.load(levels=options["levels"], provinces=options["province"])
        self.stdout.write(
            _("Divisions: %(read)s read, %(changed)s new or changed, %(ended)s ended.")
            % {"read": done.read, "changed": done.changed, "ended": done.ended}
        )
