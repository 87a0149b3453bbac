"""A definition at a glance: what it says, part by part in words, each with the place where it is changed and what is
wrong there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel

from zhijia.administration import own_numbers
from zhijia.administration.services import reading_rules
from zhijia.administration.services.kinds import Kind
from zhijia.administration.services.offers import Offers, titled
from zhijia.administration.services.pairing import pairing
from zhijia.catalogue.filling import shapes, tree, words
from zhijia.catalogue.filling.shapes import Key
from zhijia.catalogue.filling.tree import NEW, NoPlace, Place
from zhijia.catalogue.text import Text
from zhijia.catalogue.written import Placed

_SHORT = 160
"""So many characters of a text stand in an outline."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong: where in words, the place, the part whose form shows it (none where it is a list), what to do."""

    where: str
    place: Place
    part: Place | None
    words: Text

    @property
    def at(self) -> str:
        """The part's place as an address names it."""
        return "" if self.part is None else tree.text_of(self.part)

    @property
    def anchor(self) -> str:
        """Where the outline shows it."""
        return str(self.place[0]) if self.place else ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One part of a list: what it is called, what else is worth knowing of it, whether something is wrong in it."""

    title: str
    name: str
    marks: tuple[str, ...]
    at: str
    wrong: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A part with what it says, or a list with its entries. `at` is where it is changed, or an entry added."""

    anchor: str
    label: str
    hint: str
    at: str
    called: str = ""
    rows: Sequence[tuple[str, str]] = ()
    entries: Sequence[Entry] = ()
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """What is said, card by card, and what could be said besides."""

    cards: Sequence[Card]
    besides: Sequence[Card]


def outline(kind: Kind, content: Mapping[str, Any], offers: Offers, wrong: Sequence[Wrong]) -> Outline:
    """The definition at a glance."""
    label = _("What it is")
    first = Card("what", label, "", "", rows=_rows(kind, kind.definition, content, offers, (), top=True))
    cards: list[Card] = [first]
    besides: list[Card] = []
    for card, needed in _below(kind, kind.definition, content, (), offers, wrong):
        (cards if needed or card.rows or card.entries else besides).append(card)
    return Outline(cards, besides)


def below(
    kind: Kind,
    model: type[BaseModel],
    part: Mapping[str, Any],
    place: Place,
    offers: Offers,
    wrong: Sequence[Wrong],
) -> list[Card]:
    """The lists of a part that have pages of their own."""
    return [card for card, _needed in _below(kind, model, part, place, offers, wrong)]


def _below(
    kind: Kind,
    model: type[BaseModel],
    part: Mapping[str, Any],
    place: Place,
    offers: Offers,
    wrong: Sequence[Wrong],
) -> Iterator[tuple[Card, bool]]:
    for key in shapes.keys_of(model):
        said = words.of_key(kind.name, model, key.name)
        here = (*place, key.name)
        named = (key.name, str(said.label), str(said.hint or ""))
        if key.model is None or (key.name not in part and not said.is_asked(model, part)):
            continue
        if key.sort == "part" and not place:
            rows = _rows(kind, key.model, part[key.name], offers, here) if part.get(key.name) else []
            yield Card(*named, tree.text_of(here), rows=rows), key.needed
        elif key.sort == "parts" and not (place and shapes.in_rows(key.model)):
            entries = [
                _entry(kind, key.model, one, (*here, number), offers, wrong)
                for number, one in enumerate(part.get(key.name) or [])
            ]
            called = str(words.of_part(kind.name, key.model))
            at = tree.text_of((*here, NEW))
            yield Card(*named, at, called=called, entries=entries, listed=True), key.needed


def placed(kind: Kind, content: Mapping[str, Any], wrong: Iterable[Placed]) -> list[Wrong]:
    """What is wrong, each at its place."""
    found = []
    for one in wrong:
        place = tree.found(content, one.key)
        found.append(Wrong(where(kind, content, place), place, part_of(kind, content, place), one.words))
    return found


def part_of(kind: Kind, content: Mapping[str, Any], place: Place) -> Place | None:
    """The part whose form shows a place: an entry of a list, a part of the definition, or the whole; none where the
    place is a list that has a card of its own."""
    model: type[BaseModel] = kind.definition
    part: Place = ()
    here = 0
    while here < len(place):
        key = next((one for one in shapes.keys_of(model) if one.name == place[here]), None)
        if key is None or key.model is None or (here and (key.sort == "part" or shapes.in_rows(key.model))):
            break
        if key.sort == "parts" and here + 1 == len(place):
            return part or None
        here += 1 if key.sort == "part" else 2
        part, model = place[:here], key.model
    return part


def where(kind: Kind, content: Mapping[str, Any], place: Place) -> str:
    """A place in words: `Fields › Budget of the year › What is filled in`."""
    model: type[BaseModel] | None = kind.definition
    steps, said = [], content
    for step in place:
        try:
            said = tree.get(said, (step,))
        except NoPlace:
            said = {}
        if isinstance(step, int):
            steps.append((titled(said) if isinstance(said, Mapping) else "") or f"{step + 1}")
        elif model is not None:
            key = next((one for one in shapes.keys_of(model) if one.name == step), None)
            if key is None:
                break
            steps.append(str(words.of_key(kind.name, model, step).label))
            model = key.model
    return " › ".join(steps)


def conditions(kind: Kind, content: Mapping[str, Any], offers: Offers) -> list[tuple[str, str]]:
    """Every rule that is written in the definition: where, and what it says."""
    return [
        (where(kind, content, (*place, key.name)), reading_rules.said_in(offers, place, str(part[key.name])))
        for place, model, part in _parts(kind.definition, content, ())
        for key in shapes.keys_of(model)
        if words.of_key(kind.name, model, key.name).rule and part.get(key.name)
    ]


def _parts(
    model: type[BaseModel], part: Mapping[str, Any], place: Place
) -> Iterator[tuple[Place, type[BaseModel], Mapping[str, Any]]]:
    """The part and all parts in it."""
    yield place, model, part
    for key in shapes.keys_of(model):
        said = part.get(key.name)
        if key.model and isinstance(said, Mapping):
            yield from _parts(key.model, said, (*place, key.name))
        elif key.model and isinstance(said, list):
            for number, one in enumerate(said):
                yield from _parts(key.model, one, (*place, key.name, number))


def _rows(
    kind: Kind,
    model: type[BaseModel],
    part: Mapping[str, Any],
    offers: Offers,
    place: Place,
    *,
    top: bool = False,
) -> list[tuple[str, str]]:
    """What a part says, key by key; what is seldom needed only where it is said."""
    rows = []
    for key in shapes.keys_of(model):
        said = words.of_key(kind.name, model, key.name)
        if key.is_name or (top and (key.name == "version" or key.model)):
            continue
        if key.sort == "part" and key.model:
            inside = part.get(key.name)
            rows += _rows(kind, key.model, inside, offers, place) if isinstance(inside, Mapping) else []
        elif key.name in part or (key.needed and not said.rare):
            rows.append((str(said.label), in_words(key, said, part, offers, place) or "—"))
    return rows


def shortened(text: str) -> str:
    """As much of a text as stands in an outline."""
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"


def in_words(key: Key, said: words.KeyWords, part: Mapping[str, Any], offers: Offers, place: Place) -> str:
    """What is said under a key of the part at a place, in words."""
    value = part.get(key.name, key.default)
    if value is None or value == "":
        return str(said.values[""]) if "" in said.values and value == "" else ""
    if key.sort == "text":
        return shortened(titled({"label": value}))
    if key.sort == "yes_no":
        return _("Yes") if value else _("No")
    if key.sort == "one":
        known = dict(offers.of(said.refers, part)) if said.refers else {}
        return str(said.values.get(value) or known.get(value, value))
    if key.sort in {"several", "lines"}:
        known = dict(offers.of(said.refers, part)) if said.refers else {}
        return _(", ").join(str(said.values.get(one) or known.get(str(one)) or one) for one in value)
    if key.sort == "pairs" and said.pairs:
        pairs = pairing(offers, said.pairs, value, part)
        return _("; ").join(pairs.in_words(name, one) for name, one in value.items())
    if said.rule:
        return reading_rules.said_in(offers, place, str(value))
    if said.own and (number := own_numbers.typed(value)):
        return number
    if said.refers:
        return dict(offers.of(said.refers, part)).get(str(value), str(value))
    return str(value)


def _entry(
    kind: Kind,
    model: type[BaseModel],
    part: Mapping[str, Any],
    place: Place,
    offers: Offers,
    wrong: Sequence[Wrong],
) -> Entry:
    marks = list(_marks(kind, model, part, offers, place))
    title = "" if tree.name_of(part) == (own := titled(part)) else own
    title = title or (marks.pop(0) if marks else own)
    at = tree.text_of(place)
    amiss = any(one.place[: len(place)] == place for one in wrong)
    return Entry(title or str(words.of_part(kind.name, model)), tree.name_of(part), tuple(marks), at, amiss)


def _marks(
    kind: Kind, model: type[BaseModel], part: Mapping[str, Any], offers: Offers, place: Place
) -> Iterator[str]:
    """What is worth knowing of a part beside what it is called."""
    for key in shapes.keys_of(model):
        said = words.of_key(kind.name, model, key.name)
        value = part.get(key.name, key.default)
        if key.sort == "part" and key.model and isinstance(value, Mapping):
            yield from _marks(kind, key.model, value, offers, place)
        elif key.sort == "parts" and value:
            yield _("%(label)s: %(count)d") % {"label": said.label, "count": len(value)}
        elif said.rule and value:
            yield _("%(what)s: ") % {"what": said.label} + in_words(key, said, part, offers, place)
        elif not said.shown or (key.name not in part and not said.is_asked(model, part)):
            continue
        elif key.sort == "yes_no":
            if value:
                yield str(said.label)
        elif value:
            yield in_words(key, said, part, offers, place)
