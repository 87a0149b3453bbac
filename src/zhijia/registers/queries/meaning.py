"""What people mean by what they write where a field names something: a person, union, place, row or code. Read
set-based, for one form or for a sheet of many lines."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import codes, divisions
from zhijia.catalogue.asking.answers import Wrong
from zhijia.catalogue.models import Division
from zhijia.catalogue.register_rules import Column, Register
from zhijia.kernel.requests import whole_number
from zhijia.registers.models import List, Row
from zhijia.registry import tree
from zhijia.registry.models import Employer, Membership, Person, Union

_NOBODY = _("Nobody in your union has this name or member number.")
_SEVERAL = _("Several have this name. Write the number instead.")
_PARTED = set("、,，;；")
_NOTHING = _("There is nothing of this name here.")
Found = Mapping[str, list[str]]
"""What was written, and the keys of all it may mean."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What the texts of a list's lines mean, for one union."""

    register: Register
    day: date
    found: Mapping[str, Found]

    def typed(self, column: Column, text: str) -> tuple[Any, Wrong | None]:
        """What is handed to the service for this text, or the mistake."""
        text = text.strip()
        if text and column.type in _WRITTEN:
            return _WRITTEN[column.type](column, text, self.day), None
        if not text or _kind(column) not in self.found:
            return text, None
        keys = self.found[_kind(column)].get(text, [])
        if len(keys) == 1:
            return keys[0], None
        words = _SEVERAL if keys else _NOBODY if column.type == "person" else _NOTHING
        return "", Wrong(column.name, words)


def of(register: Register, union: Union, lines: Iterable[Mapping[str, str]], day: date) -> Meant:
    """What these lines (field: what was written) mean at this union: a few statements for each kind that is named."""
    sought: dict[str, set[str]] = {_kind(one): set() for one in register.fields if one.type in _READ}
    named = [column for column in register.fields if column.type in _READ]
    for line in lines:
        for column in named:
            if text := line.get(column.name, "").strip():
                sought[_kind(column)].add(text)
    found = {kind: _READ[kind.partition(":")[0]](union, texts, kind) for kind, texts in sought.items()}
    return Meant(register, day, found)


def handed(
    register: Register, union: Union, written: Mapping[str, Any], day: date
) -> tuple[dict[str, Any], list[Wrong]]:
    """What a form's texts hand to the services: people are found by what was written of them, all else was chosen; and
    the mistakes."""
    people = [column for column in register.fields if column.type == "person" and column.name in written]
    meant = of(register, union, [{one.name: written[one.name] for one in people}], day)
    typed, wrong = dict(written), []
    for column in people:
        typed[column.name], mistake = meant.typed(column, written[column.name])
        if mistake is not None:
            wrong.append(mistake)
    return typed, wrong


def _kind(column: Column) -> str:
    return f"row:{column.of}" if column.type == "row" else column.type


def _people(union: Union, sought: Collection[str], _kind: str) -> Found:
    """Members of the union and of those under it, by name or member number."""
    here = Membership.objects.filter(valid_to__isnull=True)
    people = Person.objects.filter(
        union_id__in=tree.under(union.pk).values("pk"), pk__in=here.values("person_id")
    )
    found: dict[str, list[str]] = {}
    for key, name in people.filter(name__in=sought).values_list("pk", "name"):
        found.setdefault(name, []).append(str(key))
    numbered = here.filter(member_number__in=sought, person_id__in=people.values("pk"))
    found.update({number: [str(key)] for key, number in numbered.values_list("person_id", "member_number")})
    return found


def _unions(union: Union, sought: Collection[str], _kind: str) -> Found:
    fits = Q(name__in=sought) | Q(code__in=sought)
    rows = tree.under(union.pk).filter(fits, dissolved_on=None).values_list("pk", "name", "code")
    return _by_words((str(key), words) for key, *words in rows)


def _employers(union: Union, sought: Collection[str], _kind: str) -> Found:
    below = tree.under(union.pk).values("pk")
    fits = Q(name__in=sought) | Q(credit_code__in=sought)
    covered = Employer.objects.filter(
        fits, coverages__union_id__in=below, coverages__valid_to=None
    ).distinct()
    rows = covered.values_list("pk", "name", "credit_code")
    return _by_words((str(key), [name, code or ""]) for key, name, code in rows)


def _divisions(union: Union, sought: Collection[str], _kind: str) -> Found:
    """Places of the union's own province, by code, or by name with as many of the names above it as are written: the
    texts are looked up among what the places are called, so that a text of any length costs no more than another."""
    if not sought:
        return {}
    here = Division.objects.filter(code__startswith=union.division[:2], level__lte=4)
    called = dict(here.values_list("code", "name"))
    full = divisions.full_names(called)
    return _by_words(
        (code, [text for text in (code, *_tails(full[code], name)) if text in sought])
        for code, name in called.items()
    )


def _tails(full: str, name: str) -> Iterator[str]:
    """The name alone, then with more and more of what stands above it; none where it is no part of the full name."""
    if full.endswith(name):
        for start in range(len(full) - len(name), -1, -1):
            yield full[start:]


def _rows(_union: Union, sought: Collection[str], kind: str) -> Found:
    """Rows of the list named that have not ended, by title or number."""
    register = List.objects.filter(code=kind.partition(":")[2]).values_list("pk", flat=True).first()
    numbers = [number for text in sought if (number := whole_number(text)) is not None]
    fits = Q(title__in=sought) | Q(number__in=numbers[:1000])
    rows = Row.objects.filter(fits, register_id=register or 0, ended_on=None).values_list(
        "pk", "title", "number"
    )
    return _by_words((str(key), [title, str(number)]) for key, title, number in rows)


def _by_words(rows: Iterable[tuple[str, list[str]]]) -> Found:
    found: dict[str, list[str]] = {}
    for key, words in rows:
        for word in dict.fromkeys(filter(None, words)):
            found.setdefault(word, []).append(key)
    return found


_READ: dict[str, Callable[[Union, Collection[str], str], Found]] = {
    "person": _people,
    "union": _unions,
    "employer": _employers,
    "division": _divisions,
    "row": _rows,
}


def _choice(column: Column, text: str, _day: date) -> str:
    return _words_of(column).get(text, text)


def _words_of(column: Column) -> dict[str, str]:
    return {str(words): one.code for one in column.choices for words in (one.label.zh, one.label.en)}


def _choices(column: Column, text: str, day: date) -> list[str]:
    """Several with a comma between; words that hold a comma themselves are known as a whole."""
    for words, code in sorted(_words_of(column).items(), key=lambda one: -len(one[0])):
        if _PARTED & set(words):
            text = text.replace(words, code)
    parts = text.replace("，", "、").replace(",", "、").replace("；", "、").replace(";", "、").split("、")
    return [_choice(column, part.strip(), day) for part in parts if part.strip()]


def _code(column: Column, text: str, day: date) -> str:
    return codes.read(column.code_list, text, day) or text


_WRITTEN: dict[str, Callable[[Column, str, date], Any]] = {
    "choice": _choice,
    "choices": _choices,
    "code": _code,
}
