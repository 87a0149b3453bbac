"""`zhijia restore DIR`: a backup, back in an empty data folder or database, and proved there."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser, call_command

from zhijia.kernel import days
from zhijia.web.backups.making import Refused
from zhijia.web.backups.manifest import NotWhole
from zhijia.web.backups.programs import ProgramFailed
from zhijia.web.backups.restoring import restored
from zhijia.web.database.system_user import CannotRun
from zhijia.web.supervisor.lock import InUse


class Command(BaseCommand):
    help = "Bring a backup back into an empty data folder (or database), and prove it. The keys have to be there."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with restored(options["folder"].absolute(), at=days.now(), say=self.stdout.write) as told:
                call_command("verify", stdout=self.stdout, stderr=self.stderr)
        except (NotWhole, Refused, ProgramFailed, InUse, CannotRun, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Back as of {told.made_at}; the trail's last seal then: {told.trail_root or 'none'}."
        )
        self.stdout.write("Everybody logs in anew. Start with `make run` or `zhijia up`.")
