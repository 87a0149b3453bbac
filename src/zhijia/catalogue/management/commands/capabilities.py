"""`zhijia capabilities [--json]`: which definitions each capability rests on; `write` makes the handbook's page."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandParser

from zhijia.catalogue import capabilities, definitions
from zhijia.catalogue.capabilities import Kept

FILE = Path(__file__).resolve().parents[5] / "docs" / "handbook" / "capabilities.md"
_HEAD = """# Capabilities and their definitions

Made by `zhijia capabilities write` from `catalogue/data/capabilities.csv` and the definitions; a test keeps it.
It speaks of definitions alone: some capabilities need code of their own too, in the room that is named; whether that is
there this table does not say. Figures, activities and others whose engine is not there yet are missing by name.

**{total} capabilities: {all} have every definition, {some} have some, {none} have none.**
"""


class Command(BaseCommand):
    help = "Which definitions each capability rests on: `zhijia capabilities --json`."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", nargs="?", choices=["show", "write"], default="show")
        parser.add_argument("--json", action="store_true", help="one JSON object")
        parser.add_argument("--file", type=Path, default=FILE)

    def handle(self, *args: Any, **options: Any) -> None:
        kept = list(capabilities.kept(definitions.load()))
        if options["action"] == "write":
            options["file"].write_text(page(kept), encoding="utf-8")
            self.stdout.write(f"{options['file']} written")
        elif options["json"]:
            self.stdout.write(json.dumps(as_data(kept), ensure_ascii=False))
        else:
            for one in kept:
                self.stdout.write(f"{one.state:5}{one.capability.id}: {' '.join(one.there) or '-'}")


def as_data(kept: Iterable[Kept]) -> dict[str, Any]:
    """The table as plain data: how many have all, some, none of their definitions, and each with its own."""
    found = list(kept)
    counts = Counter(one.state for one in found)
    return {
        "capabilities": len(found),
        "states": {state: counts[state] for state in ("all", "some", "none")},
        "detail": [
            {
                "id": one.capability.id,
                "area": one.capability.area,
                "room": one.capability.room,
                "name": {"en": one.capability.label.en, "zh": one.capability.label.zh},
                "needs_code": one.capability.has_code,
                "state": one.state,
                "there": list(one.there),
                "missing": list(one.missing),
            }
            for one in found
        ],
    }


def page(kept: Iterable[Kept]) -> str:
    """The page of the handbook."""
    found = list(kept)
    counts = Counter(one.state for one in found)
    parts = [_HEAD.format(total=len(found), **{state: counts[state] for state in ("all", "some", "none")})]
    for area in dict.fromkeys(one.capability.area for one in found):
        parts.append(
            f"\n## {area}\n\n| capability | is | definitions there | missing | needs code in |\n|---|---|---|---|---|\n"
        )
        parts += [_line(one) for one in found if one.capability.area == area]
    return "".join(parts)


def _line(one: Kept) -> str:
    there = ", ".join(f"`{place}`" for place in one.there) or "none"
    code = f"`{one.capability.room}`" if one.capability.has_code else ""
    label = f"{one.capability.label.zh} {one.capability.label.en}".replace("|", "/")
    return f"| `{one.capability.id}` | {label} | {there} | {', '.join(one.missing) or 'nothing'} | {code} |\n"
