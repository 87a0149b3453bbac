"""`zhijia messages compile`: build the `.mo` files of every room."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from zhijia.web.messages import compile_stale


class Command(BaseCommand):
    help = "Compile the message catalogues that changed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["compile"])

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for catalogue in compile_stale():
                self.stdout.write(f"Compiled {catalogue}")
        except OSError as error:
            raise CommandError(f"A message catalogue cannot be read: {error}") from error
