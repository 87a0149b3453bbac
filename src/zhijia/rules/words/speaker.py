"""Who speaks: the language, the values parameters have today, and which row a sentence is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from zhijia.catalogue import codes, definitions, parameters
from zhijia.catalogue.text import Text
from zhijia.rules import ir
from zhijia.rules.schema import Field, Relation
from zhijia.rules.words import clauses
from zhijia.rules.words.clauses import Language
from zhijia.rules.words.manners import counted, lower_first, number


@dataclass(frozen=True, slots=True)
class Term:
    """A parameter as people speak of it: its label, and the value in force where there is one."""

    label: Text
    value: Text | None


Terms = Callable[[str], Term]


def in_force(division: str, day: date) -> Terms:
    """The parameters of the catalogue at a division on a day."""

    def term(key: str) -> Term:
        try:
            parameter = parameters.get(key)
        except definitions.UnknownDefinition:
            return Term(Text(en=f"the value “{key}”", zh=f"参数“{key}”"), None)
        found = parameter.at(division, day)
        if found is None:
            return Term(parameter.label, None)
        return Term(
            parameter.label,
            Text(en=_value(found.value, parameter.unit, "en"), zh=_value(found.value, parameter.unit, "zh")),
        )

    return term


def _value(value: object, unit: str, language: Language) -> str:
    option = codes.get("units").by_code.get(unit.replace(" ", "_"))
    words = option.label if option is not None and option.code != "yes_or_no" else None
    if isinstance(value, bool):
        return ("yes" if value else "no") if language == "en" else ("是" if value else "否")
    if isinstance(value, int | float):
        return counted(number(value, language), words, language)
    if isinstance(value, list | tuple):
        comma = ", " if language == "en" else "、"
        return counted(comma.join(str(one) for one in value), words, language)
    return str(value)


Bound = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says nodes in one language. `about` is the row a sentence is about without naming it: the subject, or the
    variable of the innermost macro; `labels` are the words for the elements of the macros around."""

    language: Language
    subject: Text
    terms: Terms
    about: Bound | None = None
    labels: Mapping[Bound, str] = field(default_factory=dict)

    def pick(self, text: Text) -> str:
        """The words of this language."""
        return text.en if self.language == "en" else text.zh

    def say(self, phrase: Text, **filled: str) -> str:
        """A phrase with its places filled."""
        return self.pick(phrase).format(**filled)

    def either(self, en: str, zh: str) -> str:
        """A piece of this language."""
        return en if self.language == "en" else zh

    def within(self, variable: ir.Variable, label: str) -> "Speaker":
        """Somebody speaking about the element of a macro."""
        bound = (variable.name, variable.number)
        return replace(self, about=bound, labels={**self.labels, bound: label})

    def label(self, part: Field | Relation) -> str:
        """A field or relation in the middle of a sentence."""
        return lower_first(part.label.en) if self.language == "en" else part.label.zh

    def row(self, node: ir.Node) -> str:
        """A row by name; empty where it is the one spoken about."""
        match node:
            case ir.Subject():
                if self.about is None:
                    return ""
                return self.either(f"the {lower_first(self.subject.en)}", f"该{self.subject.zh}")
            case ir.Variable(name=name, number=position):
                bound = (name, position)
                if bound == self.about:
                    return ""
                label = self.labels.get(bound, name)
                return self.either(f"that one of the {label}", f"该{label}")
            case ir.Follow(of=of, relation=relation):
                owner = self.row(of)
                label = self.label(relation)
                return self.either(
                    f"the {label} of {owner}" if owner else f"the {label}",
                    f"{owner}的{label}" if owner else label,
                )
        raise TypeError(f"{type(node).__name__} is no row.")

    def has(self, owner: str, label: str) -> str:
        """Something of a row: 用人单位的类型, the kind of the employer."""
        if self.language == "en":
            return f"the {label} of {owner}" if owner else f"the {label}"
        return label if not owner or label.startswith(owner) else f"{owner}的{label}"

    def join(self, first: str, second: str) -> str:
        """Two pieces of a sentence."""
        return clauses.joined(first, second, self.language)
