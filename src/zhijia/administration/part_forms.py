"""The form of one part of a definition, made of its model and the words of `catalogue/data/forms/`: what is typed comes
back as the part, unchanged where nothing was changed."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from zhijia.administration import own_numbers, part_values
from zhijia.administration.own_numbers import OwnNumberField
from zhijia.administration.part_values import ABSENT
from zhijia.administration.services.offers import Offers
from zhijia.catalogue.filling import shapes, words
from zhijia.catalogue.filling.shapes import Key
from zhijia.catalogue.filling.tree import Place, fresh_name, name_of
from zhijia.catalogue.kinds import LONGEST_LABEL
from zhijia.ui.forms import Form

SPARE, FIRST = 2, 4
"""Empty rows under those there are, and where there are none yet."""
OWN = "own"
"""What the name of a field ends in that takes a number instead of one that is chosen."""
_LONGEST = 20_000
_DIGITS, _PLACES = 20, 8
"""Of a decimal number, and how many of them behind its point."""
_NONE = _("Not chosen")


class PairsField(forms.CharField):
    """Names with their values, one in each line."""

    widget = forms.Textarea({"rows": 4, "spellcheck": "false"})

    def __init__(self, *, of: Any, **named: Any) -> None:
        super().__init__(max_length=_LONGEST, **named)
        self.of = of

    def to_python(self, value: Any) -> Any:
        """The pairs. A line that is none is a mistake."""
        try:
            return part_values.pairs_of(str(super().to_python(value) or ""), self.of)
        except ValueError as line:
            raise ValidationError(
                _("Write “what = value” in each line, each name once; this is none: %(line)s")
                % {"line": str(line)[:80]}
            ) from None


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
    """A list of small parts, each a row of a table: its heads, and the names of its fields row by row."""

    key: Key
    said: words.KeyWords
    turn: Turn
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The keys of a part that stands in the form of the part it belongs to."""

    key: Key
    said: words.KeyWords
    turn: Turn
    inside: tuple["Drawn", ...]


Drawn = Slot | Rows | Group


class PartForm(Form):
    """One part. `whole` is the part as it is written now; `top` says that it is the definition itself. The name others
    refer to it by is kept."""

    def __init__(
        self,
        *args: Any,
        model: type[BaseModel],
        whole: Mapping[str, Any],
        offers: Offers,
        top: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.model, self.whole, self.offers, self.top = model, whole, offers, top
        drawn = list(self._drawn(model, whole, (), optional=False))
        folded = {one.key.name for one in drawn if one.said.rare and one.key.name not in whole}
        self.front = [one for one in drawn if one.key.name not in folded]
        self.more = [one for one in drawn if one.key.name in folded]

    def part(self) -> dict[str, Any]:
        """The part as it was filled in. Of a valid form only."""
        said = self._read(self.model, self.whole, (), needed=True)
        return dict(said)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for one in _all(self.front, self.more):
            if one.turn.waits:
                for name in _names(one):
                    self.errors.pop(name, None)
            elif isinstance(one, Rows) and one.turn.needed and not any(map(cleaned.get, _names(one))):
                self.add_error(one.rows[0][0], _("Fill in: %(what)s") % {"what": one.said.label})
        for name in [name for name in self.fields if name.endswith(f"-{OWN}") and cleaned.get(name)]:
            chosen = name.removesuffix(f"-{OWN}")
            if cleaned.get(chosen):
                self.add_error(name, _("Choose one above or write a number here, not both."))
            elif chosen in self.errors:
                del self.errors[chosen]
        return cleaned

    def mark(self, wrong: Iterable[tuple[Place, Any]]) -> None:
        """Put each sentence beside its field; one whose field is not drawn goes on top."""
        if not self.is_bound:
            self._errors = ErrorDict()
            self.cleaned_data: dict[str, Any] = {}
        for place, sentence in wrong:
            ways = ["-".join(map(str, place[:end])) for end in range(len(place), 0, -1)]
            names = [name for way in ways for name in (way, f"{way}-zh") if name in self.fields]
            self.add_error(names[0] if names else None, str(sentence))

    @property
    def opens_more(self) -> bool:
        """Whether something is wrong with what is folded away."""
        return any(name in self.errors for one in self.more for name in _names(one))

    def _drawn(
        self, model: type[BaseModel], whole: Mapping[str, Any], way: tuple[str, ...], *, optional: bool
    ) -> Iterator[Drawn]:
        """The keys of a part with their fields, in the order of the model."""
        for key in drawable(model, top=self.top and not way):
            said = words.of_key(self.offers.kind, model, key.name)
            turn = self._turn(key, said, model, whole, way)
            if key.sort == "parts":
                yield self._rows(key, said, turn, whole.get(key.name) or [], (*way, key.name))
            elif key.sort == "part" and key.model:
                inside = whole.get(key.name) or {}
                left_out = optional or (not key.needed and not inside)
                yield Group(
                    key,
                    said,
                    turn,
                    tuple(self._drawn(key.model, inside, (*way, key.name), optional=left_out)),
                )
            else:
                needed = turn.needed and not optional
                names = self._add(key, said, whole, (*way, key.name), optional=optional, needed=needed)
                yield Slot(key, said, turn, names)

    def _turn(
        self,
        key: Key,
        said: words.KeyWords,
        model: type[BaseModel],
        whole: Mapping[str, Any],
        way: tuple[str, ...],
    ) -> Turn:
        """Whether a key is asked and needed, given what is typed besides. One that is said out of its turn stands."""
        now = self._now(model, whole, way)
        waits = not _stands(key, said, model, whole, now)
        in_turn = waits or said.is_asked(model, now)
        only = {"-".join((*way, name)): values for name, values in said.only.items()} if in_turn else {}
        return Turn(only, waits, bool(said.needed) and (waits or said.is_needed(model, now)))

    def _now(
        self, model: type[BaseModel], whole: Mapping[str, Any], way: tuple[str, ...]
    ) -> Mapping[str, Any]:
        """What the part says, with what was typed of it."""
        if not self.is_bound:
            return whole
        names = {key.name: "-".join((*way, key.name)) for key in shapes.keys_of(model)}
        return {**whole, **{key: self.data.get(name) for key, name in names.items() if name in self.data}}

    def _rows(
        self, key: Key, said: words.KeyWords, turn: Turn, entries: list[Any], way: tuple[str, ...]
    ) -> Rows:
        assert key.model is not None
        columns = [one for one in shapes.keys_of(key.model) if not one.is_name]
        rows = []
        for number in range(_many_rows(entries)):
            entry = entries[number] if number < len(entries) else {}
            names = [
                self._add(
                    one,
                    words.of_key(self.offers.kind, key.model, one.name),
                    entry,
                    (*way, str(number), one.name),
                    optional=True,
                )
                for one in columns
            ]
            rows.append(tuple(name for pair in names for name in pair))
        return Rows(key, said, turn, tuple(str(self.fields[name].label) for name in rows[0]), tuple(rows))

    def _add(
        self,
        key: Key,
        said: words.KeyWords,
        whole: Mapping[str, Any],
        way: tuple[str, ...],
        *,
        optional: bool,
        needed: bool = False,
    ) -> tuple[str, ...]:
        """The field (of a text the two) in which a key is told. In a part that may be left out none has to be."""
        name, before = "-".join(way), whole.get(key.name, ABSENT)
        if key.sort == "text":
            shown = part_values.shown(key, None if before is ABSENT else before)
            longest = LONGEST_LABEL if key.name == "label" else _LONGEST
            area: dict[str, Any] = {"widget": forms.Textarea({"rows": 4})} if said.long else {}
            self.fields[f"{name}-zh"] = forms.CharField(
                label=str(said.label),
                help_text=str(said.hint or ""),
                required=needed or (key.needed and not optional),
                initial=shown["zh"],
                max_length=longest,
                **area,
            )
            self.fields[f"{name}-en"] = forms.CharField(
                label=_("%(label)s (English)") % {"label": said.label},
                required=False,
                initial=shown["en"],
                max_length=longest,
                **area,
            )
            return f"{name}-zh", f"{name}-en"
        made = self._field(key, said, whole, blank=key.needed or optional)
        stated = before if before is not ABSENT else None if optional and key.sort == "one" else key.default
        made.label, made.help_text = str(said.label), str(said.hint or "")
        made.required = needed or (
            not optional and key.sort != "yes_no" and (key.needed or _has_a_value(key))
        )
        made.initial = part_values.shown(key, stated)
        if key.sort == "lines" and not said.refers:
            made.initial = "\n".join(made.initial)
        self.fields[name] = made
        if not said.own:
            return (name,)
        own = own_numbers.typed(stated)
        made.initial = "" if own else made.initial
        self.fields[f"{name}-{OWN}"] = OwnNumberField(shape=own_numbers.shape_of(said.refers), initial=own)
        return name, f"{name}-{OWN}"

    def _field(self, key: Key, said: words.KeyWords, whole: Mapping[str, Any], *, blank: bool) -> forms.Field:
        if key.sort in {"one", "several"}:
            known = dict(self.offers.of(said.refers, whole)) if said.refers else {}
            choices = [
                (value, str(said.values.get(value) or known.get(value, value))) for value in key.values
            ]
            if key.sort == "several":
                return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple)
            none = [("", _NONE)] if blank and "" not in key.values else []
            return forms.ChoiceField(choices=[*none, *choices])
        if said.refers and key.sort == "lines":
            offered = self._offered(key, said, whole)
            return forms.MultipleChoiceField(choices=offered, widget=forms.CheckboxSelectMultiple)
        if said.refers:
            return forms.ChoiceField(choices=[("", _NONE), *self._offered(key, said, whole)])
        if key.sort == "whole":
            return forms.IntegerField(widget=forms.TextInput({"inputmode": "numeric"}))
        if key.sort == "decimal":
            box = forms.TextInput({"inputmode": "decimal"})
            return forms.DecimalField(max_digits=_DIGITS, decimal_places=_PLACES, widget=box)
        if key.sort == "yes_no":
            return forms.BooleanField()
        if key.sort == "day":
            return forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
        if key.sort == "pairs":
            return PairsField(of=key.of)
        if said.rule or said.long or key.sort == "lines":
            attrs = {"rows": 3, "spellcheck": "false" if said.rule else "true"}
            return forms.CharField(widget=forms.Textarea(attrs), max_length=_LONGEST)
        return forms.CharField(max_length=_LONGEST)

    def _offered(self, key: Key, said: words.KeyWords, whole: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What may be chosen, and what is said now although it is none of it."""
        known = self.offers.of(said.refers, whole)
        stated = whole.get(key.name, key.default)
        there = {value for value, _words in known}
        strange = [str(one) for one in (stated if isinstance(stated, list) else [stated]) if one]
        strange = [one for one in strange if not (said.own and own_numbers.typed(one))]
        return [
            *known,
            *((one, _("%(name)s (not there)") % {"name": one}) for one in strange if one not in there),
        ]

    def _read(
        self, model: type[BaseModel], whole: Mapping[str, Any], way: tuple[str, ...], *, needed: bool
    ) -> Any:
        drawn = {key.name for key in drawable(model, top=self.top and not way)}
        told = self._now(model, whole, way)
        said: dict[str, Any] = {}
        for key in shapes.keys_of(model):
            before = now = whole.get(key.name, ABSENT)
            here = (*way, key.name)
            if not key.is_name and not _stands(
                key, words.of_key(self.offers.kind, model, key.name), model, whole, told
            ):
                now = ABSENT
            elif key.name not in drawn:
                pass
            elif key.sort == "parts":
                now = self._read_rows(key, [] if before is ABSENT else before, here) or ABSENT
            elif key.sort == "part" and key.model:
                inside = before if isinstance(before, Mapping) else {}
                now = self._read(key.model, inside, here, needed=key.needed)
            else:
                now = self._told(model, key, before, here)
            if now is not ABSENT:
                said[key.name] = now
        return said if said or needed else ABSENT

    def _read_rows(self, key: Key, entries: list[Any], way: tuple[str, ...]) -> list[dict[str, Any]]:
        """The rows that say something; a new one gets a name."""
        assert key.model is not None
        made: list[dict[str, Any]] = []
        for number in range(_many_rows(entries)):
            before = entries[number] if number < len(entries) else {}
            said: dict[str, Any] = {}
            for one in shapes.keys_of(key.model):
                if not one.is_name:
                    now = self._told(
                        key.model, one, before.get(one.name, ABSENT), (*way, str(number), one.name)
                    )
                    said |= {} if now is ABSENT else {one.name: now}
            if said:
                taken = {name_of(entry) for entry in (*entries, *made)}
                made.append({**_named(key.model, before, said, taken, way[-1]), **said})
        return made

    def _told(self, model: type[BaseModel], key: Key, before: Any, way: tuple[str, ...]) -> Any:
        name = "-".join(way)
        if key.sort == "text":
            typed: Any = {one: self.cleaned_data.get(f"{name}-{one}") or "" for one in ("zh", "en")}
            return part_values.told(key, typed, before)
        typed = self.cleaned_data.get(f"{name}-{OWN}") or self.cleaned_data.get(name)
        if key.sort == "lines":
            chosen = words.of_key(self.offers.kind, model, key.name).refers
            typed = part_values.in_order(typed, before) if chosen else part_values.lines_of(typed)
        elif key.sort == "value":
            typed = part_values.plain(typed)
        return part_values.told(key, typed, before)


def drawable(model: type[BaseModel], *, top: bool = False) -> Iterator[Key]:
    """The keys a form of this part draws. Names are made by the program; parts of the definition itself, and lists of
    parts too big for a table, have pages of their own."""
    for key in shapes.keys_of(model):
        if key.is_name or (top and (key.name == "version" or key.model)):
            continue
        if key.sort == "parts" and key.model and not shapes.in_rows(key.model):
            continue
        yield key


def _stands(
    key: Key, said: words.KeyWords, model: type[BaseModel], whole: Mapping[str, Any], now: Mapping[str, Any]
) -> bool:
    """Whether a key is told: where the other keys say so `now`, or where it was said though they did not. It goes with
    the answer it hung on."""
    return said.is_asked(model, now) or (key.name in whole and not said.is_asked(model, whole))


def _named(
    model: type[BaseModel], before: Mapping[str, Any], said: Mapping[str, Any], taken: set[str], stem: str
) -> dict[str, str]:
    """The name of a row: the one it has, else a fresh one where its model has names."""
    name = next((key.name for key in shapes.keys_of(model) if key.is_name), "")
    if not name:
        return {}
    label = said.get("label")
    english = str(label.get("en", "")) if isinstance(label, Mapping) else ""
    return {name: str(before.get(name) or fresh_name(taken, english, stem))}


def _has_a_value(key: Key) -> bool:
    """Whether one of its values is chosen in any case."""
    return key.sort == "one" and bool(key.default) and "" not in key.values


def _many_rows(entries: list[Any]) -> int:
    return len(entries) + SPARE if entries else FIRST


def _all(*drawn: Iterable[Drawn]) -> Iterator[Drawn]:
    """All that is drawn, also in groups."""
    for one in (each for several in drawn for each in several):
        yield one
        if isinstance(one, Group):
            yield from _all(one.inside)


def _names(drawn: Drawn) -> Iterator[str]:
    """The names of all its fields."""
    if isinstance(drawn, Slot):
        yield from drawn.fields
    elif isinstance(drawn, Rows):
        yield from (name for row in drawn.rows for name in row)
    else:
        for inside in drawn.inside:
            yield from _names(inside)


def as_drawn(form: PartForm, drawn: Iterable[Drawn]) -> list[dict[str, Any]]:
    """What a template draws: fields, texts in two languages, tables of rows, groups of these."""
    made: list[dict[str, Any]] = []
    for one in drawn:
        only = json.dumps(one.turn.only) if one.turn.only else ""
        words_of = {"label": str(one.said.label), "hint": str(one.said.hint or "")}
        turn = {"only": only, "waits": one.turn.waits}
        if isinstance(one, Group):
            made.append({"group": as_drawn(form, one.inside), **words_of, **turn})
        elif isinstance(one, Rows):
            rows = [[form[name] for name in row] for row in one.rows]
            made.append({"rows": rows, "heads": one.heads, "key": one.key.name, **words_of, **turn})
        elif one.key.sort == "text":
            zh, en = (form[name] for name in one.fields)
            made.append({"zh": zh, "en": en, **turn})
        else:
            made += [{"field": form[name], **turn} for name in one.fields]
    return made
