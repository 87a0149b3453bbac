"""`zhijia audit export FILE | verify FILE | root | seal | resume`: the trail, its proof and its keeper."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zhijia.audit import export, sealer, verification
from zhijia.kernel import days


class Command(BaseCommand):
    """Export the trail, check an export, print the root an outsider keeps."""

    help = "Export the trail, check an exported one, print the root to keep outside."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One word says what to do."""
        tasks = parser.add_subparsers(dest="task", required=True)
        writing = tasks.add_parser("export", help="write the sealed trail to a file")
        writing.add_argument("file", type=Path)
        checking = tasks.add_parser("verify", help="check an exported trail, without the database")
        checking.add_argument("file", type=Path)
        checking.add_argument("--root", action="append", default=[], help="a root kept outside; repeatable")
        checking.add_argument("--json", action="store_true")
        tasks.add_parser("root", help="print the root of the last seal")
        tasks.add_parser("seal", help="seal what can be sealed now")
        tasks.add_parser("resume", help="go on after the database moved to another cluster (a restore)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it. A trail that is not whole ends with exit code 1 and names the first bad record."""
        getattr(self, f"_{options['task']}")(options)

    def _export(self, options: dict[str, Any]) -> None:
        sealer.seal_once(at=days.now())
        try:
            entries = export.export(options["file"])
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{entries} entries. Root to keep outside: {sealer.root() or 'none yet'}")

    def _verify(self, options: dict[str, Any]) -> None:
        try:
            report = verification.verify(options["file"], options["root"])
        except (OSError, ValueError) as error:
            raise CommandError(str(error), returncode=2) from error
        verification.say(report, self.stdout, as_json=options["json"], kept=bool(options["root"]))
        if report.fault is not None:
            raise CommandError(report.fault.in_words)

    def _root(self, options: dict[str, Any]) -> None:
        root = sealer.root()
        if root is None:
            raise CommandError("Nothing has been sealed yet.")
        self.stdout.write(root)

    def _seal(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"{sealer.seal_once(at=days.now())} entries sealed.")

    def _resume(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"Transactions are counted from {sealer.resume(at=days.now())}.")
