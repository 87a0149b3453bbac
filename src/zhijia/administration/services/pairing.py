"""What may stand in the rows in which pairs of a definition are told: on the left what the other side has, on the right
what can fill it."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from zhijia.administration.services.offers import Offer, Offers
from zhijia.catalogue import codes, definitions
from zhijia.catalogue.campaign_checks import OF_DRIVES
from zhijia.catalogue.fact_kinds import Dimension
from zhijia.catalogue.filling import words
from zhijia.catalogue.filling.words import PairWords
from zhijia.catalogue.given_checks import by_any_list
from zhijia.catalogue.register_rules import Column

Value = tuple[Any, str]
"""What may stand somewhere, and its words."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """What may be told (`names`), what can fill any of them (`shared`), what one alone (`own`). A name that is `closed`
    takes nothing but what is offered. What is told though it is not offered has its words from `elsewhere`."""

    names: Sequence[Offer] = ()
    shared: Sequence[Offer] = ()
    own: Mapping[str, Sequence[Value]] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    elsewhere: Mapping[str, "Side"] = field(default_factory=dict)

    def called(self, name: str) -> str:
        """A name, as people call it."""
        side = self.elsewhere.get(name)
        return dict(self.names).get(name) or (side.label if side else name)

    def said(self, name: str, value: Any) -> str:
        """A value of a name, as people call it."""
        side = self.elsewhere.get(name)
        own = [*self.own.get(name, ()), *(side.values if side else ())]
        known = [words for one, words in own if one == value and type(one) is type(value)]
        return next(iter(known), dict(self.shared).get(str(value)) or str(value).removeprefix("="))

    def all_said(self, name: str, value: Any) -> str:
        """All values of a name, as people call them."""
        return _(", ").join(self.said(name, one) for one in _several(value))

    def in_words(self, name: str, value: Any) -> str:
        """One pair, as people call both of its sides."""
        return _("%(what)s: ") % {"what": self.called(name)} + self.all_said(name, value)

    def lacks(self, name: str, value: Any) -> bool:
        """Whether a name, or a value of it, stands there that is not offered."""
        offered = [*(one for one, _words in self.own.get(name, ())), *dict(self.shared)]
        return name not in dict(self.names) or any(one not in offered for one in _several(value))


@dataclass(frozen=True, slots=True)
class Side:
    """A name that may be told: what may stand there of its own (none: whatever can fill any), and whether nothing
    else may."""

    name: str
    label: str
    values: Sequence[Value] = ()
    closed: bool = False


def pairing(
    offers: Offers,
    said: PairWords,
    pairs: Mapping[str, Any],
    part: Mapping[str, Any],
    *,
    told: Mapping[str, Any] = MappingProxyType({}),
) -> Pairing:
    """What may stand in the pairs of a part, given what the part and the pairs say now; `told` besides are pairs that
    need words."""
    sides = list(_SIDES[said.names](offers, said, pairs, part))
    offered = Pairing(
        [(side.name, side.label) for side in sides],
        offers.of(said.refers, part),
        {side.name: side.values for side in sides if side.values},
        frozenset(side.name for side in sides if side.closed),
    )
    if said.names != "fields":
        return offered
    lacking = {name for one in (told, pairs) for name, value in one.items() if offered.lacks(name, value)}
    return replace(offered, elsewhere={side.name: side for side in _elsewhere(offers, said, lacking)})


def _several(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else [value]


def _fields(
    offers: Offers, said: PairWords, _pairs: Mapping[str, Any], part: Mapping[str, Any]
) -> Iterator[Side]:
    """The fields of the list the part names; those with words for their values offer these."""
    register = offers.list_of(part)
    for column in register.fields if register else ():
        yield _field(offers, said, column)


def _field(offers: Offers, said: PairWords, column: Column) -> Side:
    values = list(_values(offers, column, said.sign)) if said.chosen else []
    return Side(column.name, str(column.label), values, bool(values))


def _elsewhere(offers: Offers, said: PairWords, names: Set[str]) -> Iterator[Side]:
    """These fields as any other list has them, with all values they have anywhere."""
    known = by_any_list(offers.in_force("registers").values()) if names else {}
    for name in names & known.keys():
        sides = [_field(offers, said, column) for column in known[name]]
        yield Side(name, sides[0].label, [value for side in sides for value in side.values])


def _values(offers: Offers, column: Column, sign: str) -> Iterator[Value]:
    listed = (
        codes.options(column.code_list, offers.day)
        if column.code_list
        else [(one.code, str(one.label)) for one in column.choices]
    )
    yield from ((f"{sign}{code}", label) for code, label in listed)
    if column.type == "yes_no" and not sign:
        yield from ((True, _("Yes")), (False, _("No")))


def _dimensions(
    offers: Offers, said: PairWords, _pairs: Mapping[str, Any], part: Mapping[str, Any]
) -> Iterator[Side]:
    """What the fact the part names is cut by; with the words of the code list, or what there is of that kind."""
    fact = definitions.load().facts.get(str(part.get("kind", "")))
    for one in fact.dimensions if fact else ():
        values = list(_cut_by(offers, str(part.get("kind", "")), one)) if said.chosen else []
        yield Side(one.code, str(one.label), values, bool(values))


def _cut_by(offers: Offers, fact: str, dimension: Dimension) -> Iterator[Value]:
    named = {"matter": "matters", "list": "registers", "appraisal": "appraisals"}
    if dimension.code_list:
        yield from codes.options(dimension.code_list, offers.day)
    elif dimension.code in named:
        held = offers.in_force(named[dimension.code])
        yield from sorted(((code, str(one.label)) for code, one in held.items()), key=lambda one: one[1])
    elif fact.startswith(OF_DRIVES) and dimension.code == "thing":
        yield from offers.of(["own:each"], {})


def _taken(
    offers: Offers, said: PairWords, pairs: Mapping[str, Any], part: Mapping[str, Any]
) -> Iterator[Side]:
    """What the port the part names is handed; what is no answer of the form is chosen from what there is."""
    prefix = _PORTS[offers.kind]
    takes = words.taken().get(f"{prefix}.{part.get('port', '')}")
    for name, one in takes.names.items() if takes else ():
        values = [(value, str(label)) for value, label in one.values.items()]
        values += offers.of(one.refers, pairs)
        yield Side(name, str(one.label), values, bool(values))
    if takes and takes.besides:
        yield from _SIDES[takes.besides](offers, said, pairs, pairs)


_PORTS = {"matters": "matters.outcome", "appraisals": "appraisals.figure", "campaigns": "campaigns.prefill"}
"""What the ports begin with that the parts of a kind name."""
_SIDES = {"fields": _fields, "dimensions": _dimensions, "takes": _taken}
