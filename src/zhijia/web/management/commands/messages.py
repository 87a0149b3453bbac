"""`zhijia messages update | compile`: bring the rooms' catalogues in step with what they say; build the `.mo`."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from zhijia.web import messages


class Command(BaseCommand):
    help = "Gather what is to be translated, or compile the message catalogues that changed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["update", "compile"])

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._update() if options["action"] == "update" else self._compile()
        except OSError as error:
            raise CommandError(f"A message catalogue cannot be read: {error}") from error

    def _update(self) -> None:
        untranslated = messages.update()
        for room, texts in untranslated.items():
            for text in texts:
                self.stdout.write(f"{room}: {text}")
        count = sum(map(len, untranslated.values()))
        self.stdout.write(
            f"{count} messages want their Chinese." if count else "Every message has its Chinese."
        )

    def _compile(self) -> None:
        for catalogue in messages.compile_stale():
            self.stdout.write(f"Compiled {catalogue}")
