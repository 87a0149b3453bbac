"""`zhijia capabilities [--json]`: definitions and pages of each capability; `write` makes the handbook's page."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

from django.core.management import BaseCommand, CommandParser

from zhijia.catalogue import capabilities, definitions
from zhijia.catalogue.capabilities import Kept, State

STATES: tuple[State, ...] = get_args(State)
FILE = Path(__file__).resolve().parents[5] / "docs" / "handbook" / "capabilities.md"
_HEAD = """# Capabilities, what serves them and what is missing

Made by `zhijia capabilities write` from `catalogue/data/capabilities.csv`, `planned.csv` and the definitions; a
test keeps it. Each capability was planned in pieces. A piece is served by a definition (`kind/code`, or a pattern of
codes) or by a page of a room (its address); the others are missing, named by what they would be. What else is missing
is said in words. A capability has *all* when nothing is missing, *some* when a definition serves it, *pages* when no
definition does but pages of a room do, else *none*.

**{total} capabilities: {all} have all, {some} some, {pages} pages alone, {none} none.**
"""


class Command(BaseCommand):
    help = "What serves each capability and what is missing: `zhijia capabilities --json`."
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
                served = " ".join([*one.there, *one.pages]) or "-"
                self.stdout.write(f"{one.state:6}{one.capability.id}: {served}")


def as_data(kept: Iterable[Kept]) -> dict[str, Any]:
    """The table as plain data: how many there are of each state, and each with what serves it and what it lacks."""
    found = list(kept)
    counts = Counter(one.state for one in found)
    return {
        "capabilities": len(found),
        "states": {state: counts[state] for state in STATES},
        "detail": [
            {
                "id": one.capability.id,
                "area": one.capability.area,
                "room": one.capability.room,
                "name": {"en": one.capability.label.en, "zh": one.capability.label.zh},
                "needs_code": one.capability.has_code,
                "state": one.state,
                "there": list(one.there),
                "pages": list(one.pages),
                "missing": list(one.missing),
                "lacks": one.lacks,
            }
            for one in found
        ],
    }


def page(kept: Iterable[Kept]) -> str:
    """The page of the handbook."""
    found = list(kept)
    counts = Counter(one.state for one in found)
    parts = [_HEAD.format(total=len(found), **{state: counts[state] for state in STATES})]
    for area in dict.fromkeys(one.capability.area for one in found):
        parts.append(
            f"\n## {area}\n\n| capability | is | has | definitions | pages | missing |\n|---|---|---|---|---|---|\n"
        )
        parts += [_line(one) for one in found if one.capability.area == area]
    return "".join(parts)


def _line(one: Kept) -> str:
    there, pages = (", ".join(f"`{place}`" for place in found) or "-" for found in (one.there, one.pages))
    label = f"{one.capability.label.zh} {one.capability.label.en}".replace("|", "/")
    return (
        f"| `{one.capability.id}` | {label} | {one.state} | {there} | {pages} | {one.lacks or 'nothing'} |\n"
    )
