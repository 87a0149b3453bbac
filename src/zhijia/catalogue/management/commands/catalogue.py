"""`zhijia catalogue check [--overlay FOLDER]`: what is wrong in the definitions, a sentence a line."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from zhijia.catalogue import definitions


class Command(BaseCommand):
    """Checks the built-in definitions and an overlay before anybody works with them."""

    help = "Check the definitions: `zhijia catalogue check`."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["check"])
        parser.add_argument("--overlay", default=settings.CATALOGUE_OVERLAY, help="a federation's own folder")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = definitions.problems(options["overlay"])
        for sentence in wrong:
            self.stdout.write(sentence)
        if wrong:
            raise CommandError(_("The catalogue has %(count)s problems.") % {"count": len(wrong)})
        self.stdout.write(_("The catalogue is in order."))
