"""The form of one part of a definition, made of its model and the words of `catalogue/data/forms/`: what is typed comes
back as the part, unchanged where nothing was changed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from zhijia.administration import own_numbers, part_values
from zhijia.administration.own_numbers import OwnNumberField
from zhijia.administration.part_drawn import Drawn, Group, Rows, Slot, Turn, everything, names_of
from zhijia.administration.part_fields import LONGEST, field_of, has_a_value
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
        for one in everything(self.front, self.more):
            if one.turn.waits:
                for name in names_of(one):
                    self.errors.pop(name, None)
            elif isinstance(one, Rows) and one.turn.needed and not any(map(cleaned.get, names_of(one))):
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
            longest = LONGEST_LABEL if key.name == "label" else LONGEST
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


def _many_rows(entries: list[Any]) -> int:
    return len(entries) + SPARE if entries else FIRST
