"""Checks an exported trail: no database, no Django, no settings. `python -m zhijia.audit.verification FILE`
does the same as `zhijia audit verify FILE`."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from zhijia.audit import chain
from zhijia.kernel.ciphers.digests import sm3

_LONGEST_LINE = 64 * 1024 * 1024


class Writer(Protocol):
    """Where a report is printed."""

    def write(self, text: str, /) -> Any:
        """Print this."""


@dataclass(frozen=True)
class Fault:
    """The first bad record: its line in the file (the last line when something is missing after it), what it
    is, what is wrong with it in a code, and the same in a sentence."""

    line: int
    record: str
    problem: str
    sentence: str

    @property
    def in_words(self) -> str:
        """The sentence with the place in the file."""
        return f"{self.sentence} (line {self.line})"


@dataclass
class Report:
    """What was read, the root of the last seal, and the first bad record if there is one."""

    entries: int = 0
    blocks: int = 0
    seals: int = 0
    root: str | None = None
    fault: Fault | None = None

    @property
    def ok(self) -> bool:
        """Whether the trail is whole, as far as the kept roots reach."""
        return self.fault is None

    def as_json(self) -> dict[str, Any]:
        """The report as `--json` prints it."""
        return {"ok": self.ok, **asdict(self)}


class _Bad(Exception):
    def __init__(self, line: int, record: str, problem: str, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = Fault(line, record, problem, sentence)


@dataclass
class _Line:
    number: int
    raw: bytes
    fields: dict[str, Any]

    @property
    def kind(self) -> Any:
        return self.fields.get("kind")


@dataclass
class _Chain:
    """How far the chain has been followed."""

    report: Report
    kept: dict[int, str]
    heads: dict[int, tuple[int, str]] = field(default_factory=dict)
    number: int = 0
    root: str = chain.root_text(0, chain.NOTHING)
    unsealed_blocks: int = 0
    at: int = 0


def verify(path: Path, roots: Sequence[str] = ()) -> Report:
    """Check an exported trail, and that each kept root is in it. Names the first bad record and stops there.

    Memory holds one block. Raises ValueError when a kept root is none, OSError when the file cannot be read.
    """
    kept = {chain.root_number(root): root.lower() for root in roots}
    state = _Chain(Report(), kept)
    try:
        _follow(_lines(path), state)
    except _Bad as bad:
        state.report.fault = bad.fault
    except (AttributeError, KeyError, TypeError, ValueError):
        state.report.fault = _unreadable(state.at).fault
    return state.report


def _lines(path: Path) -> Iterator[_Line]:
    with path.open("rb") as file:
        number = 0
        while raw := file.readline(_LONGEST_LINE):
            number += 1
            try:
                if not raw.endswith(b"\n"):
                    raise ValueError
                fields = json.loads(raw)
                if not isinstance(fields, dict):
                    raise ValueError
            except (ValueError, RecursionError):
                raise _unreadable(number) from None
            yield _Line(number, raw[:-1], fields)


def _unreadable(line: int) -> _Bad:
    return _Bad(line, f"line {line}", "unreadable", f"Line {line} is not a record.")


def _follow(lines: Iterator[_Line], state: _Chain) -> None:
    head = next(lines, None)
    if head is None or head.raw != chain.canonical(chain.FORMAT):
        raise _Bad(1, "line 1", "not_a_trail", "This file is not an exported trail.")
    line = next(lines, None)
    while line is not None:
        state.at = line.number
        if line.kind == "block":
            ids, digests = _block(line, state)
            found: list[tuple[int, Any, str]] = []
            line = next(lines, None)
            while line is not None and line.kind == "entry" and len(found) <= len(ids):
                found.append((line.number, line.fields.get("id"), sm3(line.raw).hex()))
                state.at = line.number
                line = next(lines, None)
            _entries(ids, digests, found, state)
            continue
        if line.kind == "seal":
            _seal(line, state)
        elif line.kind == "entry":
            raise _inserted(line.number, line.fields.get("id"))
        else:
            raise _unreadable(line.number)
        line = next(lines, None)
    if state.unsealed_blocks or state.kept:
        raise _cut(state)


def _block(line: _Line, state: _Chain) -> tuple[list[int], list[str]]:
    fields = dict(line.fields)
    name = f"block {fields.get('stripe')}/{fields.get('number')}"
    claimed = fields.pop("hash", None)
    last, previous = state.heads.get(fields.get("stripe", -1), (0, chain.NOTHING.hex()))
    if chain.digest_of(fields).hex() != claimed or line.raw != chain.canonical(line.fields):
        raise _Bad(line.number, name, "edited", f"The {name} was changed: its hash does not fit its content.")
    if fields["number"] != last + 1 or fields["seal"] != state.number + 1:
        raise _Bad(line.number, name, "missing_before", f"Records before the {name} are missing or moved.")
    if fields["previous"] != previous:
        raise _Bad(line.number, name, "broken", f"The {name} does not follow the block before it.")
    state.heads[fields["stripe"]] = (fields["number"], claimed)
    state.report.blocks += 1
    state.unsealed_blocks += 1
    return fields["ids"], fields["digests"]


def _entries(ids: list[int], digests: list[str], found: list[tuple[int, Any, str]], state: _Chain) -> None:
    here = {entry for _, entry, _ in found}
    sealed = set(ids)
    for place, (entry, digest) in enumerate(zip(ids, digests, strict=True)):
        line, other, its_digest = found[place] if place < len(found) else (state.at, None, "")
        if other == entry:
            if its_digest != digest:
                raise _Bad(line, f"entry {entry}", "edited", f"Entry {entry} was changed after sealing.")
            continue
        if other is not None and other not in sealed:
            raise _inserted(line, other)
        if entry not in here:
            raise _Bad(line, f"entry {entry}", "deleted", f"Entry {entry} was sealed and is missing.")
        raise _Bad(line, f"entry {other}", "moved", f"Entry {other} stands where entry {entry} was sealed.")
    if len(found) > len(ids):
        line, other, _ = found[len(ids)]
        raise _inserted(line, other)
    state.report.entries += len(ids)


def _inserted(line: int, entry: Any) -> _Bad:
    return _Bad(line, f"entry {entry}", "inserted", f"Entry {entry} is in no block: it was put in later.")


def _seal(line: _Line, state: _Chain) -> None:
    fields = dict(line.fields)
    name = f"seal {fields.get('seal')}"
    claimed = fields.pop("root", None)
    number = state.number + 1
    if fields.get("seal") != number:
        raise _Bad(line.number, name, "missing_before", f"Records before the {name} are missing or moved.")
    heads = sorted([stripe, *head] for stripe, head in state.heads.items())
    if fields.get("previous") != state.root or fields.get("heads") != heads:
        raise _Bad(line.number, name, "broken", f"The {name} does not fit the blocks and seals before it.")
    root = chain.root_text(number, chain.digest_of(fields))
    if root != claimed or line.raw != chain.canonical(line.fields):
        raise _Bad(line.number, name, "edited", f"The {name} was changed: its root does not fit its content.")
    if state.kept.pop(number, root) != root:
        raise _Bad(
            line.number,
            name,
            "rewritten",
            f"The {name} is not the one whose root was kept: the chain was rewritten at or before it.",
        )
    state.number, state.root, state.unsealed_blocks = number, root, 0
    state.report.seals, state.report.root = number, root


def _cut(state: _Chain) -> _Bad:
    return _Bad(
        state.at,
        f"seal {state.number + 1}",
        "cut",
        f"The file ends after seal {state.number}: the records from seal {state.number + 1} on were cut off.",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify a file and say so; exit code 0 when it is whole, 1 when not, 2 when it could not be read."""
    parser = argparse.ArgumentParser(prog="zhijia audit verify", description="Check an exported trail.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--root", action="append", default=[], help="a root kept outside; may be given again")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    try:
        report = verify(chosen.file, chosen.root)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    say(report, sys.stdout, as_json=chosen.json, kept=bool(chosen.root))
    if report.fault is not None:
        sys.stderr.write(f"{report.fault.in_words}\n")
    return 0 if report.ok else 1


def say(report: Report, out: Writer, *, as_json: bool, kept: bool) -> None:
    """Print a whole trail's counts and root; as JSON, any report as one object."""
    if as_json:
        out.write(json.dumps(report.as_json(), ensure_ascii=False) + "\n")
    elif report.ok:
        proof = "the kept root is in it" if kept else "compare the root with the one kept outside"
        counts = f"{report.entries} entries, {report.blocks} blocks, {report.seals} seals"
        out.write(f"Whole: {counts}; {proof}.\n")
        out.write(f"Root: {report.root or 'none yet'}\n")


if __name__ == "__main__":
    sys.exit(main())
