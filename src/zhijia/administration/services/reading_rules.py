"""Rules in a definition, read in words: what each of them may speak of, what it says, and why one cannot be read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import ValidationError

from zhijia.administration.services.offers import Offers
from zhijia.campaigns.who import MEMBERS
from zhijia.catalogue import codes, definitions
from zhijia.catalogue.asking.questions import Asked
from zhijia.catalogue.campaign_rules import Ask
from zhijia.catalogue.filling import tree
from zhijia.catalogue.filling.tree import NoPlace, Place
from zhijia.catalogue.matter_rules import Question as MatterQuestion
from zhijia.catalogue.questionnaire_rules import Question as PollQuestion
from zhijia.catalogue.register_rules import FILES, Column
from zhijia.catalogue.round_rules import Question as RoundQuestion
from zhijia.catalogue.sentences.of_rules import FORM, in_a_sentence
from zhijia.catalogue.text import Text
from zhijia.dues.services import choosing
from zhijia.questionnaires.branching import PLAIN
from zhijia.registers.conditions import VALUES
from zhijia.rules import answered, in_force, words
from zhijia.rules.answered import ANSWERS, Asking
from zhijia.rules.checker import check
from zhijia.rules.problems import RuleRefused
from zhijia.rules.schema import Entity, Field, Schema, declared
from zhijia.rules.sentences import kind_words
from zhijia.rules.types import Kind

MOST_VALUES = 12
"""So many words of a coded value stand beside its name."""
_WHOLE = {"amount", "weight"}
"""The keys whose rules compute a number."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a rule may name: as it is written, what it is called, what it holds, its values with their words."""

    written: str
    label: str
    holds: str
    values: Sequence[tuple[str, str]] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules of one part speak of; questions are `called` as they are asked. Not `whole` where something they
    could name cannot be read itself. Only what `weighs` may be the word for the number of members."""

    schema: Schema
    subject: str
    purpose: str
    offers: Offers
    whole: bool = True
    called: Mapping[str, str] = field(default_factory=dict)
    weighs: bool = False

    @property
    def entity(self) -> Entity:
        """What they are about."""
        return self.schema.entity(self.subject)

    def in_words(self, text: str) -> list[str]:
        """What a rule says, line by line in the reader's language; nothing where it cannot be read."""
        if self._is_members(text):
            return [_("By the number of members.")]
        said = self._said(text)
        return list(said.lines()) if said else []

    def in_one_line(self, text: str) -> str:
        """The same in one line."""
        if self._is_members(text):
            return _("By the number of members.")
        said = self._said(text)
        return said.line() if said else ""

    def problems(self, text: str) -> list[Text]:
        """Why it cannot be read."""
        if not text.strip() or self._is_members(text) or not self.whole:
            return []
        try:
            self._checked(text)
        except RuleRefused as refused:
            return [problem.words for problem in refused.problems]
        return []

    def names(self) -> list[Name]:
        """What may be named: the fields, and those of the one row that belongs to it."""
        return [*self._of(self.entity, self.subject), *self._beside()]

    def example(self, key: str) -> str:
        """A rule over the first name that makes one; empty where there is none."""
        wanted = [_number] if key in _WHOLE else [_choice, _yes, _day, _least]
        fields = [one for one in self.entity.fields.values() if self._allows(one)]
        found = (make(self, one) for make in wanted for one in fields)
        return next((f"{self.subject}.{one}" for one in found if one), "")

    def values(self, one: Field) -> list[tuple[str, str]]:
        """The codes a field may hold, with their words."""
        if one.code_list:
            return list(codes.options(one.code_list, self.offers.day))
        return [(code, str(label)) for code, label in one.choices]

    def _is_members(self, text: str) -> bool:
        return self.weighs and text.strip() == MEMBERS

    def _said(self, text: str) -> words.Clause | None:
        try:
            rule = self._checked(text)
        except RuleRefused:
            return None
        language: words.Language = "zh" if (get_language() or "zh").startswith("zh") else "en"
        terms = words.in_force("", self.offers.day)
        return words.of_rule(rule, language, subject=self.entity.label, terms=terms)

    def _checked(self, text: str) -> Any:
        said = {"subject": self.subject, "purpose": self.purpose}
        return check(text, schema=self.schema, parameters=in_force.type_of, **said)

    def _allows(self, one: Field) -> bool:
        return self.purpose in one.purposes

    def _of(self, entity: Entity, way: str, under: str = "") -> Iterator[Name]:
        for one in entity.fields.values():
            if self._allows(one):
                values = self.values(one)
                held = "" if values else str(kind_words(one.type))
                label = self.called.get(one.name) or f"{under}{one.label}"
                shown = values[:MOST_VALUES]
                yield Name(f"{way}.{one.name}", label, held, shown, len(values) - len(shown))

    def _beside(self) -> Iterator[Name]:
        for one in self.entity.relations.values():
            if not one.many and self.purpose in one.purposes:
                under = _("%(what)s: ") % {"what": one.label}
                yield from self._of(self.schema.entity(one.to), f"{self.subject}.{one.name}", under)


def reading(offers: Offers, place: Place) -> Reading | None:
    """What the rules of the part at a place speak of; none where that is not said yet."""
    key = f"{offers.kind}:{tree.text_of(place[:2])}"
    if key not in offers.readings:
        about = _ABOUT.get(offers.kind)
        offers.readings[key] = about(offers, place) if about else None
    found: Reading | None = offers.readings[key]
    return found


def said_in(offers: Offers, place: Place, text: str) -> str:
    """A rule in words, in one line; as it is written where it cannot be read."""
    found = reading(offers, place)
    return (found.in_one_line(text) if found else "") or text


def _about_entity(
    subject: Callable[[Offers], str], purpose: Callable[[Offers], str]
) -> Callable[[Offers, Place], Reading | None]:
    def about(offers: Offers, _place: Place) -> Reading | None:
        named = subject(offers)
        return Reading(declared, named, purpose(offers), offers) if named in declared.entities else None

    return about


def _about_answers(
    key: str, model: type[Asked], takes: Callable[[Any], bool], name: str = ANSWERS
) -> Callable[[Offers, Place], Reading]:
    def about(offers: Offers, _place: Place) -> Reading:
        return _of_questions(offers, offers.content, key, model, takes, name)

    return about


def _of_questions(
    offers: Offers,
    holder: Mapping[str, Any],
    key: str,
    model: type[Asked],
    takes: Callable[[Any], bool],
    name: str,
) -> Reading:
    written = list(tree.named(holder, key))
    read = [one for entry in written if (one := _read(model, entry)) is not None]
    purpose = _purpose(offers)
    asked = [_as_said(one) for one in read if takes(one)]
    asking = Asking(FORM, offers.kind, purpose, asked, name)
    called = {one.name: str(one.label) for one in read}
    return Reading(answered.schema_of(asking), name, purpose, offers, len(read) == len(written), called)


def _as_said(question: Asked) -> Asked:
    label = in_a_sentence(question.label, yes_no=question.type == "yes_no")
    return question.model_copy(update={"label": label})


def _read(model: type[Asked], entry: Mapping[str, Any]) -> Asked | None:
    """The question, none where it cannot be used: also where its answers are of a list there is not."""
    try:
        read = model.model_validate(entry)
    except ValidationError:
        return None
    return read if not read.code_list or read.code_list in definitions.load().codes else None


def _of_campaign(offers: Offers, place: Place) -> Reading | None:
    """Of the roster, of the weight, of the questions of a return."""
    if place[:1] == ("who",):
        return _SUBJECT(offers, place)
    if place[:1] == ("pot",):
        return Reading(declared, "union", _purpose(offers), offers, weighs=True)
    try:
        thing = tree.get(offers.content, place[:2])
    except NoPlace:
        return None
    return _of_questions(offers, thing, "questions", Ask, lambda one: one.held is None, ANSWERS)


def _purpose(offers: Offers) -> str:
    return str(offers.content.get("purpose", ""))


def _subject(offers: Offers) -> str:
    return str(offers.content.get("subject", ""))


def _choice(reading: Reading, one: Field) -> str:
    values = reading.values(one)
    return f'{one.name} == "{values[0][0]}"' if values and one.type.kind is Kind.STRING else ""


def _yes(_reading: Reading, one: Field) -> str:
    return one.name if one.type.kind is Kind.BOOL else ""


def _day(_reading: Reading, one: Field) -> str:
    return f"{one.name} <= today" if one.type.kind is Kind.DATE else ""


def _least(_reading: Reading, one: Field) -> str:
    return f"{one.name} >= 1" if one.type.kind is Kind.INT else ""


def _number(_reading: Reading, one: Field) -> str:
    return one.name if one.type.kind is Kind.INT else ""


_SUBJECT = _about_entity(_subject, _purpose)
_ABOUT: Mapping[str, Callable[[Offers, Place], Reading | None]] = {
    "matters": _about_answers("form", MatterQuestion, lambda one: one.type != "roster"),
    "registers": _about_answers("fields", Column, lambda one: one.type not in FILES | {"point"}, VALUES),
    "rounds": _about_answers("questions", RoundQuestion, lambda one: one.type != "file"),
    "questionnaires": _about_answers("questions", PollQuestion, lambda one: one.type in PLAIN),
    "campaigns": _of_campaign,
    "rules": _SUBJECT,
    "splits": _about_entity(_subject, lambda _offers: choosing.PURPOSE),
}
