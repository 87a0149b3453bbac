"""`zhijia verify`: proves what the rooms promise about their data, and says how many rows it read."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from zhijia.kernel import checks


class Command(BaseCommand):
    """Run every announced check over all rows."""

    help = "Prove that roll-ups, facts and records agree. Ends with exit code 1 when they do not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--json` prints one object last."""
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run them one after the other. A check that cannot run counts as a difference."""
        results = {name: self._run(check) for name, check in checks.announced().items()}
        for name, found in results.items():
            self.stdout.write(f"{name}: {found.rows_read} rows read, {len(found.differences)} differences")
            for difference in found.differences:
                self.stderr.write(f"  {difference}")
        wrong = [name for name, found in results.items() if found.differences]
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {
                        "ok": not wrong,
                        "rows_read": sum(found.rows_read for found in results.values()),
                        "checks": [
                            {"check": name, "rows_read": found.rows_read, "differences": found.differences}
                            for name, found in results.items()
                        ],
                    },
                    ensure_ascii=False,
                )
            )
        if wrong:
            raise CommandError(f"Not everything agrees: {', '.join(wrong)}.")

    def _run(self, check: checks.Check) -> checks.Checked:
        try:
            return check()
        except DatabaseError as error:
            return checks.Checked(0, (f"It could not be checked: {error}",))
