"""Coded values: a code that stands in no list is a slip of whoever wrote it, and holds for nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from zhijia.catalogue import definitions
from zhijia.catalogue.kinds import as_written
from zhijia.catalogue.text import Text
from zhijia.rules.ir import (
    Aggregate,
    Constant,
    Filtered,
    If,
    Index,
    ListOf,
    MapOf,
    Mapped,
    Measure,
    Node,
    Select,
    Variable,
)
from zhijia.rules.schema import Field

if TYPE_CHECKING:
    from zhijia.rules.checker.expressions import Checker

SHOWN = 12
"""So many codes are named in a refusal."""


@dataclass(frozen=True, slots=True)
class Codes:
    """What a coded field may hold: every code its list ever had, with its words, and what people write for each."""

    of: Text
    words: Mapping[str, Text]
    written: Mapping[str, str]

    def near(self, typed: str) -> str:
        """The code that was perhaps meant, by its words in either language or by its letters; empty where none is."""
        close = get_close_matches(as_written(typed), self.written, n=1, cutoff=0.6)
        return self.written[close[0]] if close else ""

    def shown(self, codes: Iterable[str]) -> Text:
        """Codes with their words."""
        named = [(code, self.words[code]) for code in codes]
        more = ", …" if len(named) > SHOWN else ""
        return Text(
            en=", ".join(f'"{code}" {words.en}' for code, words in named[:SHOWN]) + more,
            zh="、".join(f'"{code}" {words.zh}' for code, words in named[:SHOWN]) + more.replace(", ", "、"),
        )


def check(checker: Checker, nodes: Iterable[Node]) -> None:
    """Report each written value among these that is no code of what it is held against."""
    beside = list(nodes)
    codes = next((found for node in beside if (found := codes_of(checker, node))), None)
    if codes is None:
        return
    for constant in (one for node in beside for one in _constants(node)):
        typed = str(constant.value)
        if typed in codes.words:
            continue
        near = codes.near(typed)
        if near:
            checker.report(
                "near_code",
                constant.span,
                value=typed,
                of=codes.of,
                near=codes.shown([near]),
                all=codes.shown(codes.words),
            )
        else:
            checker.report("no_code", constant.span, value=typed, of=codes.of, all=codes.shown(codes.words))


def codes_of(checker: Checker, node: Node) -> Codes | None:
    """The codes a node's values are of; none for values that are no codes."""
    match node:
        case Select(field=field):
            return _of_field(field)
        case Variable(number=number):
            return checker.coded.get(number)
        case If(then=then, other=other):
            return codes_of(checker, then) or codes_of(checker, other)
        case Mapped(body=body):
            return codes_of(checker, body)
        case Filtered(over=over) | Index(of=over):
            return codes_of(checker, over)
        case Aggregate(measure=Measure.MIN | Measure.MAX, over=over):
            return codes_of(checker, over)
        case ListOf(items=items):
            return next((found for item in items if (found := codes_of(checker, item))), None)
        case MapOf(entries=entries):
            return next((found for _key, value in entries if (found := codes_of(checker, value))), None)
    return None


def _of_field(field: Field) -> Codes | None:
    if field.choices:
        ways = {as_written(way): code for code, text in field.choices for way in (code, text.en, text.zh)}
        return Codes(field.label, dict(field.choices), ways)
    listed = definitions.load().codes.get(field.code_list) if field.code_list else None
    if listed is None:
        return None
    return Codes(field.label, {option.code: option.label for option in listed.options}, listed.by_words)


def _constants(node: Node) -> Iterator[Constant]:
    """The written values a node may be or hold."""
    match node:
        case Constant():
            yield node
        case If(then=then, other=other):
            yield from _constants(then)
            yield from _constants(other)
        case ListOf(items=items):
            for item in items:
                yield from _constants(item)
