"""Pairs of a definition in the rows of a form: what is told, and what stands there, chosen or typed. A name that takes
several values has a row for each."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhijia.administration import part_values
from zhijia.administration.services.pairing import Pairing
from zhijia.catalogue.filling.shapes import Key
from zhijia.catalogue.filling.words import PairWords

LONGEST = 300
"""Characters of a value that is typed."""
_NAME = re.compile(r"[a-z][a-z0-9_.]{0,59}")
MOST = 200
"""Rows a form takes."""
NONE = _("Not chosen")
_NOT_THERE = _("%(name)s (not there)")
_SPARE, _FIRST = 1, 2
"""Empty rows under those there are, and where there are none yet."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A row as a browser sends it: the name, what is chosen for it, what is typed."""

    what: str
    fills: str
    own: str


class PairRows:
    """The rows of one key: as many as were `sent` and so many `more`; else as there are pairs, and a spare one; none
    while there is nothing to choose. What is said or was sent and is not offered any more stays, and is called so."""

    def __init__(
        self,
        key: Key,
        said: PairWords,
        pairing: Pairing,
        pairs: Mapping[str, Any],
        way: str,
        *,
        sent: Sequence[Sent] | None,
        more: int = 0,
    ) -> None:
        self.key, self.said, self.pairing, self.way = key, said, pairing, way
        self.before = [
            (name, one)
            for name, value in pairs.items()
            for one in (value if isinstance(value, list | tuple) else [value])
        ]
        self._meant: dict[str, tuple[str, Any]] = {}
        self._names = dict(pairing.names)
        for name in (*pairs, *(row.what for row in sent or () if _NAME.fullmatch(row.what))):
            self._names.setdefault(name, _NOT_THERE % {"name": pairing.called(name)})
        self._values = list(self._choices(sent or ()))
        self.fields: dict[str, forms.Field] = {}
        many = max(len(self.before) + _SPARE, _FIRST) if sent is None else len(sent) + more
        self.rows = tuple(self._row(number) for number in range(min(many, MOST) if self._names else 0))

    def wrong(self, cleaned: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """What is wrong with what was filled in: the field and the sentence."""
        told: set[str] = set()
        for what, chosen, *rest in self.rows:
            name, value, typed = cleaned.get(what), cleaned.get(chosen), _typed(cleaned, rest)
            label = self._names.get(str(name), name)
            if value and typed:
                yield rest[0], _("Choose one or write it here, not both.")
            elif name and not value and not typed:
                yield chosen, _("Say what stands in “%(name)s”, or leave the row empty.") % {"name": label}
            elif not name and (value or typed):
                yield what, _("Choose what this fills in.")
            elif name and value and self._meant[value][0] not in {"", name}:
                yield chosen, _("This cannot stand in “%(name)s”. Choose another one.") % {"name": label}
            elif typed and name in self.pairing.closed:
                yield rest[0], _("“%(name)s” takes only what is offered. Choose one.") % {"name": label}
            elif name and name in told and not self.takes_several:
                yield what, _("“%(name)s” is filled in twice. Leave one of the rows empty.") % {"name": label}
            told.add(str(name))

    def pairs(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """What was filled in. Of a valid form only."""
        said: dict[str, Any] = {}
        for what, chosen, *rest in self.rows:
            if name := cleaned.get(what):
                value = self._read(str(cleaned.get(chosen) or ""), _typed(cleaned, rest))
                if self.takes_several:
                    said.setdefault(name, []).append(value)
                else:
                    said[name] = value
        return said

    def field_of(self, name: str) -> str:
        """The field in which this name is told now; else the first of all."""
        told = [one for one, _value in self.before]
        return self.rows[told.index(name) if name in told else 0][0]

    @property
    def takes_several(self) -> bool:
        """Whether a name has several values."""
        return part_values.is_list(self.key.of)

    def _read(self, chosen: str, typed: str) -> Any:
        if chosen:
            return self._meant[chosen][1]
        return f"{self.said.sign}{typed}" if self.key.of is str else part_values.plain(typed)

    def _row(self, number: int) -> tuple[str, ...]:
        """The fields of a row, and their names."""
        name, value = self.before[number] if number < len(self.before) else ("", "")
        chosen, typed = self._shown(name, value) if name else ("", "")
        what, fills, own = (f"{self.way}-{number}-{one}" for one in ("what", "fills", "own"))
        self.fields[what] = forms.ChoiceField(
            label=str(self.said.what),
            choices=[("", NONE), *self._names.items()],
            required=False,
            initial=name,
        )
        self.fields[fills] = forms.ChoiceField(
            label=str(self.said.value), choices=[("", NONE), *self._values], required=False, initial=chosen
        )
        if not self.said.typed:
            return what, fills
        words = _("or this fixed text") if self.said.sign else _("or this")
        self.fields[own] = forms.CharField(label=words, max_length=LONGEST, required=False, initial=typed)
        return what, fills, own

    def _choices(self, sent: Sequence[Sent]) -> Iterator[Any]:
        """What may be chosen: what can fill any name, then what one alone, under its label; last what is none of it."""
        yield from self._listed("", self.pairing.shared)
        labels = dict(self.pairing.names)
        for name, values in self.pairing.own.items():
            yield str(labels[name]), list(self._listed(name, values))
        for name, value in self.before:
            if not any(self._shown(name, value)):
                yield from self._listed(
                    name, [(value, _NOT_THERE % {"name": self.pairing.said(name, value)})]
                )
        for row in sent:
            name, sign, text = row.fills.partition(":")
            if row.fills and row.fills not in self._meant:
                value = text if self.key.of is str else part_values.plain(text)
                self._meant[row.fills] = (name, value) if sign else ("", row.fills)
                label = self.pairing.said(name, value) if sign else name
                yield row.fills, _NOT_THERE % {"name": label}

    def _listed(self, name: str, values: Any) -> Iterator[tuple[str, Any]]:
        for value, label in values:
            sent = f"{name}:{part_values.typed(value)}" if name else str(value)
            self._meant[sent] = (name, value)
            yield sent, label

    def _shown(self, name: str, value: Any) -> tuple[str, str]:
        """A value as its row shows it: what is chosen, what is typed; neither where the row could not say it."""
        for wanted in (name, ""):
            for sent, (of, meant) in self._meant.items():
                if of == wanted and meant == value and type(meant) is type(value):
                    return sent, ""
        if not self.said.typed or name in self.pairing.closed:
            return "", ""
        if self.key.of is str:
            text = str(value)
            typed = text.removeprefix(self.said.sign) if text.startswith(self.said.sign) else ""
            return "", typed if typed == typed.strip() else ""
        return "", part_values.typed(value)


def _typed(cleaned: Mapping[str, Any], rest: list[str]) -> str:
    return str(cleaned.get(rest[0]) or "") if rest else ""


def sent_of(data: Mapping[str, Any], way: str) -> list[Sent]:
    """The rows that were sent."""
    sent = []
    for number in range(MOST):
        names = [f"{way}-{number}-{one}" for one in ("what", "fills", "own")]
        if not any(name in data for name in names):
            break
        sent.append(Sent(*(str(data.get(name, "")).strip()[:LONGEST] for name in names)))
    return sent


def as_pairs(sent: Iterable[Sent]) -> dict[str, str]:
    """What was sent as names and values, right or not."""
    return {row.what: row.fills.removeprefix(f"{row.what}:") or row.own for row in sent if row.what}
