"""`zhijia import members FILE --union CODE`: the same services as the page, on the machine; and files of a province,
which name the union of each row, for the federation above them."""

import json
import sys
from argparse import ArgumentParser
from itertools import count
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from zhijia.accounts.actors import commanding
from zhijia.files import services as files
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.registry.models import RosterImport, Union
from zhijia.registry.services.imports import runs, words, work
from zhijia.registry.services.loads import abandoning
from zhijia.registry.services.loads import runs as loads
from zhijia.registry.services.loads.clock import Progress
from zhijia.registry.services.loads.runs import Told

COUNTS = ("rows", "new", "changed", "same", "waiting", "wrong")


class Command(BaseCommand):
    """Import a roster in the name of somebody who may, as that person would on the page."""

    help = (
        "members FILE --union CODE --as LOGIN: check a roster and write its good rows. The login names who answers"
        " for it: somebody with the right to import at that union. Wrong rows lie beside the file afterwards."
        " A file with a column for the code of each row's union (csv, parquet, or several xlsx) is loaded at the unions"
        " under the federation named; ended in the middle, the same command goes on."
        " abandon --as LOGIN: take back a load that was begun and that nobody goes on with; nothing of it stays."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to import, where to, in whose name."""
        parser.add_argument("what", choices=["members", "abandon"])
        parser.add_argument("files", type=Path, nargs="*", metavar="FILE")
        parser.add_argument("--union", default="", metavar="CODE", help="the code of the union")
        parser.add_argument("--as", dest="login", default="", metavar="LOGIN", help="in whose name")
        parser.add_argument("--dry-run", action="store_true", help="count and explain, write nothing")
        parser.add_argument("--all-or-nothing", action="store_true", help="write nothing when a row is wrong")
        parser.add_argument("--json", action="store_true", help="print one JSON object last")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it. Exit code 1 when the file is refused or no row of it is good."""
        actor = _in_the_name_of(options["login"])
        at = days.now()
        files: list[Path] = options["files"]
        if options["what"] == "abandon":
            run = abandoning.abandon(actor=actor, at=at, say=_say)
            self.stdout.write(f"Load {run.pk} was taken back. Nothing of it stays in the register.")
            return
        if not files:
            raise CommandError("Name the file: zhijia import members FILE --union CODE --as LOGIN.")
        for file in files:
            if not file.is_file():
                raise CommandError(f"There is no file {file}.")
        with acting(actor):
            union = Union.objects.filter(code=options["union"]).first()
        if union is None:
            raise CommandError(f"There is no union with the code {options['union']}.")
        if loads.is_one(files, union):
            if options["all_or_nothing"]:
                raise CommandError(
                    "A load writes the good rows piece by piece; look at it first with --dry-run."
                )
            told = loads.load(
                actor=actor, at=at, files=files, federation=union, say=_say, dry=options["dry_run"]
            )
            self._tell_load(told, as_json=options["json"])
            return
        (file,) = files
        with acting(actor), file.open("rb") as content:
            roster = runs.upload(
                actor=actor, at=at, union=union, name=file.name, content=content, in_background=False
            )
        roster = work.check(actor=actor, at=at, import_id=roster.pk)
        errors = _errors_beside(actor, roster, file)
        if roster.state == RosterImport.State.FAILED:
            raise CommandError(_sentence(roster.failure))
        mode = RosterImport.Mode.ALL_OR_NOTHING if options["all_or_nothing"] else RosterImport.Mode.GOOD_ROWS
        if not options["dry_run"] and any(roster.counts[name] for name in ("new", "changed", "waiting")):
            with acting(actor):
                runs.confirm(actor=actor, at=at, import_id=roster.pk, mode=mode, in_background=False)
            roster = work.apply(actor=actor, at=at, import_id=roster.pk)
        self._tell(roster, errors, as_json=options["json"])
        if roster.failure:
            raise CommandError(_sentence(roster.failure))
        if roster.counts["wrong"] == roster.counts["rows"]:
            raise CommandError(_sentence("nobody_left"))

    def _tell_load(self, told: Told, *, as_json: bool) -> None:
        counts = {name: told.counts.get(name, 0) for name in COUNTS}
        if as_json:
            more = {
                "load": told.load_id, "before": told.before, "read_again": told.read_again, "peak_mb": told.peak_mb,
                "seconds": told.seconds, "errors": str(told.errors) if told.errors else None,
            }  # fmt: skip
            self.stdout.write(json.dumps({**counts, **more}, ensure_ascii=False))
        else:
            for name, many in counts.items():
                self.stdout.write(f"{name:>8} {many:>12,}")
            if told.before:
                self.stdout.write(
                    f"These files were loaded before (load {told.load_id}). Nothing was changed."
                )
            if told.errors:
                self.stdout.write(f"The wrong rows, with a sentence at the end of each: {told.errors}")
        if counts["rows"] and counts["wrong"] == counts["rows"]:
            raise CommandError(_sentence("nobody_left"))

    def _tell(self, roster: RosterImport, errors: Path | None, *, as_json: bool) -> None:
        told = {
            "import": roster.pk,
            "state": roster.state,
            **{name: roster.counts[name] for name in COUNTS},
            "errors": str(errors) if errors else None,
        }
        if as_json:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        for name in COUNTS:
            self.stdout.write(f"{name:>8} {roster.counts[name]:>10,}")
        if errors:
            self.stdout.write(f"The wrong rows, with a sentence in each bad cell: {errors}")
        self.stdout.write(f"Import {roster.pk} is {roster.state}.")


def _sentence(code: str) -> str:
    """What became of a file, in the language the command speaks; the workbook of wrong rows is in the officer's."""
    with override("en"):
        return words.of_file(code)


def _say(progress: Progress) -> None:
    """Progress goes to standard error: standard output is for the result."""
    sys.stderr.write(f"{progress}\n")
    sys.stderr.flush()


def _in_the_name_of(login: str) -> Actor:
    if not login:
        raise CommandError("Say in whose name: --as LOGIN of somebody who may import rosters at this union.")
    actor = commanding(login)
    if actor is None:
        raise CommandError(f"Nobody with the login {login} can act.")
    return actor


def _errors_beside(actor: Actor, roster: RosterImport, file: Path) -> Path | None:
    """Put the workbook of the wrong rows beside the file, under a name that nothing has yet; its path."""
    if roster.errors_id is None or roster.state == RosterImport.State.FAILED:
        return None
    with acting(actor), files.on_disk(actor=actor, at=days.now(), file_id=roster.errors_id) as found:
        for number in count(1):
            again = f"-{number}" if number > 1 else ""
            target = file.with_name(f"{file.stem}-errors{again}.xlsx")
            try:
                with target.open("xb") as free:
                    free.write(found.read_bytes())
            except FileExistsError:
                continue
            return target
    return None
