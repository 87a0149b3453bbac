"""`zhijia matter check FILE | --all`: whether a definition of a matter can be used, or where it is wrong."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zhijia.catalogue.reader import DefinitionError
from zhijia.catalogue.sentences import Said
from zhijia.matters.services import checking


class Command(BaseCommand):
    """Check a definition before it is published."""

    help = "check FILE: what is wrong with a matter's definition, each with its place. check --all: every one in force."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file, or all."""
        parser.add_argument("action", choices=["check"])
        parser.add_argument("file", nargs="?", default="", metavar="FILE")
        parser.add_argument("--all", action="store_true", help="check every matter in force")
        parser.add_argument("--json", action="store_true", help="print one JSON object last")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check. Exit code 1, with the first sentence, when something is wrong."""
        if bool(options["file"]) == options["all"]:
            raise CommandError("Say which: a file, or --all.")
        try:
            problems = (
                checking.problems_of_all() if options["all"] else checking.problems_in(Path(options["file"]))
            )
        except DefinitionError as error:
            problems = list(error.details["problems"])
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not problems, "problems": problems}, ensure_ascii=False))
        else:
            for problem in problems:
                self.stdout.write(problem)
                self.stdout.write(f"    {problem.zh}" if isinstance(problem, Said) else "")
        if problems:
            raise CommandError(problems[0])
        if not options["json"]:
            self.stdout.write("Nothing is wrong.")
