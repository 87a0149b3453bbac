"""`zhijia vault turn | rotate`: new keys, and every value brought over to them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zhijia.kernel import actors, ciphers, days
from zhijia.kernel.ids import new_id
from zhijia.vault import services


class Command(BaseCommand):
    """Turn the vault's keys, and bring the values over."""

    help = (
        "turn: new keys for new values. rotate: bring every value to the current keys, destroy the old ones."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One word says what to do."""
        parser.add_argument("task", choices=["turn", "rotate"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it. A value that does not open ends with exit code 1; nothing is destroyed then."""
        actor = actors.system(new_id().hex, "command")
        if options["task"] == "turn":
            services.turn_keys(actor=actor, at=days.now())
            self.stdout.write("New keys are in use. Bring the other values over with: zhijia vault rotate")
            return
        try:
            done = services.rotate(actor=actor, at=days.now())
        except (ciphers.CannotOpen, ciphers.NoKey) as error:
            raise CommandError(
                f"A value does not open ({error}). Nothing was destroyed. See: zhijia verify"
            ) from error
        self.stdout.write(f"{done.values} values brought over, {done.keys_destroyed} older keys destroyed.")
