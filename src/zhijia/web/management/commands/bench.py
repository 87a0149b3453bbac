"""`zhijia bench NAME [--rows N] [--json]`: how fast, beside what could be reached, in a database of its own."""

import json
import signal
import sys
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from zhijia.kernel import benches
from zhijia.kernel.benches import Options, Result


class Command(BaseCommand):
    help = "Measure something beside its limit: `zhijia bench pages --json`."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=list(benches.announced()))
        parser.add_argument(
            "--rows",
            "--people",
            "--cases",
            "--legs",
            "--count",
            "--voters",
            type=int,
            default=0,
            help="how many; each bench has a number of its own",
        )
        parser.add_argument(
            "--into",
            type=int,
            help="registry-import: members the register holds beforehand (a province's 10,131,300 from 500,000 rows on,"
            " else none)",
        )
        parser.add_argument(
            "--file", choices=["csv", "xlsx"], default="csv", help="registry-import: the kind of the rosters"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object last on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(_("A bench takes the whole machine and does not run where people work."))
        if options["rows"] < 0 or (options["into"] or 0) < 0:
            raise CommandError(_("The number of rows cannot be below zero."))
        from zhijia.web.bench.scratch import scratch

        signal.signal(signal.SIGTERM, _end)
        with scratch(_say) as environment:
            result = benches.announced()[options["name"]](
                Options(
                    rows=options["rows"],
                    into=options["into"],
                    file=options["file"],
                    say=_say,
                    environment=environment,
                )
            )
        if options["json"]:
            self.stdout.write(json.dumps(result.as_json(), ensure_ascii=False))
        else:
            self.stdout.write(_table(result))


def _end(number: int, frame: object) -> None:
    """Leave by the door, so that the servers end and the temporary folder goes."""
    sys.exit(128 + number)


def _say(text: str) -> None:
    """Progress goes to standard error: standard output is for the result."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _table(result: Result) -> str:
    rows = [("", "rate/s", "limit/s", "ratio", "p95 ms")]
    for part in (*result.parts, result):
        p95 = f"{part.p95_ms:.1f}" if part.p95_ms is not None else "-"
        rows.append((part.bench, f"{part.rate:,.1f}", f"{part.limit:,.1f}", f"{part.ratio:.3f}", p95))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) if not place else cell.rjust(width)
                  for place, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]  # fmt: skip
    close = (
        f"against: {result.against}",
        f"{result.rows:,} rows, {result.seconds:.1f} s, {result.peak_mb} MB, {result.violations} violations",
    )
    return "\n".join([*lines, *close])
