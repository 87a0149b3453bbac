"""What may stand under a key of a definition that names something else, as (value, words): parts of the definition
itself, lists, rules and numbers in force, what rooms answer by ports."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from zhijia.administration.services import kinds
from zhijia.catalogue import codes, definitions, parameters, ports, round_checks
from zhijia.catalogue.filling import tree, words
from zhijia.catalogue.kinds import Definition, Parameter
from zhijia.catalogue.matter_rules import HELD
from zhijia.catalogue.register_rules import Register
from zhijia.catalogue.text import Text
from zhijia.kernel.errors import Refusal
from zhijia.rules.schema import declared

Offer = tuple[str, str]
_ROOMS = {"matters": "matter", "splits": "dues", "rules": "rule"}
"""By what the keys of a kind's own parameters begin, where it is not the kind's name."""
_RETENTION = "retention."


@dataclass(frozen=True, slots=True)
class Offers:
    """What is offered in the forms of one definition, as it is written now. `refers` says what: `own:fields` the fields
    of this definition, `parameters:whole:fen,percent` the whole numbers counted so, `options:areas` the entries of a
    code list, `word:added` a word that means something here."""

    kind: str
    content: Mapping[str, Any]
    day: date
    made: dict[str, list[Offer]] = field(default_factory=dict)
    readings: dict[str, Any] = field(default_factory=dict)

    def of(self, refers: Iterable[str], node: Mapping[str, Any]) -> list[Offer]:
        """What may stand there, each once, given what the part it belongs to says."""
        found: dict[str, str] = {}
        for source in refers:
            what, _colon, more = source.partition(":")
            if what in _OF_THE_PART:
                offered = list(_OF_THE_PART[what](self, node, more))
            elif (made := self.made.get(source)) is not None:
                offered = made
            else:
                offered = self.made[source] = list(_SOURCES[what](self, more))
            for value, said in offered:
                found.setdefault(value, said)
        return list(found.items())

    def in_force(self, kind: str) -> Mapping[str, Any]:
        """The definitions of a kind that are in force today."""
        return kinds.KINDS[kind].in_force(self.day)

    def list_of(self, node: Mapping[str, Any]) -> Register | None:
        """The list a part names, where there is one."""
        return self.in_force("registers").get(str(node.get("list", "")))


def titled(entry: Mapping[str, Any]) -> str:
    """The words an entry carries itself; its name where it carries none."""
    for key in ("label", "words"):
        said = entry.get(key)
        if isinstance(said, Mapping) and (said.get("zh") or said.get("en")):
            zh, en = str(said.get("zh") or said["en"]), str(said.get("en") or said["zh"])
            return str(Text(en=en, zh=zh))
    return tree.name_of(entry)


def _labels(held: Iterable[Definition]) -> Iterator[Offer]:
    for one in sorted(held, key=lambda one: one.code):
        yield one.code, str(one.label)


def _own(offers: Offers, way: str) -> Iterator[Offer]:
    for entry in tree.named(offers.content, way):
        if name := tree.name_of(entry):
            yield name, titled(entry)


def _options(offers: Offers, code: str) -> Iterator[Offer]:
    yield from codes.options(code, offers.day)


def _codes(_offers: Offers, _more: str) -> Iterator[Offer]:
    yield from _labels(definitions.load().codes.values())


def _parameters(offers: Offers, more: str) -> Iterator[Offer]:
    """The numbers of the kind's own room, and of the rooms named besides."""
    sort, units, *others = more.split(":")
    wanted = set(units.split(","))
    rooms = [_ROOMS.get(offers.kind, offers.kind), *(others[0].split(",") if others else ())]
    for room in rooms:
        for one in parameters.all():
            fits = one.type == sort and ("*" in wanted or one.unit in wanted)
            if fits and one.code.startswith(f"{room}."):
                yield one.code, _with_value(one, offers.day)


def _retention(offers: Offers, _more: str) -> Iterator[Offer]:
    for one in parameters.all():
        if one.code.startswith(_RETENTION):
            yield one.code.removeprefix(_RETENTION), _with_value(one, offers.day)


def _with_value(parameter: Parameter, day: date) -> str:
    """What a number is called, with what it is today; money in yuan."""
    try:
        value = parameters.value(parameter.code, day=day)
    except Refusal:
        return str(parameter.label)
    unit = codes.unit_label("yuan" if parameter.unit == "fen" else parameter.unit)
    shown = ", ".join(map(str, value)) if isinstance(value, list) else f"{value:,}"
    if parameter.unit == "fen":
        shown = f"{value / 100:,.2f}".removesuffix(".00")
    elif parameter.unit == "percent":
        return _("%(label)s: %(value)s%%") % {"label": parameter.label, "value": shown}
    return _("%(label)s: %(value)s %(unit)s") % {"label": parameter.label, "value": shown, "unit": unit}


def _registers(offers: Offers, more: str) -> Iterator[Offer]:
    held = dict(offers.in_force("registers"))
    yield from _labels(one for one in held.values() if not more or one.titles)
    if offers.kind == "registers" and not more and (code := offers.content.get("code")) not in held:
        yield str(code), titled(offers.content)


def _matters(offers: Offers, _more: str) -> Iterator[Offer]:
    yield from _labels(offers.in_force("matters").values())


def _questionnaires(offers: Offers, sort: str) -> Iterator[Offer]:
    yield from _labels(one for one in offers.in_force("questionnaires").values() if one.sort == sort)


def _rules(offers: Offers, about: str) -> Iterator[Offer]:
    """Rules about what the definition is about."""
    said = str(offers.content.get("subject", ""))
    subject = about or (round_checks.ABOUT.get(said, "") if offers.kind == "rounds" else said)
    yield from _labels(one for one in offers.in_force("rules").values() if one.subject == subject)


def _permissions(offers: Offers, _more: str) -> Iterator[Offer]:
    """Those somebody holds."""
    held = {permission for role in definitions.load().roles.values() for permission in role.permissions}
    yield from (one for one in codes.options("permissions", offers.day) if one[0] in held)


def _purposes(_offers: Offers, basis: str) -> Iterator[Offer]:
    held = definitions.load().purposes.values()
    yield from _labels(one for one in held if not basis or one.basis == basis)


def _funds(_offers: Offers, _more: str) -> Iterator[Offer]:
    yield from _labels(definitions.load().funds.values())


def _spendings(_offers: Offers, _more: str) -> Iterator[Offer]:
    yield from _labels(definitions.load().spendings.values())


def _facts(_offers: Offers, _more: str) -> Iterator[Offer]:
    yield from _labels(definitions.load().facts.values())


def _chart(offers: Offers, _more: str) -> Iterator[Offer]:
    """What the chart of accounts in force books spending on."""
    for chart in definitions.load().charts.values():
        if chart.in_force(offers.day):
            accounts = {account.code: account for account in chart.accounts}
            for role, code in chart.roles.items():
                if accounts[code].element == "expenditure":
                    yield role, f"{accounts[code].label} ({code})"


def _ports(_offers: Offers, prefix: str) -> Iterator[Offer]:
    for name in ports.names(prefix):
        yield name, str(words.of_name(f"{prefix}.{name}") or name)


def _subjects(_offers: Offers, _more: str) -> Iterator[Offer]:
    for name, entity in declared.entities.items():
        yield name, str(entity.label)


def _held(_offers: Offers, _more: str) -> Iterator[Offer]:
    known = definitions.load().fields
    for name in sorted(HELD):
        yield name, str(known[name].label) if name in known else str(words.of_name(f"held.{name}") or name)


def _earlier(offers: Offers, way: str) -> Iterator[Offer]:
    """Parts of the version of this definition that is in force."""
    earlier = offers.in_force(offers.kind).get(str(offers.content.get("code", "")))
    if earlier is not None:
        for entry in tree.named(earlier.model_dump(mode="json", by_alias=True), way):
            yield tree.name_of(entry), titled(entry)


def _together(offers: Offers, way: str) -> Iterator[Offer]:
    """Parts of the matters that are asked for in one go with this one."""
    for item in tree.named(offers.content, "items"):
        about = offers.in_force("matters").get(str(item.get("matter", "")))
        for entry in tree.named(about.model_dump(mode="json", by_alias=True), way) if about else ():
            yield tree.name_of(entry), titled(entry)


def _word(_offers: Offers, word: str) -> Iterator[Offer]:
    yield word, str(words.of_name(f"word.{word}") or word)


def _fixed(_offers: Offers, word: str) -> Iterator[Offer]:
    yield f"={word}", str(words.of_name(f"word.{word}") or word)


def _materials(offers: Offers, _more: str) -> Iterator[Offer]:
    for entry in tree.named(offers.content, "materials"):
        yield f"materials.{tree.name_of(entry)}", titled(entry)


def _roster(offers: Offers, _more: str) -> Iterator[Offer]:
    """The fields of the list whose rows a drive is for."""
    register = offers.list_of(offers.content.get("who") or {})
    yield from ((column.name, str(column.label)) for column in (register.fields if register else ()))


def _self(_offers: Offers, node: Mapping[str, Any], key: str) -> Iterator[Offer]:
    """The entries of a list of the part itself."""
    for entry in tree.named(node, key):
        yield tree.name_of(entry), titled(entry)


def _states(offers: Offers, node: Mapping[str, Any], _more: str) -> Iterator[Offer]:
    """The states of the list the part names."""
    register = offers.list_of(node)
    yield from ((state.code, str(state.label)) for state in (register.stations if register else ()))


def _dues(offers: Offers, node: Mapping[str, Any], _more: str) -> Iterator[Offer]:
    """What falls due of rows of the list the part names."""
    register = offers.list_of(node)
    yield from ((due.code, str(due.label)) for due in (register.dues if register else ()))


_OF_THE_PART: Mapping[str, Callable[[Offers, Mapping[str, Any], str], Iterator[Offer]]] = {
    "self": _self,
    "states": _states,
    "dues": _dues,
}
_SOURCES: Mapping[str, Callable[[Offers, str], Iterator[Offer]]] = {
    "own": _own,
    "options": _options,
    "codes": _codes,
    "parameters": _parameters,
    "retention": _retention,
    "registers": _registers,
    "matters": _matters,
    "questionnaires": _questionnaires,
    "rules": _rules,
    "permissions": _permissions,
    "purposes": _purposes,
    "funds": _funds,
    "spendings": _spendings,
    "facts": _facts,
    "chart": _chart,
    "ports": _ports,
    "subjects": _subjects,
    "held": _held,
    "earlier": _earlier,
    "together": _together,
    "word": _word,
    "fixed": _fixed,
    "materials": _materials,
    "roster": _roster,
}
