"""The form of one part of a definition, made of its model and the words of `catalogue/data/forms/`: what is typed comes
back as the part, unchanged where nothing was changed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from zhijia.administration import own_numbers, part_values
from zhijia.administration.own_numbers import OwnNumberField
from zhijia.administration.part_drawn import Drawn, Group, Rows, Slot, Turn, everything, names_of
from zhijia.administration.part_fields import field_of, has_a_value, text_fields
from zhijia.administration.part_keys import drawable, many_rows, named, stands
from zhijia.administration.part_pairs import PairRows, as_pairs, sent_of
from zhijia.administration.part_values import ABSENT
from zhijia.administration.services.offers import Offers
from zhijia.administration.services.pairing import pairing
from zhijia.administration.services.reading_rules import Reading
from zhijia.catalogue.filling import shapes, words
from zhijia.catalogue.filling.shapes import Key
from zhijia.catalogue.filling.tree import Place, name_of
from zhijia.ui.forms import Form

OWN = "own"
"""What the name of a field ends in that takes a number instead of one that is chosen."""


class PartForm(Form):
    """One part. `whole` is the part as it is written now; `top` says that it is the definition itself. The name others
    refer to it by is kept. Tables of pairs have `more_pairs` rows beside those that were sent."""

    def __init__(
        self,
        *args: Any,
        model: type[BaseModel],
        whole: Mapping[str, Any],
        offers: Offers,
        top: bool = False,
        more_pairs: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.model, self.whole, self.offers, self.top = model, whole, offers, top
        self.more_pairs = more_pairs
        self.pairs: dict[str, PairRows] = {}
        drawn = list(self._drawn(model, whole, (), optional=False))
        folded = {one.key.name for one in drawn if one.said.rare and one.key.name not in whole}
        self.front = [one for one in drawn if one.key.name not in folded]
        self.more = [one for one in drawn if one.key.name in folded]

    def part(self) -> dict[str, Any]:
        """The part as it was filled in. Of a valid form only."""
        said = self._read(self.model, self.whole, (), needed=True)
        return dict(said)

    def unjudged(self) -> Self:
        """The form as it was sent, and nothing said of it yet."""
        self._errors, self.cleaned_data = ErrorDict(), {}
        return self

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for one in everything(self.front, self.more):
            if one.turn.waits:
                for name in names_of(one):
                    self.errors.pop(name, None)
            elif isinstance(one, Rows) and one.turn.needed and not any(map(cleaned.get, names_of(one))):
                self.add_error(one.rows[0][0], _("Fill in at least one row."))
        for rows in self.pairs.values():
            for name, sentence in rows.wrong(cleaned):
                self.add_error(name, sentence)
        for name in [name for name in self.fields if name.endswith(f"-{OWN}") and cleaned.get(name)]:
            chosen = name.removesuffix(f"-{OWN}")
            if cleaned.get(chosen):
                self.add_error(name, _("Choose one above or write a number here, not both."))
            elif chosen in self.errors:
                del self.errors[chosen]
        return cleaned

    def mark(self, wrong: Iterable[tuple[Place, Any]]) -> None:
        """Put each sentence beside its field; one whose field is not drawn, or about all rows of a table, goes on
        top."""
        if not self.is_bound:
            self.unjudged()
        for place, sentence in wrong:
            ways = ["-".join(map(str, place[:end])) for end in range(len(place), 0, -1)]
            names = [name for way in ways for name in (way, f"{way}-zh") if name in self.fields]
            names += [
                rows.field_of(str(place[-1]))
                for way in ways[1:]
                if (rows := self.pairs.get(way)) and rows.rows
            ]
            self.add_error(names[0] if names else None, str(sentence))

    def mark_rules(self, reading: Reading) -> None:
        """Say beside each rule why it cannot be read, where nothing is said of it yet."""
        for one in everything(self.front, self.more):
            for name in one.fields if isinstance(one, Slot) and one.said.rule else ():
                said = [] if name in self.errors else reading.problems(str(self[name].value() or ""))
                if said and not hasattr(self, "cleaned_data"):
                    self.unjudged()
                for problem in said:
                    self.add_error(name, str(problem))

    @property
    def opens_more(self) -> bool:
        """Whether something is wrong with what is folded away."""
        return any(name in self.errors for one in self.more for name in names_of(one))

    def _drawn(
        self, model: type[BaseModel], whole: Mapping[str, Any], way: tuple[str, ...], *, optional: bool
    ) -> Iterator[Drawn]:
        """The keys of a part with their fields, in the order of the model."""
        for key in drawable(model, top=self.top and not way):
            said = words.of_key(self.offers.kind, model, key.name)
            turn = self._turn(key, said, model, whole, way)
            if key.sort == "parts":
                yield self._rows(key, said, turn, whole.get(key.name) or [], (*way, key.name))
            elif key.sort == "pairs" and said.pairs:
                now = self._now(model, whole, way)
                yield self._pair_rows(key, said, turn, whole.get(key.name) or {}, now, (*way, key.name))
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
        waits = not stands(key, said, model, whole, now)
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
        for number in range(many_rows(entries)):
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
        return Rows(key, said, turn, tuple(rows))

    def _pair_rows(
        self,
        key: Key,
        said: words.KeyWords,
        turn: Turn,
        pairs: Mapping[str, Any],
        beside: Mapping[str, Any],
        way: tuple[str, ...],
    ) -> Rows:
        assert said.pairs is not None
        name = "-".join(way)
        sent = sent_of(self.data, name) if self.is_bound else None
        now = pairs if sent is None else as_pairs(sent)
        offered = pairing(self.offers, said.pairs, now, beside, told=pairs)
        rows = PairRows(key, said.pairs, offered, pairs, name, sent=sent, more=self.more_pairs)
        self.pairs[name] = rows
        self.fields |= rows.fields
        return Rows(key, said, turn, rows.rows, in_pairs=True)

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
            made_both = text_fields(key, said, shown, required=needed or (key.needed and not optional))
            names = (f"{name}-zh", f"{name}-en")
            self.fields.update(zip(names, made_both, strict=True))
            return names
        made = field_of(key, said, whole, self.offers, blank=key.needed or optional)
        stated = before if before is not ABSENT else None if optional and key.sort == "one" else key.default
        made.label, made.help_text = str(said.label), str(said.hint or "")
        made.required = needed or (not optional and key.sort != "yes_no" and (key.needed or has_a_value(key)))
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

    def _read(
        self, model: type[BaseModel], whole: Mapping[str, Any], way: tuple[str, ...], *, needed: bool
    ) -> Any:
        drawn = {key.name for key in drawable(model, top=self.top and not way)}
        told = self._now(model, whole, way)
        said: dict[str, Any] = {}
        for key in shapes.keys_of(model):
            before = now = whole.get(key.name, ABSENT)
            here = (*way, key.name)
            if not key.is_name and not stands(
                key, words.of_key(self.offers.kind, model, key.name), model, whole, told
            ):
                now = ABSENT
            elif key.name not in drawn:
                pass
            elif key.sort == "parts":
                now = self._read_rows(key, [] if before is ABSENT else before, here) or ABSENT
            elif key.sort == "pairs":
                now = part_values.told(key, self.pairs["-".join(here)].pairs(self.cleaned_data), before)
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
        for number in range(many_rows(entries)):
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
                made.append({**named(key.model, before, said, taken, way[-1]), **said})
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
