"""What stands in the form of a part, in its order: keys, tables of small parts, groups of these."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from zhijia.administration.services.reading_rules import Reading
from zhijia.catalogue.filling import words
from zhijia.catalogue.filling.shapes import Key


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn a key is: `only` with these answers (the names of fields with their values), and whether it `waits`
    for them now."""

    only: Mapping[str, tuple[str, ...]]
    waits: bool
    needed: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """A key as it stands in the form, and the names of its fields."""

    key: Key
    said: words.KeyWords
    turn: Turn
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of small parts, or pairs of a name and a value, each a row of a table: the names of its fields."""

    key: Key
    said: words.KeyWords
    turn: Turn
    rows: tuple[tuple[str, ...], ...]
    in_pairs: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The keys of a part that stands in the form of the part it belongs to."""

    key: Key
    said: words.KeyWords
    turn: Turn
    inside: tuple["Drawn", ...]


Drawn = Slot | Rows | Group


def everything(*drawn: Iterable[Drawn]) -> Iterator[Drawn]:
    """All that is drawn, also in groups."""
    for one in (each for several in drawn for each in several):
        yield one
        if isinstance(one, Group):
            yield from everything(one.inside)


def names_of(drawn: Drawn) -> Iterator[str]:
    """The names of all its fields."""
    if isinstance(drawn, Slot):
        yield from drawn.fields
    elif isinstance(drawn, Rows):
        yield from (name for row in drawn.rows for name in row)
    else:
        for inside in drawn.inside:
            yield from names_of(inside)


def as_drawn(form: forms.Form, drawn: Iterable[Drawn], reading: Reading | None) -> list[dict[str, Any]]:
    """What a template draws: fields, texts in two languages, tables of rows, groups of these; beside a rule what it
    says and may name."""
    made: list[dict[str, Any]] = []
    for one in drawn:
        only = json.dumps(one.turn.only) if one.turn.only else ""
        words_of = {"label": str(one.said.label), "hint": str(one.said.hint or "")}
        turn = {"only": only, "waits": one.turn.waits}
        if isinstance(one, Group):
            made.append({"group": as_drawn(form, one.inside, reading), **words_of, **turn})
        elif isinstance(one, Rows):
            rows = [[form[name] for name in row] for row in one.rows]
            made.append({"rows": rows, "in_pairs": one.in_pairs, "key": one.key.name, **words_of, **turn})
        elif one.key.sort == "text":
            zh, en = (form[name] for name in one.fields)
            made.append({"zh": zh, "en": en, **turn})
        elif one.said.rule and reading:
            made += [
                {"field": form[name], "rule": _beside(reading, one, form[name]), **turn}
                for name in one.fields
            ]
        else:
            made += [{"field": form[name], **turn} for name in one.fields]
    return made


def _beside(reading: Reading, drawn: Slot, field: forms.BoundField) -> dict[str, Any]:
    """What stands beside the field of a rule: what it says, what it may name, an example with what that says."""
    example = reading.example(drawn.key.name)
    text = field.value() or ""
    return {
        "says": reading.in_words(text) if text else [],
        "names": reading.names(),
        "example": example,
        "example_says": " ".join(reading.in_words(example)) if example else "",
    }
