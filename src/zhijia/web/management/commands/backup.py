"""`zhijia backup DIR`: the database and the sealed files, while people work."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from zhijia.kernel import days
from zhijia.kernel.ciphers import NoKey
from zhijia.web.backups import making
from zhijia.web.backups.programs import ProgramFailed

CLOSE = """{count:,} files in {folder}; last seal of the trail: {root}.
No key is in it. Keep elsewhere, in two places: {keys} (or your key service), ZHIJIA_SECRET_KEY, your definitions."""


class Command(BaseCommand):
    help = (
        "Write a backup to a new folder: one snapshot of the database, and the sealed files. No key is in it."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["folder"].absolute()
        try:
            told = making.back_up(folder, at=days.now(), say=self.stdout.write)
        except (making.Refused, ProgramFailed, NoKey, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            CLOSE.format(
                count=len(told.digests), folder=folder, root=told.trail_root or "none yet", keys=settings.KEYS
            )
        )
