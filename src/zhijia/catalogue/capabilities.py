"""What a federation's software is to do, and what does it: definitions and pages, read from `data/capabilities.csv`."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Literal

from zhijia.catalogue.definitions import Library
from zhijia.catalogue.text import Text

DATA = Path(__file__).resolve().parent / "data"
KINDS = (
    "matters", "registers", "questionnaires", "appraisals", "rounds", "campaigns", "watches", "rules", "codes",
    "splits", "spendings",
)  # fmt: skip
"""The kinds of definitions a capability rests on by their code alone; of the others it names the kind, too."""
State = Literal["all", "some", "pages", "none"]


@dataclass(frozen=True, slots=True)
class Named:
    """A piece a capability is to rest on: what it was called when it was planned, and what serves it here: a code, a
    kind with a code or a pattern of codes (`quality/*`), or the address of a page."""

    planned: str
    serves: str

    @property
    def is_page(self) -> bool:
        """Whether a page of a room serves it."""
        return self.serves.startswith("/")


@dataclass(frozen=True, slots=True)
class Lack:
    """A planned piece that is not there: its name, and what it would be (`figure`, `activity`, `matter`, …)."""

    planned: str
    kind: str

    @property
    def words(self) -> str:
        """What it is, in words."""
        return self.planned.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Capability:
    """One thing the software is to do: its area, the room it belongs to, what it is to be made of, the pages that serve
    it besides, and what is missing beyond the planned pieces, in words."""

    id: str
    area: str
    room: str
    kinds: tuple[str, ...]
    label: Text
    named: tuple[Named, ...]
    pages: tuple[str, ...]
    lacks: str

    @property
    def has_code(self) -> bool:
        """Whether part of it is the program's own work, which no definition tells."""
        return "code" in self.kinds or "adapter" in self.kinds


@dataclass(frozen=True, slots=True)
class Kept:
    """A capability with the definitions that are there, as `kind/code`, the pages, and what is not there."""

    capability: Capability
    there: tuple[str, ...]
    pages: tuple[str, ...]
    lacking: tuple[Lack, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the planned pieces that are not there."""
        return tuple(lack.planned for lack in self.lacking)

    @property
    def state(self) -> State:
        """How much of it stands: all that was planned, some of it, nothing but pages, or nothing."""
        whole = not self.lacking and not self.capability.lacks
        if whole and (self.pages or not self.capability.has_code):
            return "all"
        if self.there:
            return "some"
        return "pages" if self.pages else "none"

    @property
    def lacks(self) -> str:
        """What is missing, in words: the planned pieces by what they would be, then what else."""
        by_kind: dict[str, list[str]] = {}
        for lack in self.lacking:
            by_kind.setdefault(lack.kind, []).append(lack.words)
        told = [f"{kind}: {', '.join(words)}" for kind, words in sorted(by_kind.items())]
        return "; ".join([*told, *filter(None, [self.capability.lacks])])


@cache
def every() -> tuple[Capability, ...]:
    """All of them, in the order of the file."""
    return tuple(
        Capability(
            id=row["id"],
            area=row["area"],
            room=row["room"],
            kinds=tuple(row["kinds"].split()),
            label=Text(en=row["en"], zh=row["zh"]),
            named=tuple(_named(one) for one in row["definitions"].split()),
            pages=tuple(row["pages"].split()),
            lacks=row["lacks"],
        )
        for row in _rows("capabilities.csv")
    )


@cache
def planned() -> Mapping[str, str]:
    """What each planned piece that nothing serves yet would be, by its name."""
    return {row["name"]: row["kind"] for row in _rows("planned.csv")}


def places(serves: str, library: Library) -> tuple[str, ...]:
    """The definitions this names, as `kind/code`: a pattern stands for itself where it fits some. None where nothing of
    the library is called so."""
    kind, slash, code = serves.partition("/")
    if not slash:
        return tuple(f"{one}/{serves}" for one in KINDS if serves in getattr(library, one))
    if kind not in {field.name for field in fields(library)}:
        return ()
    there = getattr(library, kind)
    return (serves,) if code in there or any(fnmatchcase(one, code) for one in there) else ()


def kept(library: Library) -> Iterator[Kept]:
    """Each capability with what of it stands in this library."""
    for capability in every():
        found = {one: places(one.serves, library) for one in capability.named if not one.is_page}
        pages = [one.serves for one in capability.named if one.is_page]
        lacking = dict.fromkeys(one.planned for one, there in found.items() if not there)
        yield Kept(
            capability,
            tuple(dict.fromkeys(place for there in found.values() for place in there)),
            tuple(dict.fromkeys([*pages, *capability.pages])),
            tuple(Lack(name, planned().get(name, "not told")) for name in lacking),
        )


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _named(text: str) -> Named:
    planned_, _sign, serves = text.partition("=")
    return Named(planned_, serves or planned_)
