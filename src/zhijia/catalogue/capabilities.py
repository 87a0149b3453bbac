"""What a federation's software is to do, and which definitions do it: read from `data/capabilities.csv`."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from zhijia.catalogue.definitions import Library
from zhijia.catalogue.text import Text

FILE = Path(__file__).resolve().parent / "data" / "capabilities.csv"
KINDS = (
    "matters", "registers", "questionnaires", "appraisals", "rounds", "campaigns", "watches", "rules", "codes",
    "splits", "spendings",
)  # fmt: skip
"""The kinds of definitions a capability can rest on."""
State = Literal["all", "some", "none"]


@dataclass(frozen=True, slots=True)
class Named:
    """A definition a capability is to rest on: what it was called when it was planned, and the code it has."""

    planned: str
    code: str


@dataclass(frozen=True, slots=True)
class Capability:
    """One thing the software is to do: its area, the room it belongs to, what it is to be made of."""

    id: str
    area: str
    room: str
    kinds: tuple[str, ...]
    label: Text
    named: tuple[Named, ...]

    @property
    def has_code(self) -> bool:
        """Whether part of it is the program's own work, which no definition tells."""
        return "code" in self.kinds or "adapter" in self.kinds


@dataclass(frozen=True, slots=True)
class Kept:
    """A capability with the definitions that are there, as `kind/code`, and those that are not."""

    capability: Capability
    there: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def state(self) -> State:
        """How much of it stands as definitions."""
        if not self.there:
            return "none"
        return "some" if self.missing else "all"


@cache
def every() -> tuple[Capability, ...]:
    """All of them, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Capability(
                id=row["id"],
                area=row["area"],
                room=row["room"],
                kinds=tuple(row["kinds"].split()),
                label=Text(en=row["en"], zh=row["zh"]),
                named=tuple(_named(one) for one in row["definitions"].split()),
            )
            for row in csv.DictReader(file)
        )


def kept(library: Library) -> Iterator[Kept]:
    """Each capability with what of it stands in this library."""
    codes: dict[str, list[str]] = {}
    for kind in KINDS:
        for code in getattr(library, kind):
            codes.setdefault(code, []).append(f"{kind}/{code}")
    for capability in every():
        there = dict.fromkeys(place for one in capability.named for place in codes.get(one.code, ()))
        missing = tuple(one.planned for one in capability.named if one.code not in codes)
        yield Kept(capability, tuple(there), missing)


def _named(text: str) -> Named:
    planned, _sign, code = text.partition("=")
    return Named(planned, code or planned)
